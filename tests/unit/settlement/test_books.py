"""Figures of the books as they are told."""

from chassis.values.money import Money
from settlement_service.domain.bookkeeping import spent_at
from settlement_service.domain.books import Debt, positions_of
from settlement_service.domain.event import Cause, Kind
from settlement_service.domain.reconciliation import Difference, reconcile
from tests.unit.settlement.events import accrual, event, movement, owes


def debt(debtor: str, creditor: str, minor_units: int, currency: str = "USD") -> Debt:
    return Debt(debtor, creditor, Money(currency, minor_units))


def test_net_positions_are_what_is_owed_less_what_one_owes() -> None:
    [positions] = positions_of(
        [debt("north", "linden", 96), debt("harbor", "linden", 157), debt("north", "harbor", 64)]
    )
    assert positions.net == (("harbor", -93), ("linden", 253), ("north", -160))


def test_net_positions_sum_to_zero_in_each_currency() -> None:
    positions = positions_of([debt("a", "b", 7), debt("b", "c", 9, "CAD"), debt("c", "a", 3, "CAD")])
    assert [sum(amount for _, amount in each.net) for each in positions] == [0, 0]


def test_an_entity_that_owes_as_much_as_it_is_owed_stands_at_zero() -> None:
    [positions] = positions_of([debt("harbor", "linden", 157), debt("peak", "harbor", 157)])
    assert ("harbor", 0) in positions.net


def test_a_pair_that_owes_nothing_any_more_is_left_out() -> None:
    assert positions_of([debt("north", "linden", 0)]) == ()


def test_points_spent_at_the_issuers_entity_are_own() -> None:
    spent = movement(Kind.REDEEMED, of=accrual("north"), cause=Cause.REDEMPTION)
    assert spent_at(event(spent, redeemer="north"), spent) == "OWN"


def test_points_spent_elsewhere_are_cross() -> None:
    spent = movement(Kind.REDEEMED, of=accrual("north"), cause=Cause.REDEMPTION)
    assert spent_at(event(spent, redeemer="linden"), spent) == "CROSS"


def test_points_that_pay_a_debt_are_neither() -> None:
    paying = movement(Kind.REDEEMED, of=accrual("north"), cause=Cause.REPAYMENT)
    assert spent_at(event(paying), paying) == "REPAYMENT"


def test_without_a_named_redeemer_the_creditor_is_where_points_were_spent() -> None:
    spent = movement(Kind.REDEEMED, owed=[owes("north", "linden", 7)], price=7, cause=Cause.ORDER)
    assert spent_at(event(spent), spent) == "CROSS"


def test_a_figure_that_one_side_lacks_is_compared_with_zero() -> None:
    outcome = reconcile({0: 9}, {"brand.north.earned": 40, "brand.north.held": 0}, {"brand.north.earned": 41})
    assert outcome.compared == 2
    assert outcome.differences == (Difference("brand.north.earned", 40, 41),)
