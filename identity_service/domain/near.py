"""Near forms: what two members must have in common before they are compared at all.

Comparing everybody with everybody is out of the question, so each member is filed under near forms of what is known of
him, and only those filed under the same form are compared. A slip of one letter or digit shows in a shared form too: if
two texts differ by one place, or two swapped ones, then leaving out one character of each can make them equal.

Forms are made from personal data. They are kept as keyed hashes only.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.members import MemberKey
from identity_service.domain.profile import MonthDay

LEAST_LOCAL_PART = 6
"""Shorter local parts (info, anna) are too many people's."""
MOST_LOCAL_PART = 24
"""Of longer local parts no slips are looked for: each letter is a form."""
MOST_NAMES = 4
MOST_FORMS = 256
"""Of a member; those that are named last are left out."""
_ONE_PROVIDER = {"googlemail.com": "gmail.com"}
_NO_DOTS = frozenset({"gmail.com"})


class NearKind(Enum):
    """What a form is of."""

    PHONE = 1
    MAILBOX = 2
    LOCAL_PART = 3
    LOCAL_PART_SLIP = 4
    NAME_AND_BIRTHDAY = 5
    NAME_AND_LOCATION = 6


@dataclass(frozen=True, slots=True)
class Known:
    """An identifier of a member, and whether it is verified."""

    kind: IdentifierKind
    value: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Comparable:
    """What is compared of a member; texts are empty, and birthday and year None, where they are not known."""

    key: MemberKey
    identifiers: tuple[Known, ...] = ()
    given_name: str = ""
    family_name: str = ""
    birthday: MonthDay | None = None
    birth_year: int | None = None
    home_location_id: str = ""
    enroll_time: datetime | None = None
    erased: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The words of the whole name, folded."""
        return folded_words(f"{self.given_name} {self.family_name}")


def near_forms(member: Comparable) -> list[tuple[NearKind, str]]:
    """The forms a member is filed under, each once, at most MOST_FORMS."""
    if member.erased:
        return []
    return list(dict.fromkeys(_forms(member)))[:MOST_FORMS]


def mailbox(email: str) -> tuple[str, str, bool]:
    """Local part and domain as most providers deliver by them: without tag and dots, one name of a provider with
    several; and whether the provider is known to overlook dots."""
    local, _, domain = email.rpartition("@")
    domain = _ONE_PROVIDER.get(domain, domain)
    local = local.partition("+")[0] or local
    return local.replace(".", "") or local, domain, domain in _NO_DOTS


def folded_words(text: str) -> tuple[str, ...]:
    """Words without case, accents and what is no letter; sorted, so that the order of names does not count."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(
        character if character.isalpha() else " " for character in plain if not unicodedata.combining(character)
    )
    return tuple(sorted(letters.split()))


def sound(word: str) -> str:
    """Roughly how a Latin word sounds: Meyer, Meier and Maier alike, Schmidt and Schmitt; other scripts as they are."""
    if not word.isascii():
        return word
    for written, heard in (("ph", "f"), ("ck", "k"), ("dt", "t"), ("tz", "z"), ("sch", "s"), ("th", "t")):
        word = word.replace(written, heard)
    heard = word.translate(_SOUNDS)
    heard = re.sub(r"(.)\1+", r"\1", heard)
    return heard[:1] + re.sub(r"[aeiouyh]", "", heard[1:])


_SOUNDS = str.maketrans({"c": "k", "q": "k", "z": "s", "w": "v", "d": "t"})


def _forms(member: Comparable) -> Iterator[tuple[NearKind, str]]:
    for known in member.identifiers:
        if known.kind is IdentifierKind.EMAIL:
            yield from _email_forms(known.value)
    for known in member.identifiers:
        if known.kind is IdentifierKind.PHONE:
            yield from ((NearKind.PHONE, form) for form in _one_left_out(known.value[1:]))
    sounds = [sound(word) for word in member.names][:MOST_NAMES]
    if member.birthday is not None:
        for word in sounds:
            yield NearKind.NAME_AND_BIRTHDAY, f"{word} {member.birthday.month} {member.birthday.day}"
    if member.home_location_id and sounds:
        yield NearKind.NAME_AND_LOCATION, f"{' '.join(sorted(sounds))} {member.home_location_id}"


def _email_forms(email: str) -> Iterator[tuple[NearKind, str]]:
    local, domain, _ = mailbox(email)
    yield NearKind.MAILBOX, f"{local}@{domain}"
    if len(local) >= LEAST_LOCAL_PART:
        yield NearKind.LOCAL_PART, local
        if len(local) <= MOST_LOCAL_PART:
            yield from ((NearKind.LOCAL_PART_SLIP, f"{form}@{domain}") for form in _one_left_out(local))


def _one_left_out(text: str) -> Iterator[str]:
    """The text as it is, without its first character, without its second, and so on."""
    yield text
    yield from (text[:place] + text[place + 1 :] for place in range(len(text)))
