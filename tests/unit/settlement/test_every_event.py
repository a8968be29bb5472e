"""Settlement takes every event, kind and cause that the ledger's contract knows."""

from collections.abc import Iterable
from enum import Enum

import pytest

from ledger_service.domain import event as ledger_event
from ledger_service.domain import movement as ledger_movement
from settlement_service.domain.bookkeeping import entries_of
from settlement_service.domain.event import Cause, Event, Kind
from settlement_service.domain.posting_matrix import treatment_of
from settlement_service.wire.events import delivery_of
from tests.unit.settlement.events import movement
from tests.unit.settlement.every import CAUSES, KINDS, TYPES, every_event
from tests.unit.settlement.messages import event_message


def names(values: Iterable[Enum]) -> list[str]:
    return sorted(value.name for value in values)


@pytest.mark.parametrize(
    ("told", "contract"),
    [
        (ledger_event.EventType, TYPES),
        (ledger_movement.MovementKind, KINDS),
        (ledger_movement.Cause, CAUSES),
        (Kind, KINDS),
        (Cause, CAUSES),
    ],
    ids=["ledger's types", "ledger's kinds", "ledger's causes", "settlement's kinds", "settlement's causes"],
)
def test_what_the_ledger_tells_is_what_the_contract_and_settlement_know(
    told: Iterable[Enum], contract: list[str]
) -> None:
    assert names(told) == contract


def test_every_event_is_read_as_it_was_written() -> None:
    for event in every_event():
        assert delivery_of(event_message(event)).content == event


def test_every_event_is_booked_in_balance() -> None:
    for event in every_event():
        for entry in entries_of(event):
            assert sum(posting.amount for posting in entry.postings) == 0


@pytest.mark.parametrize("event_type", TYPES)
def test_an_event_that_moves_nothing_books_nothing(event_type: str) -> None:
    [empty] = [event for event in every_event() if event.event_type == event_type and not event.movements]
    assert isinstance(delivery_of(event_message(empty)).content, Event)
    assert entries_of(empty) == ()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_treatment(kind: Kind) -> None:
    assert treatment_of(movement(kind))


@pytest.mark.parametrize("kind", [Kind.HELD, Kind.UNHELD, Kind.RESCHEDULED])
def test_what_changes_no_points_books_nothing_whatever_its_cause(kind: Kind) -> None:
    told = [event for event in every_event() if len(event.movements) == 2 and event.movements[1].kind is kind]
    assert {event.movements[1].cause for event in told} == set(Cause)
    for event in told:
        assert {entry.source.movement_sequence for entry in entries_of(event)} == {event.movements[0].sequence}
