"""One event of every type, with a movement of every kind for every cause, made from the ledger's contract."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, cycle, product

from loyalty.ledger.v1 import events_pb2, movement_pb2

from settlement_service.domain.event import EFFECT, PERIOD_CUT, Cause, Event, Kind, Movement
from tests.unit.settlement.events import accrual, carrying, event, movement

TYPES = sorted(name.removeprefix("EVENT_TYPE_") for name, number in events_pb2.EventType.items() if number)
KINDS = sorted(name.removeprefix("MOVEMENT_KIND_") for name, number in movement_pb2.MovementKind.items() if number)
CAUSES = sorted(name.removeprefix("MOVEMENT_CAUSE_") for name, number in movement_pb2.MovementCause.items() if number)

GRANTED, MOVED = 10, 4


def is_paired(kind: str, cause: str) -> bool:
    """True for the sides of a repayment: neither stands in an event without the other (the worked basket has them)."""
    return kind == "REPAID" or (cause == "REPAYMENT" and kind in ("REDEEMED", "RESTORED"))


def every_event() -> Iterator[Event]:
    """Events of the partition 0 in order: each type without movements, then each kind for each cause."""
    moving = cycle(event_type for event_type in TYPES if event_type != PERIOD_CUT)
    positions, sequences = count(1), count(1)
    for event_type in TYPES:
        subject = "2026-03" if event_type == PERIOD_CUT else "ord_1"
        yield replace(event(position=next(positions)), event_type=event_type, subject_id=subject)
    for kind, cause in product(KINDS, CAUSES):
        if not is_paired(kind, cause):
            moved = _moved(Kind(kind), Cause(cause), sequences)
            yield replace(event(*moved, position=next(positions)), event_type=next(moving))


def _moved(kind: Kind, cause: Cause, sequences: Iterator[int]) -> tuple[Movement, Movement]:
    """An accrual of its own that is born, and then moved."""
    sequence = next(sequences)
    of = accrual("north", accrual_id=f"acc_{sequence}")
    change = EFFECT.get(kind, 0) * MOVED
    born = movement(Kind.EARNED, carrying("north", GRANTED), of=of, sequence=sequence, points=GRANTED)
    carried = (carrying("north", change),) if change else ()
    moved = movement(kind, *carried, of=of, cause=cause, sequence=next(sequences), points=MOVED)
    return replace(born, outstanding_after=GRANTED), replace(moved, outstanding_after=GRANTED + change)
