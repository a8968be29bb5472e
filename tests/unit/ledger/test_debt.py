"""Debts: what was spent before its goods came back, who pays for it, and at which price."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.redemption import RedemptionTerms
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

WHOLE = ReturnBasis.WHOLE
LINDEN = terms("linden", "1", {"north": "1", "harbor": "1", "peak": "1"})
DAY = timedelta(days=1)


def earn(ledger: PureLedger, document: str, points: int, brand: str, **more: object) -> None:
    given = award(1, points, brand, **more)  # type: ignore[arg-type]
    ledger.post_order("ana", document, [sold(1, 1000, brand, quantity=2)], [given])


def in_debt(points: int, brand: str = "north", at: RedemptionTerms = LINDEN) -> PureLedger:
    """Points earned, spent, and their goods brought back."""
    ledger = PureLedger()
    earn(ledger, "sale", points, brand)
    ledger.redeem("ana", points, at)
    ledger.give_back("ana", "return", "sale", {1: (WHOLE, None)})
    return ledger


def test_a_payer_with_the_same_funder_owes_nobody() -> None:
    ledger = in_debt(50)
    earn(ledger, "next", 50, "north")
    repayment = ledger.events[-1].movements[-2].movement
    assert repayment.settlement.price is not None
    assert repayment.settlement.price.minor_units == 50
    assert repayment.settlement.obligations == ()


def test_one_entitys_points_at_its_own_shop_leave_it_owing_nobody() -> None:
    ledger = in_debt(50, at=terms("north", "1", {}))
    earn(ledger, "next", 50, "north")
    assert ledger.positions() == {}


def test_a_payer_that_falls_into_debt_itself_is_repaid_at_the_price_it_paid() -> None:
    ledger = in_debt(50)
    earn(ledger, "second", 50, "harbor")
    ledger.give_back("ana", "back", "second", {1: (WHOLE, None)})
    earn(ledger, "third", 50, "peak")
    assert ledger.positions() == {"north": 0, "harbor": 0, "peak": -50, "linden": 50}


def test_the_latest_redemption_is_repaid_first() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 60, "north")
    ledger.redeem("ana", 30, terms("linden", "1", {"north": "1"}))
    ledger.redeem("ana", 30, terms("linden", "1/2", {"north": "1"}))
    ledger.give_back("ana", "return", "sale", {1: (WHOLE, None)})
    earn(ledger, "next", 30, "peak")
    assert ledger.positions() == {"north": -30, "linden": 45, "peak": -15}


def test_many_small_repayments_cost_what_one_would() -> None:
    ledger = in_debt(49, at=terms("linden", "4/5", {"north": "1"}))
    for n in range(49):
        earn(ledger, f"next-{n}", 1, "peak")
    assert ledger.positions() == {"north": 0, "linden": 39, "peak": -39}


def test_pending_points_do_not_repay() -> None:
    ledger = in_debt(50)
    earn(ledger, "next", 80, "peak", available_time=NOON + DAY)
    assert ledger.accrual_of("sale", 1) == (-50, 0)


def test_points_that_have_become_available_are_kept_back_for_the_debt() -> None:
    ledger = in_debt(50)
    earn(ledger, "next", 80, "peak", available_time=NOON + DAY)
    ledger.pass_time(DAY)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS") as refused:
        ledger.redeem("ana", 31, LINDEN)
    assert refused.value.metadata["available"] == "30"


def test_they_repay_with_the_next_sale() -> None:
    ledger = in_debt(50)
    earn(ledger, "next", 80, "peak", available_time=NOON + DAY)
    ledger.pass_time(DAY)
    earn(ledger, "last", 1, "harbor")
    assert (ledger.accrual_of("sale", 1), ledger.accrual_of("next", 1)) == ((0, 0), (30, 0))


def test_several_debts_are_paid_oldest_first() -> None:
    ledger = PureLedger()
    for name in ("first", "second"):
        earn(ledger, name, 10, "north")
        ledger.redeem("ana", 10, LINDEN)
        ledger.pass_time(DAY)
    for name in ("second", "first"):
        ledger.give_back("ana", f"{name} back", name, {1: (WHOLE, None)})
    earn(ledger, "next", 15, "peak")
    assert (ledger.accrual_of("first", 1), ledger.accrual_of("second", 1)) == ((0, 0), (-5, 0))


def test_a_debt_grows_with_each_partial_return() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 11, "north")
    ledger.redeem("ana", 11, LINDEN)
    debts = [ledger.give_back("ana", f"r{n}", "sale", {1: (ReturnBasis.QUANTITY, 1)}).wallet.debt for n in range(2)]
    assert debts == [6, 11]


def test_each_entity_is_made_whole_for_what_it_bore_and_no_more() -> None:
    """Two entities carry the points in halves, on different terms: one paid 50 of a 100 face, the other 25."""
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north", funders={"north": 5_000, "harbor": 5_000})
    ledger.redeem("ana", 100, terms("linden", "1", {"north": "1", "harbor": "1/2"}))
    ledger.give_back("ana", "return", "sale", {1: (WHOLE, None)})
    earn(ledger, "next", 100, "peak")
    assert ledger.positions() == {"north": 0, "harbor": 0, "linden": 75, "peak": -75}


def test_funders_of_uneven_shares_are_made_whole_to_the_cent() -> None:
    """4 cents over 65%, 20% and 15% are borne as 3, 1, 0; the divisor method over the shares would give 2, 1, 1."""
    funders = {"north": 6_500, "harbor": 2_000, "peak": 1_500}
    ledger = PureLedger()
    earn(ledger, "sale", 4, "north", funders=funders)
    ledger.redeem("ana", 4, LINDEN)
    ledger.give_back("ana", "return", "sale", {1: (WHOLE, None)})
    earn(ledger, "next", 4, "cash")
    assert {entity: cents for entity, cents in ledger.positions().items() if cents} == {"linden": 4, "cash": -4}


@pytest.mark.timeout(10)
def test_two_thousand_debts_are_repaid_without_looking_at_the_whole_wallet_for_each() -> None:
    lines = [sold(number, 100, "north") for number in range(1, 2_001)]
    ledger = PureLedger()
    ledger.post_order("ana", "sale", lines, [award(line.line_number, 3, "north") for line in lines])
    ledger.redeem("ana", 6_000, LINDEN)
    ledger.give_back("ana", "return", "sale", {line.line_number: (WHOLE, None) for line in lines})
    answer = ledger.post_order("ana", "next", lines, [award(line.line_number, 2, "peak") for line in lines])
    assert (answer.repaid_points, answer.wallet.debt) == (4_000, 2_000)
