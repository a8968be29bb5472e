"""Points that were spent before their goods came back: debt, a smaller refund, or a loss written off."""

from dataclasses import replace

import pytest

from ledger_service.domain.answers import ReturnAnswer
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import ReturnPolicy, SpentPoints
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_restores import bring_back, burns, restore, spend
from tests.support.pure_spend import PureSpending

WHOLE = {1: (ReturnBasis.WHOLE, None)}
LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1", "peak": "1"})
REDUCE = ReturnPolicy(spent=SpentPoints.REDUCE_REFUND)
WRITE_OFF = ReturnPolicy(spent=SpentPoints.WRITE_OFF)


def earn(ledger: PureLedger, document: str, points: int, brand: str, **more: object) -> None:
    ledger.post_order("ana", document, [sold(1, 1000, brand, quantity=2)], [award(1, points, brand, **more)])  # type: ignore[arg-type]


def spent_before(
    policy: ReturnPolicy, points: int = 196, brand: str = "harbor"
) -> tuple[PureLedger, str, ReturnAnswer]:
    """Points that were all spent at Linden, with 116 others of the wallet's left; then their goods come back."""
    ledger = PureLedger()
    earn(ledger, "sale", points, brand)
    spent = spend(ledger, points, LINDEN)
    earn(ledger, "others", 116, "peak")
    return ledger, spent, bring_back(ledger, "return", "sale", WHOLE, policy)


# --- REDUCE_REFUND


def test_the_refund_is_reduced_by_what_the_points_had_cost() -> None:
    _, _, answer = spent_before(REDUCE)
    assert answer.withheld is not None
    assert (answer.withheld.currency_code, answer.withheld.minor_units) == ("USD", 156)


def test_the_debt_is_made_good_at_once_and_the_wallets_other_points_are_not_touched() -> None:
    ledger, _, answer = spent_before(REDUCE)
    assert (answer.repaid_points, answer.wallet.debt, answer.wallet.available) == (0, 0, 116)
    moved = [(one.movement.kind, one.movement.cause, one.movement.points) for one in ledger.events[-1].movements]
    assert moved == [
        (MovementKind.REVERSED, Cause.RETURN, 196),
        (MovementKind.ADJUSTED, Cause.RETURN, 196),
    ]


def test_the_place_of_return_owes_the_issuer_and_the_redeemer_keeps_its_claim() -> None:
    ledger, _, _ = spent_before(REDUCE)
    assert ledger.positions() == {"harbor": 0, "linden": 156, "shop-entity": -156}


def test_each_funder_is_owed_what_it_bore() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north", funders={"north": 5_000, "harbor": 5_000})
    spend(ledger, 100, terms("linden", "1", {"north": "1", "harbor": "1/2"}))
    bring_back(ledger, "return", "sale", WHOLE, REDUCE)
    assert ledger.positions() == {"north": 0, "harbor": 0, "linden": 75, "shop-entity": -75}


def test_a_place_that_issued_the_points_owes_nobody() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "shop-entity")
    spend(ledger, 100, terms("linden", "1", {"shop-entity": "1"}))
    answer = bring_back(ledger, "return", "sale", WHOLE, REDUCE)
    assert answer.withheld is not None
    assert (answer.withheld.minor_units, ledger.positions()) == (100, {"shop-entity": -100, "linden": 100})
    settlement = ledger.events[-1].movements[-1].movement.settlement
    assert (settlement.obligations, settlement.place_entity) == ((), "shop-entity")


def test_the_latest_redemption_is_paid_for_first_and_parts_cost_what_the_whole_would() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    spend(ledger, 60, terms("linden", "1", {"north": "1"}))
    spend(ledger, 40, terms("linden", "1/2", {"north": "1"}))
    one_piece = {1: (ReturnBasis.QUANTITY, 1)}
    parts = [bring_back(ledger, f"r{n}", "sale", one_piece, REDUCE).withheld for n in range(2)]
    assert [part.minor_units for part in parts if part] == [20 + 10, 50]


def test_only_what_is_open_is_asked_for() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    spend(ledger, 30, LINDEN)
    answer = bring_back(ledger, "return", "sale", WHOLE, REDUCE)
    assert answer.withheld is not None
    assert (answer.withheld.minor_units, answer.wallet.balance) == (24, 0)


def test_nothing_is_withheld_where_nothing_was_spent() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    answer = bring_back(ledger, "return", "sale", WHOLE, REDUCE)
    assert (answer.withheld, answer.written_off) == (None, 0)


def test_older_debts_are_not_the_refunds() -> None:
    ledger = PureLedger()
    for name in ("old", "new"):
        earn(ledger, name, 10, "north")
        spend(ledger, 10, LINDEN)
    bring_back(ledger, "r-old", "old", WHOLE)
    answer = bring_back(ledger, "r-new", "new", WHOLE, REDUCE)
    assert answer.withheld is not None
    assert (answer.withheld.minor_units, answer.wallet.debt) == (8, 10)


def test_what_was_priced_in_a_second_currency_stays_as_debt() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    spend(ledger, 60, LINDEN)
    rate = replace(LINDEN.here.rate, currency="CAD")
    spend(ledger, 40, replace(LINDEN, here=replace(LINDEN.here, rate=rate)))
    answer = bring_back(ledger, "return", "sale", WHOLE, REDUCE)
    assert answer.withheld is not None
    assert (answer.withheld.currency_code, answer.withheld.minor_units, answer.wallet.debt) == ("CAD", 32, 60)


def test_points_paid_for_in_money_are_the_shoppers_when_they_are_restored() -> None:
    ledger, spent, _ = spent_before(REDUCE)
    answer = restore(ledger, spent)
    assert (ledger.accrual_of("sale", 1), answer.wallet.available) == ((196, 0), 312)
    assert ledger.positions() == {"harbor": 156, "linden": 0, "shop-entity": -156}


def test_restored_in_part_what_nobody_had_paid_for_comes_first() -> None:
    """Half of the goods are back and half of the spent points paid for in money; the other half are still hers."""
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    spent = spend(ledger, 100, LINDEN)
    bring_back(ledger, "r1", "sale", {1: (ReturnBasis.QUANTITY, 1)}, REDUCE)
    restore(ledger, spent, 50)
    answer = bring_back(ledger, "r2", "sale", {1: (ReturnBasis.QUANTITY, 1)}, REDUCE)
    assert (answer.withheld, ledger.accrual_of("sale", 1)) == (None, (0, 0))
    assert [burn.unpaid for burn in burns(ledger)] == [0]


# --- WRITE_OFF


def test_what_is_written_off_is_counted_in_points_and_owed_by_nobody() -> None:
    ledger, _, answer = spent_before(WRITE_OFF)
    assert (answer.written_off, answer.withheld, answer.repaid_points) == (196, None, 0)
    assert (answer.wallet.debt, answer.wallet.available) == (0, 116)
    assert ledger.positions() == {"harbor": -156, "linden": 156}


def test_later_points_do_not_pay_for_what_was_written_off() -> None:
    ledger, _, _ = spent_before(WRITE_OFF)
    earn(ledger, "next", 10, "north")
    assert (ledger.accrual_of("next", 1), ledger.events[-1].movements[-1].movement.kind) == (
        (10, 0),
        MovementKind.EARNED,
    )


# --- holds


@pytest.mark.parametrize("policy", [REDUCE, WRITE_OFF])
def test_debt_under_a_hold_is_not_open_and_so_not_made_good(policy: ReturnPolicy) -> None:
    spending = PureSpending()
    ledger = spending.ledger
    earn(ledger, "sale", 100, "north")
    spending.authorize("ana", 100, LINDEN)
    answer = bring_back(ledger, "return", "sale", WHOLE, policy)
    assert (answer.withheld, answer.written_off) == (None, 0)
    assert ledger.accrual_of("sale", 1) == (-100, 100)
