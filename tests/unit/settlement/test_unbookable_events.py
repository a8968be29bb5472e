"""Events that contradict themselves or say less than the matrix needs are refused whole."""

import pytest

from settlement_service.domain.event import Cause, Kind, Unbookable
from tests.unit.settlement.events import booked, carrying, event, movement, owes, repayment


def test_a_hold_that_changes_carrying_value_is_refused() -> None:
    with pytest.raises(Unbookable, match="HELD books nothing for a funder"):
        booked(event(movement(Kind.HELD, carrying("north", 1))))


def test_an_obligation_where_the_matrix_knows_none_is_refused() -> None:
    with pytest.raises(Unbookable, match="EARNED carries an obligation"):
        booked(event(movement(Kind.EARNED, owed=[owes("north", "linden", 1)], price=1)))


def test_a_price_owed_by_nobody_is_refused() -> None:
    with pytest.raises(Unbookable, match="owed by nobody"):
        booked(event(movement(Kind.REDEEMED, price=7, cause=Cause.REDEMPTION), redeemer="linden"))


def test_obligations_above_the_price_are_refused() -> None:
    spent = movement(Kind.REDEEMED, owed=[owes("north", "linden", 8)], price=7, cause=Cause.REDEMPTION)
    with pytest.raises(Unbookable, match="exceed the price"):
        booked(event(spent, redeemer="linden"))


def test_an_obligation_in_another_currency_than_the_price_is_refused() -> None:
    spent = movement(Kind.REDEEMED, owed=[owes("north", "linden", 7, "CAD")], price=7, cause=Cause.REDEMPTION)
    with pytest.raises(Unbookable, match="not in one currency"):
        booked(event(spent, redeemer="linden"))


def test_carrying_values_in_two_currencies_are_refused() -> None:
    with pytest.raises(Unbookable, match="several currencies"):
        booked(event(movement(Kind.EARNED, carrying("north", 1), carrying("hq", 1, currency="CAD"))))


def test_a_payer_without_its_debt_is_refused() -> None:
    payer, _ = repayment(price=93, paid=96, cleared=94)
    with pytest.raises(Unbookable, match="pays no debt"):
        booked(event(payer))


def test_a_repaid_debt_without_its_payer_is_refused() -> None:
    _, repaid = repayment(price=93, paid=96, cleared=94)
    with pytest.raises(Unbookable, match="has no payer"):
        booked(event(repaid))
