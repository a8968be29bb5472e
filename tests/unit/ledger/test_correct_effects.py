"""What a planned correction tells before anybody agrees to it (docs/adr/0025)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger_service.domain.correction import CorrectionEffect
from ledger_service.domain.correction_effects import EffectSums, differences_of, order_difference
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_people import People

LINDEN = terms("linden", "1", {"north": "1"})
SOON = NOON + timedelta(days=1)


@pytest.fixture
def ledger() -> PureLedger:
    """A sale of 4 pieces that earned 40 points."""
    ledger = PureLedger()
    lines = [sold(1, 4000, "north", quantity=4)]
    ledger.post_order("ana", "sale", lines, [award(1, 40, "north", expire_time=SOON)])
    return ledger


def effects(ledger: PureLedger, *points: int) -> tuple[CorrectionEffect, ...]:
    """What it would come to if the sale had earned these points by one rule each."""
    people, sums = People(ledger), EffectSums()
    order = people.order("sale")
    rules = (None, "bonus")
    awards = [
        award(1, each, "north", rule=rule, ordinal=ordinal, expire_time=SOON)
        for ordinal, (each, rule) in enumerate(zip(points, rules, strict=False), start=1)
    ]
    returned = ledger.state.returned.values()
    sums.add("ana", differences_of(order, people.accruals(order.order_id), returned, awards, ledger.now))
    return sums.effects()


def test_a_gain_is_told_with_what_it_stands_for(ledger: PureLedger) -> None:
    assert effects(ledger, 50, 7) == (CorrectionEffect("north", 1, 17, 0, 0, 0, {"USD": 17}),)


def test_what_has_come_back_gains_nothing(ledger: PureLedger) -> None:
    ledger.give_back("ana", "r1", "sale", {1: (ReturnBasis.QUANTITY, 1)})
    assert effects(ledger, 80, 8) == (CorrectionEffect("north", 1, 36, 0, 0, 0, {"USD": 36}),)


def test_of_a_loss_it_is_told_how_much_was_spent(ledger: PureLedger) -> None:
    ledger.redeem("ana", 30, LINDEN)
    assert effects(ledger, 15) == (CorrectionEffect("north", 0, 0, 1, 25, 15, {"USD": -25}),)


def test_what_has_lapsed_gains_nothing_that_lasts(ledger: PureLedger) -> None:
    ledger.at(SOON)
    assert effects(ledger, 50, 7) == (CorrectionEffect("north", 0, 0, 0, 0, 0, {"USD": 0}),)


def test_a_sale_that_stays_as_it_is_has_no_digest(ledger: PureLedger) -> None:
    order = People(ledger).order("sale")
    accruals = People(ledger).accruals(order.order_id)
    same = [award(1, 40, "north", expire_time=SOON)]
    assert order_difference(order, differences_of(order, accruals, (), same, NOON)).digest == ""
    other = [replace(same[0], points=41)]
    assert order_difference(order, differences_of(order, accruals, (), other, NOON)).digest != ""
