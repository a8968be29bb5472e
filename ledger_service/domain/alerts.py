"""Spends that cannot be, or are not likely. Pure: what happened before comes in, what it makes with this one out."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from chassis.values.ids import made_id
from ledger_service.domain.answers import LogPosition

MOST_EVIDENCE = 200


class AlertKind(Enum):
    """What was met."""

    FAR_APART = "far_apart"
    MANY_MEMBERS = "many_members"
    GUESSED = "guessed"
    PROOFS_REFUSED = "proofs_refused"
    IDENTIFIER_CHANGED = "identifier_changed"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`far_apart`: a member in two regions within that. `many_members`: so many of one till within `many_within`.
    `missed_lookups`: so many in vain by a caller within `guessed_within`, and then a spend. `refused_proofs`: so many
    of a member within `refused_within`. `identifier_changed`: a spend so soon after it. 0 or no time: never.
    The defaults are what no shopper and no till does: ten minutes do not take anybody to another region, and a queue of
    fifty who all spend points takes longer than five minutes."""

    far_apart: timedelta = timedelta(minutes=10)
    many_members: int = 50
    many_within: timedelta = timedelta(minutes=5)
    missed_lookups: int = 30
    guessed_within: timedelta = timedelta(minutes=10)
    refused_proofs: int = 5
    refused_within: timedelta = timedelta(minutes=15)
    identifier_changed: timedelta = timedelta(minutes=30)

    @property
    def longest(self) -> timedelta:
        """How far back a spend matters."""
        return max(self.far_apart, self.many_within, self.guessed_within, self.refused_within, self.identifier_changed)


@dataclass(frozen=True, slots=True)
class SpendTrail:
    """What is remembered of a spend: points redeemed or set aside. A till is a caller at a location."""

    program: str
    position: LogPosition
    root: str
    caller: str
    location_id: str
    region: str
    time: datetime


@dataclass(frozen=True, slots=True)
class RefusedProof:
    """A proof that identity refused, numbered as it was kept."""

    number: int
    program: str
    root: str
    caller: str
    location_id: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """What happened around a spend: when an identifier of the member last changed up to it, and how often its caller
    had looked in vain since its last spend, or within `guessed_within`."""

    identifier_change_time: datetime | None = None
    missed_lookups: int = 0


NOTHING = Around()


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert as it is raised: by the last spend, or the last refused proof."""

    kind: AlertKind
    last: SpendTrail | RefusedProof
    evidence: tuple[LogPosition, ...]

    @property
    def alert_id(self) -> str:
        """Of the kind and what was last: the same log gives the same alerts."""
        last = self.last
        place = (last.number,) if isinstance(last, RefusedProof) else last.position
        return made_id("alt", last.program, self.kind.value, *(str(number) for number in place))


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it is kept, with its number in the order of raising."""

    number: int
    alert_id: str
    program: str
    kind: AlertKind
    root: str
    location_id: str
    caller: str
    evidence: tuple[LogPosition, ...]
    time: datetime
    acknowledged_by: str
    acknowledge_time: datetime | None


class Trails:
    """Spends so far, by member and by till, each in the order of time: a spend is judged by the few that concern it,
    however many there are of others."""

    def __init__(self, trails: Iterable[SpendTrail] = ()) -> None:
        self._of_members: defaultdict[tuple[str, str], list[SpendTrail]] = defaultdict(list)
        self._of_tills: defaultdict[tuple[str, str, str], list[SpendTrail]] = defaultdict(list)
        for trail in trails:
            self.add(trail)

    def add(self, trail: SpendTrail) -> None:
        """One more."""
        insort(self.of_member(trail), trail, key=_time)
        insort(self.of_till(trail), trail, key=_time)

    def of_member(self, spend: SpendTrail) -> list[SpendTrail]:
        """Those of the member that spends."""
        return self._of_members[spend.program, spend.root]

    def of_till(self, spend: SpendTrail) -> list[SpendTrail]:
        """Those at the till."""
        return self._of_tills[spend.program, spend.caller, spend.location_id]


def _time(trail: SpendTrail) -> datetime:
    return trail.time


def raised_by(thresholds: Thresholds, spend: SpendTrail, before: Trails, around: Around = NOTHING) -> Iterator[Raised]:
    """The alerts a spend raises with those before it."""
    of_member = before.of_member(spend)
    yield from _far_apart(thresholds, spend, of_member)
    yield from _changed(thresholds, spend, of_member, around.identifier_change_time)
    if 0 < thresholds.missed_lookups <= around.missed_lookups:
        yield Raised(AlertKind.GUESSED, spend, (spend.position,))
    yield from _many(thresholds, spend, before.of_till(spend))


def _far_apart(thresholds: Thresholds, spend: SpendTrail, of_member: Sequence[SpendTrail]) -> Iterator[Raised]:
    """With the last spend alone: who goes on where she is raises no second one."""
    if not of_member or not spend.region:
        return
    last = of_member[-1]
    if last.region and last.region != spend.region and spend.time - last.time < thresholds.far_apart:
        yield Raised(AlertKind.FAR_APART, spend, (last.position, spend.position))


def raised_by_proof(thresholds: Thresholds, refused: RefusedProof, before: Sequence[datetime]) -> Iterator[Raised]:
    """Once when the number is reached, with those of the member that were judged before."""
    within = sum(refused.time - time < thresholds.refused_within for time in before)
    if within + 1 == thresholds.refused_proofs:
        yield Raised(AlertKind.PROOFS_REFUSED, refused, ())


def _changed(
    thresholds: Thresholds, spend: SpendTrail, of_member: Sequence[SpendTrail], change_time: datetime | None
) -> Iterator[Raised]:
    """By the first spend after the change."""
    if change_time is None or spend.time - change_time >= thresholds.identifier_changed:
        return
    if not any(trail.time >= change_time for trail in of_member):
        yield Raised(AlertKind.IDENTIFIER_CHANGED, spend, (spend.position,))


def _many(thresholds: Thresholds, spend: SpendTrail, of_till: Sequence[SpendTrail]) -> Iterator[Raised]:
    """Once when the number is reached: by a member who was not among them."""
    first: dict[str, LogPosition] = {}
    for trail in reversed(of_till):
        if spend.time - trail.time >= thresholds.many_within:
            break
        first[trail.root] = trail.position
        if spend.root in first or len(first) == thresholds.many_members:
            return
    if len(first) + 1 == thresholds.many_members:
        evidence = (*reversed(first.values()), spend.position)
        yield Raised(AlertKind.MANY_MEMBERS, spend, evidence[-MOST_EVIDENCE:])
