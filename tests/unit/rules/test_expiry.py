"""When points expire, policy by policy: leap days, ends of periods, days on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules_service.domain.expiry import (
    ExpiresAfterDays,
    ExpiresAfterMonths,
    ExpiresAtEndOf,
    Expiry,
    Period,
    RollsByDays,
    RollsByMonths,
    expire_time,
    expiry_day,
    fewest_days,
)

NEW_YORK = ZoneInfo("America/New_York")
BEIRUT = ZoneInfo("Asia/Beirut")


@pytest.mark.parametrize(
    ("expiry", "earned", "expires"),
    [
        (ExpiresAfterDays(365), date(2024, 2, 29), date(2025, 2, 28)),
        (ExpiresAfterMonths(1), date(2023, 1, 31), date(2023, 2, 28)),
        (ExpiresAfterMonths(1), date(2024, 1, 31), date(2024, 2, 29)),
        (ExpiresAfterMonths(12), date(2024, 2, 29), date(2025, 2, 28)),
        (ExpiresAfterMonths(48), date(2024, 2, 29), date(2028, 2, 29)),
        (ExpiresAtEndOf(12, Period.MONTH), date(2020, 7, 6), date(2021, 8, 1)),
        (ExpiresAtEndOf(12, Period.MONTH), date(2024, 2, 29), date(2025, 3, 1)),
        (ExpiresAtEndOf(1, Period.MONTH), date(2023, 12, 31), date(2024, 2, 1)),
        (ExpiresAtEndOf(12, Period.QUARTER), date(2020, 7, 6), date(2021, 10, 1)),
        (ExpiresAtEndOf(12, Period.QUARTER), date(2020, 9, 30), date(2021, 10, 1)),
        (ExpiresAtEndOf(12, Period.QUARTER), date(2020, 10, 1), date(2022, 1, 1)),
        (ExpiresAtEndOf(3, Period.QUARTER), date(2024, 11, 30), date(2025, 4, 1)),
        (ExpiresAtEndOf(12, Period.YEAR), date(2020, 1, 1), date(2022, 1, 1)),
        (ExpiresAtEndOf(12, Period.YEAR), date(2020, 12, 31), date(2022, 1, 1)),
        (ExpiresAtEndOf(1, Period.YEAR), date(2020, 12, 1), date(2022, 1, 1)),
        (RollsByMonths(6), date(2024, 8, 31), date(2025, 2, 28)),
        (RollsByDays(90), date(2024, 1, 1), date(2024, 3, 31)),
        (None, date(2024, 1, 1), None),
    ],
)
def test_points_expire_on_a_day(expiry: Expiry, earned: date, expires: date | None) -> None:
    assert expiry_day(expiry, earned) == expires


@pytest.mark.parametrize(
    ("expiry", "earned", "zone", "expires"),
    [
        (ExpiresAtEndOf(12, Period.MONTH), date(2020, 7, 6), NEW_YORK, datetime(2021, 8, 1, 4, tzinfo=UTC)),
        (ExpiresAtEndOf(12, Period.YEAR), date(2020, 7, 6), NEW_YORK, datetime(2022, 1, 1, 5, tzinfo=UTC)),
        # 10 March 2024 has 23 hours in New York, 3 November 25; either way the day begins at its midnight.
        (ExpiresAfterDays(1), date(2024, 3, 9), NEW_YORK, datetime(2024, 3, 10, 5, tzinfo=UTC)),
        (RollsByDays(2), date(2024, 3, 9), NEW_YORK, datetime(2024, 3, 11, 4, tzinfo=UTC)),
        (RollsByMonths(1), date(2024, 10, 3), NEW_YORK, datetime(2024, 11, 3, 4, tzinfo=UTC)),
        (ExpiresAfterMonths(1), date(2024, 10, 4), NEW_YORK, datetime(2024, 11, 4, 5, tzinfo=UTC)),
        # Beirut has no midnight on 27 March 2022: the day begins at one.
        (ExpiresAfterMonths(1), date(2022, 2, 27), BEIRUT, datetime(2022, 3, 26, 22, tzinfo=UTC)),
    ],
)
def test_the_day_begins_when_it_does_at_the_place_of_earning(
    expiry: Expiry, earned: date, zone: ZoneInfo, expires: datetime
) -> None:
    assert expire_time(expiry, earned, zone) == expires


@pytest.mark.parametrize(
    ("expiry", "days"),
    [
        (ExpiresAfterDays(7), 7),
        (RollsByDays(7), 7),
        (ExpiresAfterMonths(1), 28),
        (ExpiresAfterMonths(12), 365),
        (RollsByMonths(12), 365),
        (ExpiresAtEndOf(1, Period.MONTH), 29),
        (ExpiresAtEndOf(12, Period.MONTH), 366),
        (ExpiresAtEndOf(12, Period.YEAR), 366),
        (ExpiresAfterMonths(48), 1460),
        (None, None),
    ],
)
def test_the_fewest_days_points_live(expiry: Expiry, days: int | None) -> None:
    assert fewest_days(expiry) == days


@pytest.mark.parametrize("months", [1, 12, 1200])
@pytest.mark.parametrize("period", [None, *Period])
def test_nowhere_in_four_hundred_years_do_points_live_shorter(months: int, period: Period | None) -> None:
    expiry: Expiry = ExpiresAtEndOf(months, period) if period else ExpiresAfterMonths(months)
    days = (date(1900, 1, 1) + timedelta(days=number) for number in range(146_097))
    ends_of_months = [day for day in days if day.day >= 28]
    spans = [(expires - earned).days for earned in ends_of_months if (expires := expiry_day(expiry, earned))]
    assert min(spans) == fewest_days(expiry)
