"""Whatever becomes of points, their price is deferred, revenue or undone, to the last minor unit."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chassis.values.rounding import Ratio
from settlement_service.domain.books import PointsTotal
from settlement_service.domain.breakage.allocation import allocate, points_price
from settlement_service.domain.breakage.cohort import Cohort, CohortPoints, points_of
from settlement_service.domain.breakage.remeasurement import Carried, remeasure
from settlement_service.domain.breakage.revenue import Standing, liability_with_breakage, revenue_of
from settlement_service.domain.breakage.roll_forward import in_all, not_begun, roll_forward
from settlement_service.domain.totals import brand_changes
from tests.property.settlement.test_books import Step, bookings, played, steps

estimates = st.fractions(0, 1, max_denominator=1_000).map(Ratio.of)
rates = st.fractions(0, 500, max_denominator=10_000).map(Ratio.of)
prices = st.integers(0, 10**14)


@st.composite
def some_points(draw: st.DrawFn) -> CohortPoints:
    parts = draw(st.lists(st.integers(0, 10 ** draw(st.sampled_from((1, 3, 12)))), min_size=4, max_size=4))
    taken_back, redeemed, expired, _outstanding = parts
    return CohortPoints(sum(parts), taken_back, redeemed, expired)


standings = st.builds(Standing, prices, some_points(), estimates)


def nearest(value: Fraction) -> int:
    """The whole number next to a value that is not below zero, halves up, found by asking."""
    number = value.numerator // value.denominator
    return number + 1 if (value - number) * 2 >= 1 else number


def by_hand(standing: Standing) -> tuple[int, int, int, int]:
    """Undone, redemption, breakage, deferred: as an accountant would work it out, case by case."""
    points = standing.points
    stand = points.given - points.taken_back
    if stand == 0:
        return standing.allocated, 0, 0, 0
    price = nearest(Fraction(standing.allocated * stand, points.given))
    face = nearest(Fraction(price * points.redeemed, stand))
    if stand == points.redeemed + points.expired:
        revenue = price
    else:
        hoped = standing.expected.fraction() * stand
        if hoped > stand - points.expired:
            hoped = Fraction(stand - points.expired)
        revenue = price if hoped <= points.redeemed else nearest(Fraction(price * points.redeemed) / hoped)
    return standing.allocated - price, face, revenue - face, price - revenue


@given(standings)
def test_revenue_is_what_an_accountant_finds(standing: Standing) -> None:
    revenue = revenue_of(standing)
    assert (revenue.undone, revenue.redemption, revenue.breakage, revenue.deferred) == by_hand(standing)


@given(standings)
def test_no_part_is_below_zero_and_together_they_are_the_price(standing: Standing) -> None:
    revenue = revenue_of(standing)
    parts = (revenue.undone, revenue.redemption, revenue.breakage, revenue.deferred)
    assert min(parts) >= 0
    assert sum(parts) == standing.allocated
    assert abs(revenue.rounding) <= Fraction(1, 2)


@given(standings)
def test_nothing_is_deferred_once_nothing_is_outstanding(standing: Standing) -> None:
    points = standing.points
    ended = replace(points, expired=points.expired + points.outstanding)
    assert revenue_of(replace(standing, points=ended)).deferred == 0


@given(standings, st.integers(0, 10**12))
def test_redeeming_and_lapsing_never_take_revenue_back(standing: Standing, more: int) -> None:
    points = standing.points
    more = min(more, points.outstanding)
    before = revenue_of(standing).recognized
    for later in (replace(points, redeemed=points.redeemed + more), replace(points, expired=points.expired + more)):
        assert revenue_of(replace(standing, points=later)).recognized >= before


@given(standings, estimates)
def test_who_expects_more_redemptions_has_no_more_revenue(standing: Standing, other: Ratio) -> None:
    low, high = sorted((standing.expected, other), key=Ratio.fraction)
    low_revenue = revenue_of(replace(standing, expected=low)).recognized
    assert low_revenue >= revenue_of(replace(standing, expected=high)).recognized


@given(st.lists(standings, min_size=1, max_size=6))
def test_periods_that_follow_each_other_come_to_the_same_as_one(path: list[Standing]) -> None:
    start = not_begun(path[0].expected)
    rows = [roll_forward(before, after) for before, after in zip([start, *path], path, strict=False)]
    whole = roll_forward(start, path[-1])
    assert sum(row.money.revenue for row in rows) == whole.money.revenue == revenue_of(path[-1]).recognized
    assert sum(row.money.undone for row in rows) == whole.money.undone
    assert sum(row.points.redeemed for row in rows) == whole.points.redeemed
    for earlier, later in pairwise(rows):
        assert earlier.money.closing == later.money.opening
        assert earlier.points.closing == later.points.opening


@given(st.lists(st.tuples(standings, standings), max_size=4))
def test_roll_forwards_tie_out_one_by_one_and_together(periods: list[tuple[Standing, Standing]]) -> None:
    rows = [roll_forward(before, after) for before, after in periods]
    for row in [*rows, in_all(rows)]:
        points, money = row.points, row.money
        assert points.closing == (points.opening + points.given - points.taken_back - points.redeemed - points.expired)
        assert money.closing == money.opening + money.deferred - money.undone - money.revenue
    assert in_all(rows).money.closing == sum(row.money.closing for row in rows)


@given(standings, estimates)
def test_a_period_in_which_only_the_estimate_changes_is_only_that(standing: Standing, other: Ratio) -> None:
    money = roll_forward(standing, replace(standing, expected=other)).money
    assert (money.deferred, money.undone, money.redemption, money.breakage) == (0, 0, 0, 0)


@given(prices, prices, st.integers(0, 10**12), rates, estimates)
def test_a_price_is_divided_whole_and_to_the_nearest(
    price: int, goods: int, points: int, face: Ratio, expected: Ratio
) -> None:
    alone = points_price(points, face, expected)
    divided = allocate(price, goods, alone)
    assert divided.goods + divided.points == price
    assert min(divided.goods, divided.points) >= 0
    if goods + alone:
        exact = price * alone / (goods + alone)
        assert divided.points - divided.rounding == exact
        assert abs(divided.rounding) <= Fraction(1, 2)


@given(prices, some_points(), estimates)
def test_a_liability_with_breakage_is_a_part_of_the_liability(carried: int, points: CohortPoints, share: Ratio) -> None:
    carried = carried if points.outstanding else 0
    expected = liability_with_breakage(carried, points, share)
    assert 0 <= expected <= carried
    if share.fraction() == 1:
        assert expected == carried


@given(steps)
def test_the_points_of_any_history_tie_out(history: list[Step]) -> None:
    """Also with returns of spent goods, repayments, and restores that unwind them. What has lapsed is gone and does
    not come back with goods (docs/DOMAIN.md §2), which this world does not know: so it returns none after an expiry.
    Nor after a transfer: what the receiver has is not the giver's to give back."""
    gone = (index for index, step in enumerate(history) if step[0] in ("expire", "transfer"))
    lapsing = next(gone, len(history))
    world = played([step for index, step in enumerate(history) if step[0] != "give_back" or index < lapsing])
    totals: dict[str, list[PointsTotal]] = defaultdict(list)
    for (_, brand, kind, spent_at, *_), change in brand_changes(bookings(world.events)):
        totals[brand].append(PointsTotal(kind, spent_at, change.points, change.outstanding, change.debt))
    for brand, rows in totals.items():
        lots = [lot for lot in world.lots if lot.brand == brand]
        assert points_of(rows).outstanding == sum(max(0, lot.remaining) for lot in lots)


carried_rows = st.builds(
    lambda brand, month, rate, points, off: Carried(
        Cohort(brand, month, "USD"), rate, points, nearest(points * rate.fraction()) + off
    ),
    st.sampled_from(("north", "harbor")),
    st.sampled_from(("2026-09", "2026-10")),
    rates,
    st.integers(0, 10**12),
    st.integers(-3, 3),
)


@given(st.lists(carried_rows, max_size=6), rates, st.randoms(use_true_random=False))
def test_a_remeasurement_explains_every_difference_in_any_order(
    rows: list[Carried], value: Ratio, random: Random
) -> None:
    values = {("harbor", "USD"): value}
    report = remeasure(rows, values)
    assert remeasure(random.sample(rows, len(rows)), values) == report
    assert len(report) == sum(row.cohort.brand == "harbor" for row in rows)
    for row in report:
        assert row.remeasured == nearest(row.carried.points * value.fraction())
        assert row.carried.minor_units + row.by_value + row.by_rounding == row.remeasured
        if row.carried.rate == value:
            assert row.by_value == 0
