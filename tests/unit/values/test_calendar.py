"""Dates local to a place: clamped months, half-open spans, days without a midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.values.calendar import (
    Interval,
    local_date,
    plus_days,
    plus_months,
    start_of_day,
    start_of_next_month,
    zone,
)

MAY = datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 5, 30), 0, date(2026, 5, 30)),
    ],
)
def test_months_clamp_to_the_last_day(day: date, months: int, then: date) -> None:
    assert plus_months(day, months) == then


@pytest.mark.parametrize(
    ("day", "first"), [(date(2026, 12, 31), date(2027, 1, 1)), (date(2026, 1, 1), date(2026, 2, 1))]
)
def test_the_next_month_starts_on_its_first(day: date, first: date) -> None:
    assert start_of_next_month(day) == first


def test_the_documented_expiry_of_12_months_to_the_end_of_the_month() -> None:
    expires = start_of_next_month(plus_months(date(2020, 7, 6), 12))
    assert start_of_day(expires, zone("America/New_York")) == datetime(2021, 8, 1, 4, tzinfo=UTC)


def test_days_are_calendar_days() -> None:
    assert plus_days(date(2026, 2, 27), 2) == date(2026, 3, 1)


def test_a_day_of_the_clock_change_has_23_hours() -> None:
    berlin = zone("Europe/Berlin")
    lasted = start_of_day(date(2026, 3, 30), berlin) - start_of_day(date(2026, 3, 29), berlin)
    assert lasted == timedelta(hours=23)


def test_a_day_that_the_clock_goes_back_has_25_hours() -> None:
    berlin = zone("Europe/Berlin")
    lasted = start_of_day(date(2026, 10, 26), berlin) - start_of_day(date(2026, 10, 25), berlin)
    assert lasted == timedelta(hours=25)


def test_a_day_without_midnight_starts_when_the_clock_jumps() -> None:
    place = zone("America/Sao_Paulo")
    start = start_of_day(date(2018, 11, 4), place)
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert local_date(start - INSTANT, place) == date(2018, 11, 3)


def test_a_day_with_two_midnights_starts_at_the_first() -> None:
    assert start_of_day(date(2025, 11, 2), zone("America/Havana")) == datetime(2025, 11, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe/Berlin\n"])
def test_an_unknown_time_zone_is_a_fault(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        zone(name)


def test_an_interval_holds_its_start() -> None:
    assert Interval(MAY, JUNE).contains(MAY)


def test_an_interval_does_not_hold_its_end() -> None:
    assert not Interval(MAY, JUNE).contains(JUNE)


def test_an_open_interval_holds_every_instant() -> None:
    assert Interval(None, None).contains(MAY)


def test_intervals_that_only_touch_do_not_overlap() -> None:
    assert not Interval(MAY, JUNE).overlaps(Interval(JUNE, JULY))


def test_an_interval_without_end_overlaps_every_later_one() -> None:
    assert Interval(MAY, None).overlaps(Interval(JUNE, JULY))


def test_an_interval_without_instant_overlaps_none() -> None:
    assert not Interval(JUNE, JUNE).overlaps(Interval(MAY, JULY))
