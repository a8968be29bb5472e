"""Dates local to a location, half-open intervals, month arithmetic that clamps (docs/DOMAIN.md §3 'Time')."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone(name: str) -> ZoneInfo:
    """The IANA time zone `name`; ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone: {name}") from error


def local_date(instant: datetime, tz: ZoneInfo) -> date:
    """The calendar date of an instant at a place."""
    return instant.astimezone(tz).date()


def start_of_day(day: date, tz: ZoneInfo) -> datetime:
    """The instant (UTC) a local date begins."""
    return datetime.combine(day, time.min, tz).astimezone(UTC)


def plus_months(day: date, months: int) -> date:
    """`day` moved by whole months; a day the month lacks becomes its last one (31 Jan + 1 month = 28/29 Feb)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of_next_month(day: date) -> date:
    """The first day of the month after `day`'s."""
    return plus_months(day.replace(day=1), 1)


def plus_days(day: date, days: int) -> date:
    """`day` moved by `days`."""
    return day + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open span of time [start, end); a missing bound is open."""

    start: datetime | None
    end: datetime | None

    def contains(self, instant: datetime) -> bool:
        """True if start <= instant < end."""
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)

    def overlaps(self, other: "Interval") -> bool:
        """True if some instant lies in both."""
        return all(_before(one.start, end) for one in (self, other) for end in (self.end, other.end))


def _before(start: datetime | None, end: datetime | None) -> bool:
    return start is None or end is None or start < end
