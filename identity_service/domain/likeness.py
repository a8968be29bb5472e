"""Comparing two members: what speaks for their being one person, what against, and how much in all.

Weights are a judgement, not a measurement: a weight for is the share of the remaining doubt that it takes away, so two
halves make three quarters; a weight against takes away its share of the score. All of it is told with the result.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import product

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.near import LEAST_LOCAL_PART, Comparable, Known, mailbox

LEAST_SCORE = 30
"""Pairs below are not proposed."""
NAMES_ALIKE = 88
NAMES_DIFFER = 55


class Signal(Enum):
    """What speaks for or against; numbered as on the wire and in the database."""

    NAMED_TOGETHER = 1
    EMAIL_SAME_MAILBOX = 2
    EMAIL_LOCAL_PART_ALIKE = 3
    EMAIL_DOMAIN_ALIKE = 4
    EMAIL_OTHER_DOMAIN = 5
    PHONE_ALIKE = 6
    NAME_ALIKE = 7
    BIRTHDAY_SAME = 8
    HOME_LOCATION_SAME = 9
    NAME_DIFFERS = 10
    BIRTHDAY_DIFFERS = 11


EXPLANATIONS = {
    Signal.NAMED_TOGETHER: "a call named identifiers of both",
    Signal.EMAIL_SAME_MAILBOX: "e-mail addresses that most likely reach one mailbox",
    Signal.EMAIL_LOCAL_PART_ALIKE: "e-mail addresses at one domain that differ by one letter or two swapped ones",
    Signal.EMAIL_DOMAIN_ALIKE: "one name at two e-mail domains that differ as by a slip of the finger",
    Signal.EMAIL_OTHER_DOMAIN: "one name at two e-mail domains",
    Signal.PHONE_ALIKE: "phone numbers that differ by one digit or two swapped ones",
    Signal.NAME_ALIKE: "names that are the same or nearly",
    Signal.BIRTHDAY_SAME: "one day of birth",
    Signal.HOME_LOCATION_SAME: "one home location",
    Signal.NAME_DIFFERS: "names that have little in common",
    Signal.BIRTHDAY_DIFFERS: "different days of birth",
}
"""No values: whoever is told of a duplicate is not thereby told who the other is."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`likeness` 0 to 100; `verified` if both identifiers are; `weight` is below 0 for what speaks against."""

    signal: Signal
    likeness: int
    weight: int
    verified: bool = False

    @property
    def explanation(self) -> str:
        """The signal as a sentence."""
        return EXPLANATIONS[self.signal]


def compared(one: Comparable, other: Comparable, naming_callers: int) -> tuple[Evidence, ...]:
    """All that speaks for or against, the best of each signal, the weightiest first. `naming_callers` is how many
    callers named both in one call."""
    best: dict[Signal, Evidence] = {}
    for evidence in _all(one, other, naming_callers):
        known = best.get(evidence.signal)
        if known is None or (evidence.verified, evidence.likeness) > (known.verified, known.likeness):
            best[evidence.signal] = evidence
    return tuple(sorted(best.values(), key=lambda evidence: (-abs(evidence.weight), evidence.signal.value)))


def score_of(evidence: Iterable[Evidence]) -> int:
    """How much it is in all, 0 to 100."""
    doubt, kept = 10_000, 100
    for each in evidence:
        if each.weight > 0:
            doubt = doubt * (100 - each.weight) // 100
        else:
            kept = kept * (100 + each.weight) // 100
    return (10_000 - doubt) * kept // 10_000


def _all(one: Comparable, other: Comparable, naming_callers: int) -> Iterator[Evidence]:
    if naming_callers:
        yield Evidence(Signal.NAMED_TOGETHER, 100, 70 if naming_callers > 1 else 50)
    for left, right in product(one.identifiers, other.identifiers):
        if left.kind is right.kind and left.value != right.value:
            verified = left.verified and right.verified
            if left.kind is IdentifierKind.EMAIL:
                yield from _emails(left, right, verified)
            elif left.kind is IdentifierKind.PHONE and OSA.distance(left.value, right.value, score_cutoff=1) == 1:
                yield Evidence(Signal.PHONE_ALIKE, 95, 35, verified)
    yield from _persons(one, other)


def _emails(left: Known, right: Known, verified: bool) -> Iterator[Evidence]:
    local, domain, no_dots = mailbox(left.value)
    other_local, other_domain, _ = mailbox(right.value)
    slip = OSA.distance(local, other_local, score_cutoff=1)
    if domain == other_domain and slip == 0:
        certain = no_dots or _untagged(left.value) == _untagged(right.value)
        yield Evidence(Signal.EMAIL_SAME_MAILBOX, 100 if certain else 90, 85 if certain else 70, verified)
    elif domain == other_domain and slip == 1 and min(len(local), len(other_local)) >= LEAST_LOCAL_PART:
        yield Evidence(Signal.EMAIL_LOCAL_PART_ALIKE, 90, 45, verified)
    elif slip == 0 and len(local) >= LEAST_LOCAL_PART:
        likeness = round(fuzz.ratio(domain, other_domain))
        if OSA.distance(domain, other_domain, score_cutoff=1) == 1:
            yield Evidence(Signal.EMAIL_DOMAIN_ALIKE, likeness, 75, verified)
        else:
            yield Evidence(Signal.EMAIL_OTHER_DOMAIN, likeness, 40, verified)


def _untagged(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _persons(one: Comparable, other: Comparable) -> Iterator[Evidence]:
    if one.names and other.names:
        likeness = round(fuzz.token_sort_ratio(" ".join(one.names), " ".join(other.names)))
        if likeness >= NAMES_ALIKE:
            yield Evidence(Signal.NAME_ALIKE, likeness, 40 if likeness == 100 else 35)
        elif likeness < NAMES_DIFFER:
            yield Evidence(Signal.NAME_DIFFERS, likeness, -50)
    if one.birthday is not None and other.birthday is not None:
        years = {one.birth_year, other.birth_year}
        if one.birthday != other.birthday or (None not in years and len(years) > 1):
            yield Evidence(Signal.BIRTHDAY_DIFFERS, 0, -60)
        elif None in years:
            yield Evidence(Signal.BIRTHDAY_SAME, 90, 25)
        else:
            yield Evidence(Signal.BIRTHDAY_SAME, 100, 45)
    if one.home_location_id and one.home_location_id == other.home_location_id:
        yield Evidence(Signal.HOME_LOCATION_SAME, 100, 10)
