"""Spends that cannot be, or are not likely. Pure: what happened before comes in, what it makes with this one out."""

from collections.abc import Iterator, Sequence
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


def raised_by(
    thresholds: Thresholds, spend: SpendTrail, before: Sequence[SpendTrail], around: Around = NOTHING
) -> Iterator[Raised]:
    """The alerts a spend raises with those before it (in the order of the log; others' are passed over)."""
    mine = [trail for trail in before if trail.program == spend.program]
    of_member = [trail for trail in mine if trail.root == spend.root]
    yield from _far_apart(thresholds, spend, of_member)
    yield from _changed(thresholds, spend, of_member, around.identifier_change_time)
    if 0 < thresholds.missed_lookups <= around.missed_lookups:
        yield Raised(AlertKind.GUESSED, spend, (spend.position,))
    till = (spend.caller, spend.location_id)
    yield from _many(thresholds, spend, [trail for trail in mine if (trail.caller, trail.location_id) == till])


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
    within = [trail for trail in of_till if spend.time - trail.time < thresholds.many_within]
    roots = {trail.root for trail in within}
    if spend.root not in roots and len(roots) + 1 == thresholds.many_members:
        first = {trail.root: trail.position for trail in reversed(within)}
        evidence = (*reversed(first.values()), spend.position)
        yield Raised(AlertKind.MANY_MEMBERS, spend, evidence[-MOST_EVIDENCE:])
