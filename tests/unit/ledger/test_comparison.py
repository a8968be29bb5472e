"""Two judgements of one sale, side by side."""

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.comparison import ComparedBrand, Given, compared

CENTS = PointRate("USD", Ratio(4, 5))


def given(brand: str, points: int, rate: PointRate = CENTS) -> Given:
    return Given(brand, points, rate)


def test_brands_whose_points_are_alike_are_left_out() -> None:
    base = [given("NORTH", 40), given("PEAK", 60), given("PEAK", 120)]
    assert compared(base, [given("PEAK", 180), given("NORTH", 50)]) == (ComparedBrand("NORTH", 40, 50, {"USD": 8}),)


def test_a_brand_that_only_one_of_them_gives_counts_with_all_its_points() -> None:
    assert compared([given("NORTH", 40)], [given("HARBOR", 10)]) == (
        ComparedBrand("HARBOR", 0, 10, {"USD": 8}),
        ComparedBrand("NORTH", 40, 0, {"USD": -32}),
    )


def test_what_points_stand_for_is_rounded_by_accrual_as_in_the_books() -> None:
    [north] = compared([], [given("NORTH", 2), given("NORTH", 2)])
    assert north.liability == {"USD": 4}


def test_points_that_stand_for_something_else_differ() -> None:
    euros = PointRate("EUR", Ratio(1, 1))
    assert compared([given("NORTH", 10)], [given("NORTH", 10, euros)]) == (
        ComparedBrand("NORTH", 10, 10, {"EUR": 10, "USD": -8}),
    )
