"""Every event that the ledger can write can be stored, told and answered again."""

import pytest
from loyalty.ledger.v1 import events_pb2, movement_pb2

from ledger_service.domain.event import EventType
from ledger_service.domain.movement import HELD_SIGN, REMAINING_SIGN, Cause, MovementKind
from ledger_service.store import codec


@pytest.mark.parametrize("event_type", EventType)
def test_its_answer_can_be_read_again(event_type: EventType) -> None:
    with pytest.raises(Exception, match="object"):
        codec.decode_answer(event_type.value, b"[]")


@pytest.mark.parametrize("event_type", EventType)
def test_its_type_is_stored_under_its_own_name(event_type: EventType) -> None:
    assert event_type.value == event_type.name.lower()


def test_the_contract_knows_every_type_kind_and_cause_and_no_others() -> None:
    for enum, ours, prefix in (
        (events_pb2.EventType, EventType, "EVENT_TYPE"),
        (movement_pb2.MovementKind, MovementKind, "MOVEMENT_KIND"),
        (movement_pb2.MovementCause, Cause, "MOVEMENT_CAUSE"),
    ):
        assert {f"{prefix}_{each.name}" for each in ours} | {f"{prefix}_UNSPECIFIED"} == set(enum.keys())


@pytest.mark.parametrize("kind", MovementKind)
def test_every_kind_says_what_it_does_to_its_accrual(kind: MovementKind) -> None:
    assert REMAINING_SIGN[kind] + HELD_SIGN.get(kind, 0) in (-1, 0, 1)
