"""Existing programs within a program, and what crosses their borders (docs/adr/0062)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.event import Event
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.pooling import Crossing, PoolingState

SPENDING = frozenset({
    (MovementKind.REDEEMED, Cause.REDEMPTION),
    (MovementKind.HELD, Cause.AUTHORIZATION),
    (MovementKind.TRANSFERRED_OUT, Cause.TRANSFER),
})  # fmt: skip
"""What can cross a border. A till was promised what it holds, so holding counts; paying a debt is no spending."""


@dataclass(frozen=True, slots=True)
class Source:
    """An existing program as a batch finds it, which stays so until the batch ends. `orders` are those of accruals that
    came from it, `gone` of those that go or have gone back, with their imports, `locations` its own. `crossed`: it was
    told already that something crossed its border."""

    program: str
    source: str
    state: PoolingState
    orders: frozenset[str]
    gone: Mapping[str, str]
    locations: frozenset[str]
    crossed: bool

    def owns(self, accrual: Accrual) -> bool:
        """True for points that came from it, or were earned at its locations."""
        return accrual.order_id in self.orders or accrual.order_id in self.gone or accrual.location_id in self.locations

    def is_crossed_by(self, accrual: Accrual, location: str) -> bool:
        """True if such points, spent there, cross its border: its own elsewhere or, while it is pooled, others at its
        locations. Before that, only what it brought can."""
        if not self.open:
            return accrual.order_id in self.orders and location not in self.locations
        return self.owns(accrual) != (location in self.locations)

    def bars(self, accrual: Accrual, location: str) -> bool:
        """True if it has left, or is about to, and such points may not be spent there."""
        if self.open or not self.gone:
            return False
        here = location in self.locations
        return not here if accrual.order_id in self.gone else here and not self.owns(accrual)

    @property
    def open(self) -> bool:
        """True while it is pooled: its locations are the program's."""
        return self.state is PoolingState.POOLED


Sources = Mapping[str, tuple[Source, ...]]
"""By program."""


def crossings(sources: Sources, events: Iterable[Event]) -> list[Crossing]:
    """What crosses a border first by these events, once a source, of those of which nothing was told yet."""
    found: dict[tuple[str, str], Crossing] = {}
    for event in events:
        for source in sources.get(event.program, ()):
            key = (source.program, source.source)
            if source.crossed or key in found:
                continue
            crossed = _first(source, event)
            if crossed:
                found[key] = Crossing(*key, crossed, event.location_id, event.post_time)
    return [found[key] for key in sorted(found)]


def _first(source: Source, event: Event) -> str:
    """Which spending of an event crosses first; empty: none."""
    for recorded in event.movements:
        movement = recorded.movement
        spends = (movement.kind, movement.cause) in SPENDING
        if spends and source.is_crossed_by(recorded.accrual, event.location_id):
            return movement.cause_id
    return ""
