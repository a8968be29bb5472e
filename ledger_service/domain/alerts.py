"""Spends that cannot be, or are not likely. Pure: what was spent before comes in, what it makes with this one out."""

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


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`far_apart`: a member in two regions within that. `many_members`: so many of one till within `many_within`.
    The defaults are what no shopper and no till does: ten minutes do not take anybody to another region, and a queue of
    fifty who all spend points takes longer than five minutes."""

    far_apart: timedelta = timedelta(minutes=10)
    many_members: int = 50
    many_within: timedelta = timedelta(minutes=5)

    @property
    def longest(self) -> timedelta:
        """How far back a spend matters."""
        return max(self.far_apart, self.many_within)


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
class Raised:
    """An alert as it is raised."""

    kind: AlertKind
    last: SpendTrail
    evidence: tuple[LogPosition, ...]

    @property
    def alert_id(self) -> str:
        """Of the kind and the last spend: the same log gives the same alerts."""
        partition, position = self.last.position
        return made_id("alt", self.last.program, self.kind.value, str(partition), str(position))


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


def raised_by(thresholds: Thresholds, spend: SpendTrail, before: Trails) -> Iterator[Raised]:
    """The alerts a spend raises with those before it."""
    yield from _far_apart(thresholds, spend, before.of_member(spend))
    yield from _many(thresholds, spend, before.of_till(spend))


def _far_apart(thresholds: Thresholds, spend: SpendTrail, of_member: Sequence[SpendTrail]) -> Iterator[Raised]:
    """With the last spend alone: who goes on where she is raises no second one."""
    if not of_member or not spend.region:
        return
    last = of_member[-1]
    if last.region and last.region != spend.region and spend.time - last.time < thresholds.far_apart:
        yield Raised(AlertKind.FAR_APART, spend, (last.position, spend.position))


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
