"""Dates and spans anywhere, any time."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chassis.values.calendar import Interval, local_date, plus_months, start_of_day, zone

DAYS = st.dates(date(1990, 1, 1), date(2037, 12, 31))
# Places with changes at night, at midnight, by half an hour, in the south and without any.
PLACES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/Havana",
        "Asia/Beirut",
    ]
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 9)).map(
    lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
)
BOUNDS = st.none() | INSTANTS
INTERVALS = st.builds(Interval, BOUNDS, BOUNDS)
FIRST = datetime(2025, 12, 31, tzinfo=UTC)


@given(DAYS, PLACES)
def test_a_day_starts_at_its_first_instant(day: date, place: str) -> None:
    start = start_of_day(day, zone(place))
    assert local_date(start, zone(place)) == day
    assert local_date(start - timedelta(microseconds=1), zone(place)) < day


@given(DAYS, st.integers(-600, 600))
def test_months_move_by_whole_months(day: date, months: int) -> None:
    then = plus_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then.day < day.day and (then + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(-600, 600))
def test_months_keep_the_order_of_days(one: date, other: date, months: int) -> None:
    earlier, later = sorted([one, other])
    assert plus_months(earlier, months) <= plus_months(later, months)


@given(INTERVALS, INTERVALS)
def test_intervals_overlap_if_an_instant_lies_in_both(one: Interval, other: Interval) -> None:
    days = [FIRST + timedelta(days=n) for n in range(12)]
    assert one.overlaps(other) == any(one.contains(day) and other.contains(day) for day in days)
