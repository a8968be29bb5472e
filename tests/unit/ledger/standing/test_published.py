"""Published programs, at their boundaries."""

from datetime import UTC, date, datetime

import pytest

from chassis.values.calendar import local_date, zone
from chassis.values.rounding import Ratio
from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.ladder import Comparison, Ladder, Tier
from ledger_service.domain.standing.standing import standing_on
from ledger_service.domain.standing.window import Year
from tests.unit.ledger.standing.programs import (
    APPAREL,
    APPAREL_ROLLING,
    HOTEL,
    PHARMACY,
    ladder,
    orders,
    points,
    spent,
)

MARCH = date(2026, 3, 2)


def tier_on(subject: Ladder, rows: list[DayActivity], day: date) -> str:
    return standing_on(subject, rows, (), day).tier


@pytest.mark.parametrize(
    ("earned", "tier"),
    [(0, ""), (249, ""), (250, "bronze"), (499, "bronze"), (500, "silver"), (999, "silver"), (1_000, "gold")],
)
def test_a_pharmacy_has_seven_boundary_rows(earned: int, tier: str) -> None:
    assert tier_on(PHARMACY, [points(MARCH, earned)], MARCH) == tier


def test_a_pharmacy_begins_at_zero_each_year_and_keeps_what_was_reached_until_the_end_of_the_next() -> None:
    rows = [points(date(2024, 12, 31), 1_000), points(date(2025, 6, 1), 500)]
    assert tier_on(PHARMACY, rows, date(2024, 12, 30)) == ""
    assert tier_on(PHARMACY, rows, date(2024, 12, 31)) == "gold"
    assert standing_on(PHARMACY, rows, (), date(2025, 1, 1)).value == 0
    assert tier_on(PHARMACY, rows, date(2025, 12, 31)) == "gold"
    assert tier_on(PHARMACY, rows, date(2026, 1, 1)) == "silver"
    assert tier_on(PHARMACY, rows, date(2026, 12, 31)) == "silver"
    assert tier_on(PHARMACY, rows, date(2027, 1, 1)) == ""


@pytest.mark.parametrize(
    ("amount", "tier"),
    [(499_99, ""), (500_00, "enthusiast"), (500_01, "enthusiast"), (999_99, "enthusiast"), (1_000_00, "icon")],
)
def test_apparel_is_told_apart_to_the_cent_over_all_four_brands(amount: int, tier: str) -> None:
    brands = ["gap", "banana", "navy", "athleta"]
    rows = [spent(date(2026, 1 + n, 28), 100_00, brand=brand) for n, brand in enumerate(brands)]
    rows.append(spent(date(2026, 5, 1), amount - 400_00, brand="gap"))
    assert tier_on(APPAREL, rows, date(2026, 5, 1)) == tier


def test_apparel_in_another_currency_does_not_count() -> None:
    assert tier_on(APPAREL, [spent(MARCH, 9_999_00, "CAD")], MARCH) == ""


@pytest.mark.parametrize(
    ("bought", "last"),
    [
        (date(2024, 2, 28), date(2025, 2, 27)),
        (date(2024, 2, 29), date(2025, 2, 27)),
        (date(2024, 3, 1), date(2025, 2, 28)),
        (date(2023, 3, 1), date(2024, 2, 29)),
        (date(2023, 2, 28), date(2024, 2, 27)),
        (date(2025, 12, 31), date(2026, 12, 30)),
    ],
)
def test_twelve_months_by_day_end_on_the_day_before_the_same_date_and_clamp(bought: date, last: date) -> None:
    standing = standing_on(APPAREL_ROLLING, [points(bought, 500)], (), bought)
    assert standing.until is not None
    assert tier_on(APPAREL_ROLLING, [points(bought, 500)], last) == "enthusiast"
    assert tier_on(APPAREL_ROLLING, [points(bought, 500)], standing.until) == ""
    assert (standing.until - last).days == 1


@pytest.mark.parametrize(
    ("nights", "tier", "multiplier"),
    [
        (9, "", None),
        (10, "silver", "110/100"),
        (24, "silver", "110/100"),
        (25, "gold", "125/100"),
        (49, "gold", "125/100"),
        (50, "platinum", "150/100"),
        (75, "titanium", "175/100"),
    ],
)
def test_hotel_tiers_multiply_base_points_exactly(nights: int, tier: str, multiplier: str | None) -> None:
    standing = standing_on(HOTEL, [orders(MARCH, nights)], (), MARCH)
    reached = HOTEL.versions[0].tier(standing.tier)
    assert standing.tier == tier
    assert (reached.benefits.multiplier("any") if reached else None) == (multiplier and Ratio.of(multiplier))


def test_hotel_status_lasts_through_february_of_the_year_after_the_next() -> None:
    rows = [orders(date(2022, 1, 1), 10)]
    assert standing_on(HOTEL, rows, (), date(2022, 1, 1)).until == date(2024, 3, 1)
    assert tier_on(HOTEL, rows, date(2024, 2, 29)) == "silver"
    assert tier_on(HOTEL, rows, date(2024, 3, 1)) == ""


def test_more_than_is_not_at_least() -> None:
    subject = ladder(Year(), [Tier("silver", 500), Tier("gold", 500, Comparison.ABOVE)])
    assert [tier_on(subject, [points(MARCH, earned)], MARCH) for earned in (499, 500, 501)] == ["", "silver", "gold"]


@pytest.mark.parametrize(
    ("sold", "year"),
    [(datetime(2025, 1, 1, 4, 59, 59, 999_999, tzinfo=UTC), 2024), (datetime(2025, 1, 1, 5, tzinfo=UTC), 2025)],
)
def test_midnight_at_the_shop_parts_the_years(sold: datetime, year: int) -> None:
    day = local_date(sold, zone("America/New_York"))
    standing = standing_on(PHARMACY, [points(day, 1_000)], (), date(2025, 1, 1))
    assert (standing.value, standing.until) == ((0, date(2026, 1, 1)) if year == 2024 else (1_000, date(2027, 1, 1)))
