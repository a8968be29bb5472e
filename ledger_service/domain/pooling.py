"""Existing programs on their way into a pooled one, and what replaying their traffic comes to (docs/adr/0062)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chassis.values.rounding import Ratio
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.event import Event, EventType


class PoolingState(Enum):
    """How far an existing program is pooled."""

    LOCAL = "local"
    REQUESTED = "requested"
    SHADOW = "shadow"
    POOLED = "pooled"
    LEAVING = "leaving"


MOVES = frozenset({
    (PoolingState.LOCAL, PoolingState.REQUESTED),
    (PoolingState.REQUESTED, PoolingState.SHADOW),
    (PoolingState.REQUESTED, PoolingState.LOCAL),
    (PoolingState.SHADOW, PoolingState.LOCAL),
    (PoolingState.SHADOW, PoolingState.POOLED),
    (PoolingState.POOLED, PoolingState.LEAVING),
    (PoolingState.LEAVING, PoolingState.LOCAL),
})  # fmt: skip
"""From where to where; everything else is refused."""


class Crossing(NamedTuple):
    """A spending that crossed the border of an existing program."""

    program: str
    source: str
    redemption_id: str
    location_id: str
    post_time: datetime


@dataclass(frozen=True, slots=True)
class PoolingChange:
    """One move; `position` is that of its event."""

    source: str
    number: int
    before: PoolingState
    after: PoolingState
    signed_by: str
    reason: str
    caller: str
    request_id: str
    change_time: datetime
    position: LogPosition


@dataclass(frozen=True, slots=True)
class Pooling:
    """An existing program as it stands. `last_item` and `accepted_item` are those of its latest shadow, which the
    change of number `shadow` began (0: there was none). `locations` are its own, `crossing` what crossed its
    border first."""

    program: str
    source: str
    state: PoolingState
    number: int
    last_item: int
    accepted_item: int
    accepted_by: str
    changes: tuple[PoolingChange, ...] = ()
    locations: tuple[str, ...] = ()
    crossing: Crossing | None = None

    @property
    def accepted(self) -> bool:
        """True if something was compared and all of it accepted."""
        return 0 < self.last_item == self.accepted_item

    @property
    def shadow(self) -> int:
        """The number of the change that began the latest shadow."""
        begun = [change.number for change in self.changes if change.after is PoolingState.SHADOW]
        return max(begun, default=0)


class ShadowKind(Enum):
    """What was compared."""

    ORDER = "order"
    QUOTE = "quote"
    REFUSED = "refused"


class Compared(NamedTuple):
    """What one line of an item came to there and here; `explanation` is ours."""

    item: int
    line_number: int
    kind: ShadowKind
    brand: str
    rule: str
    old_amount: int
    mesh_amount: int
    explanation: str

    @property
    def differs(self) -> bool:
        """True if the two disagree; what is refused here always does."""
        return self.kind is ShadowKind.REFUSED or self.old_amount != self.mesh_amount


class ShadowCell(NamedTuple):
    """What totals are kept by."""

    kind: ShadowKind
    brand: str
    rule: str


class ShadowSum(NamedTuple):
    """What a cell comes to."""

    compared: int
    differing: int
    old_amount: int
    mesh_amount: int


def summed(compared: Sequence[Compared]) -> Mapping[ShadowCell, ShadowSum]:
    """Comparisons by kind, brand and rule."""
    cells: dict[ShadowCell, ShadowSum] = {}
    for one in compared:
        cell = ShadowCell(one.kind, one.brand, one.rule)
        so_far = cells.get(cell, ShadowSum(0, 0, 0, 0))
        more = (1, int(one.differs), one.old_amount, one.mesh_amount)
        cells[cell] = ShadowSum(*(before + plus for before, plus in zip(so_far, more, strict=True)))
    return cells


def here(points: int, ratio: Ratio) -> int:
    """Old points as points of this program, rounded down."""
    return ratio.floor_of(points)


def event_of_change(program: str, change: PoolingChange, traceparent: str) -> Event:
    """The change's entry of the log: nobody's, from nowhere, moving nothing."""
    return Event(
        program=program,
        position=change.position,
        type=EventType.POOLING_CHANGED,
        root="",
        wallet_version=0,
        caller=change.caller,
        request_id=change.request_id,
        subject_id=f"{change.source}/{change.number}",
        revision="",
        location_id="",
        operator="",
        region="",
        channel="",
        brand="",
        redeemer="",
        influenced_by_offer_id="",
        offer_owner="",
        member_home_location_id="",
        occur_time=change.change_time,
        post_time=change.change_time,
        movements=(),
        chain_heads=(),
        traceparent=traceparent,
    )
