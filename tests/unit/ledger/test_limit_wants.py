"""What a batch wants of a budget whose awards are of several currencies."""

import pytest

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.commands import PostOrder
from ledger_service.domain.limit_wants import Want, wants_of
from ledger_service.domain.limits import BudgetKey, Figures, Most, Use
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.pure_limits import budget, limited

EUROS = PointRate("EUR", Ratio(2, 1))


def sale(document: str, points: int, *, euro: bool = False) -> PostOrder:
    """Under a budget of points, and of money in dollars."""
    given = award(1, points, "north", rate=EUROS) if euro else award(1, points, "north")
    covered = limited(given, budget("pot", 500, money=None if euro else 300))
    return PureLedger().order_command("ana", document, [sold(1, 1000, "north")], [covered])


def want(*sales: PostOrder) -> Want:
    return wants_of(PureLedger().state, sales).budgets[BudgetKey("prg", "pot", "ever")]


@pytest.mark.parametrize("euro_first", [True, False])
def test_money_that_one_award_states_is_kept_beside_one_that_states_none(euro_first: bool) -> None:
    sales = [sale("E", 70, euro=True), sale("U", 40)]

    wanted = want(*(sales if euro_first else reversed(sales)))

    assert (wanted.most, wanted.at_first, wanted.currency) == (Most(500, 300), Most(500, 300), "USD")
    assert wanted.need == Use(110, 40)
    assert (wanted.some, wanted.every) == (Figures(True, True), Figures(True, False))


def test_awards_of_another_currency_alone_want_no_money_and_do_not_name_it() -> None:
    wanted = want(sale("E", 70, euro=True))

    assert (wanted.most, wanted.currency, wanted.need) == (Most(500), "", Use(70, 0))
    assert wanted.some == wanted.every == Figures(True, False)
