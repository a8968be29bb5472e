"""Deferred revenue by the figures of DOMAIN §9 (IFRS 15, Example 52), and at its edges."""

from fractions import Fraction

import pytest

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Refusal
from chassis.values.rounding import ONE, ZERO, Ratio
from settlement_service.domain.books import PointsTotal
from settlement_service.domain.breakage.allocation import allocate, points_price
from settlement_service.domain.breakage.cohort import Cohort, CohortPoints, expected_in_all, is_disproved, points_of
from settlement_service.domain.breakage.remeasurement import Carried, remeasure
from settlement_service.domain.breakage.revenue import Revenue, Standing, liability_with_breakage, revenue_of
from settlement_service.domain.breakage.roll_forward import (
    DeferredRollForward,
    PointsRollForward,
    in_all,
    not_begun,
    roll_forward,
)

SALES = 100_000
EXPECTED = Ratio.of("0.95")
RAISED = Ratio.of("0.97")

BEGUN = Standing(8_676, CohortPoints(given=10_000), EXPECTED)
FIRST_YEAR = Standing(8_676, CohortPoints(given=10_000, redeemed=4_500), EXPECTED)
SECOND_YEAR = Standing(8_676, CohortPoints(given=10_000, redeemed=8_500), RAISED)


def test_sales_are_divided_between_goods_and_points() -> None:
    divided = allocate(SALES, SALES, points_price(10_000, ONE, EXPECTED))
    assert (divided.goods, divided.points) == (91_324, 8_676)


def test_what_was_rounded_is_told() -> None:
    divided = allocate(SALES, SALES, points_price(10_000, ONE, EXPECTED))
    assert divided.points - divided.rounding == Fraction(SALES * 9_500, 109_500)


def test_half_a_unit_goes_to_the_goods() -> None:
    divided = allocate(1, 50, Fraction(50))
    assert (divided.goods, divided.points, divided.rounding) == (1, 0, Fraction(-1, 2))


def test_the_same_in_cents_is_the_same_in_whole_units() -> None:
    in_cents = allocate(100 * SALES, 100 * SALES, points_price(10_000, Ratio(100, 1), EXPECTED))
    assert (in_cents.goods, in_cents.points) == (9_132_420, 867_580)
    points = CohortPoints(given=10_000, redeemed=4_500)
    assert revenue_of(Standing(in_cents.points, points, EXPECTED)).recognized == 410_959


def test_revenue_follows_redemptions_against_the_estimate() -> None:
    assert revenue_of(FIRST_YEAR).recognized == 4_110


def test_a_new_estimate_is_caught_up_with_in_the_period_in_which_it_is_made() -> None:
    assert revenue_of(SECOND_YEAR).recognized - revenue_of(FIRST_YEAR).recognized == 3_493


def test_the_first_year_rolls_forward() -> None:
    year = roll_forward(not_begun(EXPECTED), FIRST_YEAR)
    assert year.points == PointsRollForward(given=10_000, redeemed=4_500, closing=5_500)
    assert year.money == DeferredRollForward(deferred=8_676, redemption=3_904, breakage=206, closing=4_566)
    assert year.money.revenue == 4_110


def test_the_second_year_tells_the_new_estimate_apart() -> None:
    year = roll_forward(FIRST_YEAR, SECOND_YEAR)
    assert year.points == PointsRollForward(opening=5_500, redeemed=4_000, closing=1_500)
    assert year.money == DeferredRollForward(
        opening=4_566, redemption=3_471, breakage=107, change_of_estimate=-85, closing=1_073
    )
    assert year.money.revenue == 3_493


def test_once_the_rest_has_lapsed_nothing_is_deferred() -> None:
    ended = Standing(8_676, CohortPoints(given=10_000, redeemed=9_700, expired=300), EXPECTED)
    assert revenue_of(ended) == Revenue(undone=0, redemption=8_416, breakage=260, deferred=0, rounding=Fraction(0))


def test_points_that_all_lapse_are_all_breakage() -> None:
    ended = revenue_of(Standing(8_676, CohortPoints(given=10_000, expired=10_000), EXPECTED))
    assert (ended.redemption, ended.breakage, ended.deferred) == (0, 8_676, 0)


def test_returned_goods_take_the_price_of_their_points_back() -> None:
    returned = revenue_of(Standing(8_676, CohortPoints(given=10_000, taken_back=2_500), EXPECTED))
    assert (returned.undone, returned.recognized, returned.deferred) == (2_169, 0, 6_507)


def test_goods_that_all_come_back_leave_nothing() -> None:
    unwound = revenue_of(Standing(8_676, CohortPoints(given=10_000, taken_back=10_000), EXPECTED))
    assert (unwound.undone, unwound.recognized, unwound.deferred) == (8_676, 0, 0)


def test_more_redemptions_than_expected_end_what_is_deferred_and_are_told() -> None:
    points = CohortPoints(given=10_000, redeemed=9_600)
    assert revenue_of(Standing(8_676, points, EXPECTED)).deferred == 0
    assert is_disproved(points, EXPECTED)
    assert not is_disproved(points, RAISED)


def test_an_estimate_is_not_disproved_once_nothing_is_outstanding() -> None:
    assert not is_disproved(CohortPoints(given=100, redeemed=98, expired=2), EXPECTED)


def test_no_more_are_expected_than_have_not_lapsed() -> None:
    assert expected_in_all(CohortPoints(given=100, redeemed=10, expired=20), EXPECTED) == 80


def test_points_nobody_is_expected_to_redeem_are_worth_nothing_and_defer_nothing() -> None:
    divided = allocate(SALES, SALES, points_price(10_000, ONE, ZERO))
    assert (divided.goods, divided.points) == (SALES, 0)


def test_a_price_nothing_stands_for_is_of_the_goods() -> None:
    divided = allocate(100, 0, Fraction(0))
    assert (divided.goods, divided.points, divided.rounding) == (100, 0, Fraction(0))


def test_an_estimate_of_nothing_makes_revenue_of_all() -> None:
    assert revenue_of(Standing(8_676, CohortPoints(given=10_000), ZERO)).breakage == 8_676


def test_the_liability_is_of_what_is_still_expected() -> None:
    assert liability_with_breakage(5_500, CohortPoints(given=10_000, redeemed=4_500), EXPECTED) == 5_000
    assert liability_with_breakage(0, CohortPoints(given=10, redeemed=10), EXPECTED) == 0


def test_a_liability_needs_points() -> None:
    with pytest.raises(ValueError, match="without points"):
        liability_with_breakage(1, CohortPoints(given=10, redeemed=10), EXPECTED)


def test_the_points_of_a_cohort_are_read_from_its_movements() -> None:
    points = points_of(
        [
            PointsTotal("EARNED", "", 196, 196, 0),
            PointsTotal("ADJUSTED", "", 4, 4, 0),
            PointsTotal("REDEEMED", "CROSS", 150, -150, 0),
            PointsTotal("REDEEMED", "REPAYMENT", 6, -6, 0),
            PointsTotal("RESTORED", "", 20, 20, 0),
            PointsTotal("REVERSED", "", 100, -100, 36),
            PointsTotal("REPAID", "", 30, 30, -30),
        ]
    )
    assert points == CohortPoints(given=200, taken_back=100, redeemed=100)
    assert points.outstanding == 0


def test_open_debt_is_a_receivable_and_no_redemption() -> None:
    totals = [
        PointsTotal("EARNED", "", 196, 196, 0),
        PointsTotal("REDEEMED", "CROSS", 196, -196, 0),
        PointsTotal("REVERSED", "", 98, -98, 98),
    ]
    assert points_of(totals) == CohortPoints(given=196, taken_back=98, redeemed=98)


@pytest.mark.parametrize(
    "points", [{"given": -1}, {"given": 5, "redeemed": 6}, {"given": 5, "expired": -1}, {"given": 5, "taken_back": 6}]
)
def test_points_that_do_not_tie_out_are_not_valued(points: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="tie out"):
        CohortPoints(**points)


def test_nobody_expects_more_than_was_given() -> None:
    with pytest.raises(ValueError, match="more points are expected"):
        points_price(100, ONE, Ratio(101, 100))


@pytest.mark.parametrize(("price", "goods", "points"), [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_prices_are_not_negative(price: int, goods: int, points: int) -> None:
    with pytest.raises(ValueError, match="never below zero"):
        allocate(price, goods, Fraction(points))


def test_points_given_are_not_negative() -> None:
    with pytest.raises(ValueError, match="were given"):
        points_price(-1, ONE, ONE)


def test_what_is_allocated_is_not_negative() -> None:
    with pytest.raises(ValueError, match="never below zero"):
        Standing(-1, CohortPoints(), ONE)


def test_prices_beyond_64_bits_are_refused() -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        allocate(INT64_MAX + 1, 1, Fraction(1))
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        Standing(INT64_MAX + 1, CohortPoints(), ONE)


def test_the_largest_price_there_is_can_be_divided() -> None:
    divided = allocate(INT64_MAX, INT64_MAX, points_price(INT64_MAX, Ratio(INT64_MAX, 1), ONE))
    assert divided.goods + divided.points == INT64_MAX


def test_several_cohorts_are_the_sum_of_each() -> None:
    both = in_all([roll_forward(not_begun(EXPECTED), FIRST_YEAR), roll_forward(not_begun(EXPECTED), BEGUN)])
    assert both.points == PointsRollForward(given=20_000, redeemed=4_500, closing=15_500)
    assert (both.money.deferred, both.money.revenue, both.money.closing) == (17_352, 4_110, 4_566 + 8_676)
    assert in_all([]).money == DeferredRollForward()


HARBOR = Cohort("harbor", "2026-10", "USD")


def test_a_new_value_is_told_by_cohort_and_apart_from_rounding() -> None:
    rows = [Carried(HARBOR, Ratio(4, 5), 101, 80), Carried(Cohort("north", "2026-10", "USD"), ONE, 7, 7)]
    [row] = remeasure(rows, {("harbor", "USD"): ONE})
    assert (row.remeasured, row.difference, row.by_rounding, row.by_value) == (101, 21, 1, 20)


def test_what_members_owe_is_remeasured_like_what_they_are_owed() -> None:
    rows = [Carried(HARBOR, ONE, -100, -100), Carried(HARBOR, ONE, 100, 100)]
    assert [row.difference for row in remeasure(rows, {("harbor", "USD"): Ratio(1, 2)})] == [-50, 50]


def test_a_new_value_that_does_not_fit_64_bits_is_refused() -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        remeasure([Carried(HARBOR, ONE, INT64_MAX, INT64_MAX)], {("harbor", "USD"): Ratio(2, 1)})


def test_goods_come_back_whose_points_went_to_another_member() -> None:
    """The accrual they left owes them: a receivable, beside the points that the other member still has."""
    totals = [
        PointsTotal("EARNED", "", 10, 10, 0),
        PointsTotal("TRANSFERRED_OUT", "", 10, -10, 0),
        PointsTotal("TRANSFERRED_IN", "", 10, 10, 0),
        PointsTotal("REVERSED", "", 10, -10, 10),
    ]
    assert points_of(totals) == CohortPoints(given=20, taken_back=10, redeemed=0, expired=0)
