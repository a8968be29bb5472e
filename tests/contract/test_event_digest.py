"""The ledger's digest of an event is the one that settlement makes of what it was sent, and tells any alteration."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from loyalty.ledger.v1 import events_pb2, movement_pb2
from loyalty.rules.v1 import program_pb2

from chassis.values.canonical import content_hash
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.event import Event
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import SettlementPolicy
from ledger_service.domain.redemption import CurrencyTerm, SettlementTerm
from ledger_service.use_cases.log_ports import StoredEvent
from ledger_service.wire import event_digest
from ledger_service.wire.events import stream_messages
from settlement_service.wire.event_digest import digest_of
from tests.property.ledger.twin import Twin
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_restores import restore, spend

WHOLE = {1: (ReturnBasis.WHOLE, None)}


def message_of(event: Event, most_movements: int = 0) -> events_pb2.Event:
    """An event as a reader has it once everything of it has come."""
    *ahead, last = stream_messages(StoredEvent(event, bytes(32)), most_movements)
    message = events_pb2.Event()
    message.CopyFrom(last.event)
    moves = [movement for part in ahead for movement in part.ahead.movements] + list(message.movements)
    del message.movements[:]
    message.movements.extend(moves)
    return message


def eventful() -> list[Event]:
    """Sales of three policies, spent with rates and fees, back again: debts, repayments, an unwound one."""
    ledger = PureLedger(program="prög")
    euro = PointRate("EUR", Ratio(1, 3))
    for number, policy in enumerate((SettlementPolicy.RESERVE, SettlementPolicy.NONE, SettlementPolicy.REIMBURSE)):
        ledger.policy, ledger.reserve = policy, "hq" if policy is SettlementPolicy.RESERVE else ""
        shared = award(1, 100, "north", funders={"north": 7_000, "linden": 3_000}, rate=euro)
        ledger.post_order("ana", f"sale-{number}", [sold(1, 1_000, "north"), sold(2, 0, "")], [shared])
        ledger.pass_time(timedelta(minutes=1))
    by = SettlementTerm("agr", share_of_liability=Ratio.of("0.9"), fee=Ratio.of("0.02"))
    at = replace(
        terms("linden", "1", {}), settlement={"north": by}, currencies={"EUR": CurrencyTerm("ecb", Ratio(5, 4))}
    )
    spent = spend(ledger, 250, at)
    ledger.give_back("ana", "back", "sale-0", WHOLE)
    restore(ledger, spent, 120)
    return ledger.events


@pytest.fixture(scope="module")
def spent() -> Event:
    """The redemption of those."""
    return next(event for event in eventful() if event.redeemer)


def test_both_sides_make_the_same_of_eventful_days() -> None:
    twin = Twin(Random(11).randint)
    for _ in range(150):
        twin.act()
    for event in [*eventful(), *twin.pure.events]:
        message = message_of(event)
        assert digest_of(message) == message.digest


def test_it_covers_movements_that_came_ahead(spent: Event) -> None:
    assert len(spent.movements) > 1
    assert message_of(spent, 1) == message_of(spent)


def test_it_is_the_canonical_hash_of_what_is_booked(spent: Event) -> None:
    assert event_digest.digest_of(spent) == content_hash("booked_event/1", event_digest.booked(spent))


def _first(message: events_pb2.Event) -> movement_pb2.Movement:
    return message.movements[0]


ALTERATIONS: dict[str, Callable[[events_pb2.Event], None]] = {
    "program": lambda event: setattr(event, "program_id", "prog"),
    "position": lambda event: setattr(event.position, "position", 99),
    "type": lambda event: setattr(event, "event_type", events_pb2.EVENT_TYPE_REDEMPTION_CAPTURED),
    "redeemer": lambda event: setattr(event, "redeemer_entity_id", "peak"),
    "time": lambda event: setattr(event.post_time, "nanos", event.post_time.nanos + 1_000),
    "order of movements": lambda event: event.movements.reverse(),
    "a movement less": lambda event: event.movements.pop() and None,
    "points": lambda event: setattr(_first(event), "points", 1),
    "price": lambda event: _first(event).ClearField("price"),
    "whose own price": lambda event: setattr(_first(event), "place_entity_id", ""),
    "where they were spent": lambda event: setattr(_first(event), "place_brand_id", ""),
    "amount owed": lambda event: setattr(_first(event).obligations[0].amount, "minor_units", 1),
    "agreement": lambda event: setattr(_first(event).obligations[0], "agreement_id", ""),
    "rate": lambda event: setattr(_first(event).obligations[0], "rate_id", ""),
    "carrying value": lambda event: setattr(_first(event).carrying[0], "liability_minor_units", 1),
    "policy": lambda event: setattr(
        _first(event).accrual, "settlement_policy", program_pb2.SETTLEMENT_POLICY_REIMBURSE
    ),
    "reserve": lambda event: setattr(_first(event).accrual, "reserve_entity_id", ""),
    "funders": lambda event: event.movements[0].accrual.funders.reverse(),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_whatever_is_altered_on_the_way_is_seen(spent: Event, name: str) -> None:
    message = message_of(spent)
    ALTERATIONS[name](message)
    assert digest_of(message) != message.digest


@pytest.mark.parametrize("field", ["line_number", "brand_id"])
def test_what_was_paid_is_covered_too(field: str) -> None:
    message = message_of(eventful()[0])
    assert message.sold_lines
    setattr(message.sold_lines[0], field, 7 if field == "line_number" else "peak")
    assert digest_of(message) != message.digest
