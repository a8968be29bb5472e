"""Movements: chained by hash over everything that settlement and auditors rely on; events as canonical JSON."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from chassis.values.canonical import GENESIS, chained_hash, chained_json_hash
from chassis.values.money import Money
from ledger_service.domain.accrual import Accrual, Funder
from ledger_service.domain.movement import Cause, Movement, MovementKind, MovementRef, Obligation, movement_hash
from ledger_service.domain.policies import SettlementPolicy
from ledger_service.store import codec
from tests.property.ledger.twin import Twin
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

CENT = Money("USD", 1)
BEFORE = (
    "4da838eaef1671c632998d7182336d1237602ad08ddfc29502d4eba849f74490",
    "8c121ffc4a16b79b075894da784c5af30380b1ae764e15a8d38982404ce965cb",
)


@pytest.fixture
def spent() -> tuple[Movement, Accrual]:
    """A redeemed movement with an obligation, and its accrual."""
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 1000, "north")], [award(1, 10, "north")])
    ledger.redeem("ana", 10, terms("linden", "1", {"north": "1"}))
    recorded = ledger.events[-1].movements[0]
    return recorded.movement, recorded.accrual


OTHERS = {
    "home": "bo",
    "sequence": 9,
    "accrual_id": "acc_other",
    "kind": MovementKind.EXPIRED,
    "points": 9,
    "remaining_after": 1,
    "held_after": 1,
    "cause": Cause.TIME,
    "cause_id": "other",
    "line_number": 2,
    "occur_time": NOON + timedelta(microseconds=1),
    "post_time": NOON + timedelta(microseconds=1),
    "available_time": NOON,
    "expire_time": NOON,
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_field_of_a_movement_is_hashed(spent: tuple[Movement, Accrual], name: str) -> None:
    movement, _ = spent
    other = replace(movement, **{name: OTHERS[name]})  # type: ignore[arg-type]
    assert movement_hash(GENESIS, "prg", other, None) != movement_hash(GENESIS, "prg", movement, None)


SETTLED = {
    "value": CENT,
    "price": CENT,
    "pays": MovementRef("ana", 1),
    "obligations": (Obligation("north", "linden", CENT, "agreed"),),
}


@pytest.mark.parametrize("name", SETTLED)
def test_everything_settled_is_hashed(spent: tuple[Movement, Accrual], name: str) -> None:
    movement, _ = spent
    settlement = replace(movement.settlement, **{name: SETTLED[name]})  # type: ignore[arg-type]
    other = replace(movement, settlement=settlement)
    assert movement_hash(GENESIS, "prg", other, None) != movement_hash(GENESIS, "prg", movement, None)


FACTS = {
    "order_id": "other",
    "line_number": 2,
    "brand": "other",
    "issuer": "other",
    "rule_id": "other",
    "rule_version": "other",
    "rule_ordinal": 9,
    "revision": "other",
    "offer_id": "other",
    "funders": (Funder("north", 5_000), Funder("peak", 5_000)),
    "location_id": "other",
    "operator": "other",
    "region": "other",
    "channel": "other",
    "scope": "other",
    "desired": 11,
    "granted": 11,
    "earn_time": NOON + timedelta(microseconds=1),
    "settlement_policy": SettlementPolicy.NONE,
}


@pytest.mark.parametrize("name", FACTS)
def test_every_frozen_fact_of_an_accrual_is_hashed_with_its_birth(spent: tuple[Movement, Accrual], name: str) -> None:
    movement, born = spent
    other = replace(born, **{name: FACTS[name]})  # type: ignore[arg-type]
    assert movement_hash(GENESIS, "prg", movement, other) != movement_hash(GENESIS, "prg", movement, born)


def test_the_rate_of_an_obligation_is_hashed(spent: tuple[Movement, Accrual]) -> None:
    movement, _ = spent
    hashes = set()
    for rate in ("", "ecb", "fed"):
        settlement = replace(movement.settlement, obligations=(Obligation("north", "linden", CENT, "agreed", rate),))
        hashes.add(movement_hash(GENESIS, "prg", replace(movement, settlement=settlement), None))
    assert len(hashes) == 3


def test_a_movement_without_rates_is_hashed_as_before_there_were_any() -> None:
    """Made by the release before settlement policies and rates."""
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 1000, "north")], [award(1, 10, "north")])
    ledger.redeem("ana", 10, terms("linden", "1", {"north": "1"}))
    [born], [burnt] = (event.movements for event in ledger.events)
    assert (born.movement.hash.hex(), burnt.movement.hash.hex()) == BEFORE


def test_the_link_before_is_hashed(spent: tuple[Movement, Accrual]) -> None:
    movement, _ = spent
    assert movement_hash(b"\1" * 32, "prg", movement, None) != movement_hash(GENESIS, "prg", movement, None)


def test_stored_events_are_canonical_json() -> None:
    """So that their hash is the one any JSON library comes to."""
    twin = Twin(Random(3).randint)
    for _ in range(60):
        twin.act()
    for event in twin.pure.events:
        payload = codec.encode(event)
        assert chained_json_hash(GENESIS, "event/1", payload) == chained_hash(GENESIS, "event/1", json.loads(payload))


def test_stored_events_are_read_back_as_they_were() -> None:
    twin = Twin(Random(4).randint)
    for _ in range(60):
        twin.act()
    assert [codec.decode_event(codec.encode(event)) for event in twin.pure.events] == twin.pure.events


def test_a_stored_event_from_before_brands_were_told_names_none() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 1000, "north")], [award(1, 10, "north")])
    ledger.redeem("ana", 10, terms("linden", "1", {"north": "1"}))
    event = ledger.events[-1]
    older = codec.encode(event).replace(b'"place_brand":"linden",', b"")
    [spent] = [one.movement.settlement for one in codec.decode_event(older).movements]
    assert older != codec.encode(event)
    assert (spent.place_entity, spent.place_brand) == ("linden", "")


def test_stored_answers_are_read_back_as_they_were() -> None:
    twin = Twin(Random(5).randint)
    for _ in range(60):
        twin.act()
    for one in twin.done:
        if one.applied is not None:
            kind, answer = one.applied.event.type.value, one.applied.answer
            assert codec.decode_answer(kind, codec.encode(answer)) == answer
