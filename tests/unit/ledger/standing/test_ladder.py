"""What a ladder can mean, what it cannot, and how its metric adds up."""

from collections.abc import Callable
from datetime import date

import pytest

from chassis.values.integers import INT64_MAX
from chassis.values.rounding import ONE, Ratio
from ledger_service.domain.standing.activity import BrandActivity, DayActivity
from ledger_service.domain.standing.hold import Fall, Span, YearEnd
from ledger_service.domain.standing.ladder import ALL_BRANDS, Benefits, Comparison, Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import DatedRate, Meter, Metric, Orders, Points, Scope, Spend
from ledger_service.domain.standing.standing import standing_on
from ledger_service.domain.standing.timeline import START, advance
from ledger_service.domain.standing.window import Lifetime, Rolling, Window, Year, counts_from, counts_until
from tests.unit.ledger.standing.programs import ladder, points, spent

DAY = date(2026, 3, 2)
BASKET = DayActivity(
    DAY,
    {
        "north": BrandActivity({"USD": 10_00, "EUR": 1_00}, 10, 14, 3),
        "peak": BrandActivity({"USD": 5_00}, 5, 5, 2),
        "linden": BrandActivity({"GBP": 7_00}, 7, 7, 1),
    },
    {("north", "peak"): 1, ("linden", "north", "peak"): 1},
)


@pytest.mark.parametrize(
    ("scope", "metric", "figure"),
    [
        (Scope(), Spend("USD"), 15_00),
        (Scope("north"), Spend("USD"), 10_00),
        (Scope("north"), Spend("EUR"), 1_00),
        (Scope("nobody"), Spend("USD"), 0),
        (Scope(), Points(), 26),
        (Scope(), Points(base_only=True), 22),
        (Scope("north"), Points(), 14),
        (Scope(), Orders(), 3),
        (Scope("peak"), Orders(), 2),
        (Scope(weights=(("north", 0),)), Points(), 12),
        (Scope(weights=(("north", 5_000), ("peak", 20_000))), Points(), 24),
        # One order of north alone, one of north and peak, one of all three: ½ + 2 + 2.
        (Scope(weights=(("north", 5_000), ("peak", 20_000))), Orders(), 4),
        (Scope(weights=(("north", 0), ("peak", 0))), Orders(), 1),
    ],
)
def test_a_metric_adds_up(scope: Scope, metric: Metric, figure: int) -> None:
    meter = Meter(scope, metric)
    assert meter.shown(meter.worth(BASKET)) == figure


@pytest.mark.parametrize(
    ("day", "counts"),
    [(date(2025, 12, 31), 0), (date(2026, 1, 1), 109), (date(2026, 1, 31), 109), (date(2026, 2, 1), 33)],
)
def test_another_currency_counts_by_the_rate_of_the_day(day: date, counts: int) -> None:
    rates = (DatedRate("EUR", date(2026, 2, 1), Ratio(1, 3)), DatedRate("EUR", date(2026, 1, 1), Ratio.of("1.09")))
    meter = Meter(Scope(), Spend("USD", rates))
    assert meter.shown(meter.worth(spent(day, 1_00, "EUR"))) == counts


def test_thirds_are_summed_before_anything_is_rounded() -> None:
    rates = (DatedRate("EUR", date(2020, 1, 1), Ratio(1, 3)),)
    subject = ladder(Lifetime(), [Tier("silver", 1_00)], metric=Spend("USD", rates))
    rows = [spent(date(2026, 1, day), 1_00, "EUR") for day in (1, 2, 3)]
    assert standing_on(subject, rows, (), date(2026, 1, 2)).tier == ""
    assert standing_on(subject, rows, (), date(2026, 1, 3)).tier == "silver"


def test_above_is_met_by_the_smallest_part_more() -> None:
    subject = ladder(
        Lifetime(), [Tier("silver", 100, Comparison.ABOVE)], scope=Scope(weights=(("north", 10_000), ("peak", 1)))
    )
    exact = [points(DAY, 100)]
    more = [*exact, points(date(2026, 3, 3), 1, "peak")]
    standings = [standing_on(subject, rows, (), date(2026, 3, 3)) for rows in (exact, more)]
    assert [(one.tier, one.value) for one in standings] == [("", 100), ("silver", 100)]


def test_a_figure_that_would_not_fit_is_shown_as_the_greatest_and_counted_exactly() -> None:
    rows = [points(DAY, INT64_MAX), points(date(2026, 3, 3), INT64_MAX)]
    subject = ladder(Lifetime(), [Tier("silver", INT64_MAX)])
    shown = standing_on(subject, rows, (), date(2026, 3, 3))
    assert (shown.tier, shown.value) == ("silver", INT64_MAX)
    tracked = advance(subject, START, rows, date(2026, 3, 3))
    assert tracked.total == 2 * INT64_MAX


def test_what_is_missing_is_shown_as_the_greatest_too() -> None:
    meter = Meter(Scope(), Points())
    assert meter.units(meter.scale * (INT64_MAX + 1)) == INT64_MAX


@pytest.mark.parametrize("window", [Rolling(1), Rolling(12), Rolling(1_200), Year(), Year(4), Lifetime()])
@pytest.mark.parametrize(
    "day", [date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 31), date(2026, 1, 1), date(20, 1, 1)]
)
def test_a_window_begins_with_the_first_day_that_still_counts(window: Window, day: date) -> None:
    first = counts_from(window, day)
    assert counts_until(window, first) > day
    assert first == date.min or counts_until(window, date.fromordinal(first.toordinal() - 1)) <= day


def test_a_multiplier_of_a_brand_goes_before_that_of_all() -> None:
    benefits = Benefits(((ALL_BRANDS, Ratio(5, 4)), ("north", Ratio(3, 2))))
    assert [benefits.multiplier(brand) for brand in ("north", "peak")] == [Ratio(3, 2), Ratio(5, 4)]
    assert Benefits().multiplier("north") == ONE


def test_before_its_first_version_a_ladder_has_no_tiers() -> None:
    subject = ladder(Lifetime(), [Tier("silver", 1)], start=DAY)
    before = standing_on(subject, [points(date(2026, 1, 1), 5)], (), date(2026, 3, 1))
    after = standing_on(subject, [points(date(2026, 1, 1), 5)], (), DAY)
    assert (before.tier, before.value, before.until) == ("", 0, None)
    assert (after.tier, after.since) == ("silver", DAY)


def version(tiers: tuple[Tier, ...], start: date = DAY) -> LadderVersion:
    return LadderVersion(start, Scope(), Points(), Year(), tiers)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rolling(0),
        lambda: Rolling(1_201),
        lambda: Year(0),
        lambda: Year(13),
        lambda: Span(months=-1),
        lambda: Span(days=36_601),
        lambda: YearEnd(years=-1),
        lambda: Fall(grace_days=-1),
        lambda: Fall(step=Span()),
        lambda: Scope("north", (("north", 1),)),
        lambda: Scope(weights=(("north", 1), ("north", 2))),
        lambda: Scope(weights=(("north", -1),)),
        lambda: Scope(weights=(("north", 1_000_001),)),
        lambda: Spend("USD", (DatedRate("USD", DAY, ONE),)),
        lambda: Spend("USD", (DatedRate("EUR", DAY, ONE), DatedRate("EUR", DAY, Ratio(2, 1)))),
        lambda: Benefits((("north", ONE), ("north", ONE))),
        lambda: Benefits(discount_basis_points=10_001),
        lambda: Tier("", 1),
        lambda: Tier("silver", 0),
        lambda: Tier("silver", -1, Comparison.ABOVE),
        lambda: Tier("silver", INT64_MAX + 1),
        lambda: version(()),
        lambda: version((Tier("silver", 1), Tier("silver", 2))),
        lambda: version((Tier("silver", 2), Tier("gold", 1))),
        lambda: version((Tier("silver", 2), Tier("gold", 2))),
        lambda: version((Tier("silver", 2, Comparison.ABOVE), Tier("gold", 2))),
        lambda: version((Tier("silver", 1),), date.min),
        lambda: Ladder("status", ()),
        lambda: Ladder("status", (version((Tier("silver", 1),)), version((Tier("silver", 2),)))),
    ],
)
def test_what_no_ladder_can_mean_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()
