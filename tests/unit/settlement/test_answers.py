"""Totals on their way to the wire: what fits 64 bits is told, what does not is refused by its name."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.values.integers import INT64_MAX, INT64_MIN
from chassis.values.money import Money
from chassis.values.refusal import Refusal
from settlement_service.domain.books import Debt, positions_of
from settlement_service.domain.brand_books import BrandBooks, Carried, brand_books
from settlement_service.domain.reconciliation import Difference
from settlement_service.domain.standing import Standing
from settlement_service.wire.answers import difference_messages, positions_message
from settlement_service.wire.books import brand_books_message

EMPTY = brand_books("north", Standing(), Standing())
TOO_LARGE = INT64_MAX + 1
NOTHING = Carried(0, 0, (), ())
POINTS = [name for name in BrandBooks.__slots__ if name not in ("brand", "opening", "closing")]


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("points", [TOO_LARGE, INT64_MIN - 1])
def test_points_that_do_not_fit_are_refused_by_name(name: str, points: int) -> None:
    changes: dict[str, Any] = {name: points}
    with pytest.raises(Refusal) as refused:
        brand_books_message(replace(EMPTY, **changes))
    assert refused.value.reason == "AMOUNT_OUT_OF_RANGE"
    assert refused.value.metadata == {"what": f"brand.north.{name}"}


@pytest.mark.parametrize(
    ("carried", "what"),
    [
        ({"opening": replace(NOTHING, points=TOO_LARGE)}, "opening"),
        ({"opening": replace(NOTHING, receivable_points=TOO_LARGE)}, "opening_receivable"),
        ({"closing": replace(NOTHING, points=TOO_LARGE)}, "closing"),
        ({"closing": replace(NOTHING, receivable_points=TOO_LARGE)}, "receivable"),
    ],
)
def test_points_at_either_end_that_do_not_fit_are_refused_by_name(carried: dict[str, Any], what: str) -> None:
    with pytest.raises(Refusal) as refused:
        brand_books_message(replace(EMPTY, **carried))
    assert refused.value.metadata == {"what": f"brand.north.{what}"}


@pytest.mark.parametrize("name", ["liability", "receivable"])
def test_money_that_does_not_fit_is_refused_by_name(name: str) -> None:
    changes: dict[str, Any] = {name: (Money("USD", TOO_LARGE),)}
    with pytest.raises(Refusal) as refused:
        brand_books_message(replace(EMPTY, closing=replace(NOTHING, **changes)))
    assert refused.value.metadata == {"what": f"brand.north.{name}.USD"}


def test_the_largest_points_that_fit_are_told() -> None:
    assert brand_books_message(replace(EMPTY, earned=INT64_MAX)).earned_points == INT64_MAX


def test_a_debt_that_does_not_fit_is_refused_by_name() -> None:
    [positions] = positions_of([Debt("north", "linden", Money("USD", TOO_LARGE))])
    with pytest.raises(Refusal) as refused:
        positions_message(positions)
    assert refused.value.metadata == {"what": "obligation.north.linden.USD"}


def test_a_net_position_that_does_not_fit_is_refused_though_each_debt_does() -> None:
    debts = [Debt(debtor, "linden", Money("USD", INT64_MAX)) for debtor in ("harbor", "north")]
    [positions] = positions_of(debts)
    with pytest.raises(Refusal) as refused:
        positions_message(positions)
    assert refused.value.metadata == {"what": "net.linden.USD"}


def test_a_difference_that_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(Refusal) as refused:
        difference_messages([Difference("brand.north.closing", 0, TOO_LARGE)])
    assert refused.value.metadata == {"what": "brand.north.closing"}
