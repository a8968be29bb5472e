"""When points can be spent from, and that this is never later than their expiry (docs/DOMAIN.md §4 'Pending')."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chassis.values.calendar import plus_days, start_of_day


@dataclass(frozen=True, slots=True)
class AvailableAfterHours:
    """Exactly that many hours after the sale."""

    hours: int


@dataclass(frozen=True, slots=True)
class AvailableAfterDays:
    """At the start of the local day that many days after the day of earning."""

    days: int


@dataclass(frozen=True, slots=True)
class AvailableOn:
    """At the start of a local date; at once for what is earned from then on."""

    day: date


@dataclass(frozen=True, slots=True)
class AvailableOnEvent:
    """When somebody says so."""


Availability = AvailableAfterHours | AvailableAfterDays | AvailableOn | AvailableOnEvent | None
"""None: at once."""


def available_time(availability: Availability, sold: datetime, earned: date, tz: ZoneInfo) -> datetime | None:
    """The instant (UTC), later than `sold`, from which points of a sale can be spent; `earned` is its local day.

    None: at once, or by `AvailableOnEvent` at a time that nobody knows yet.
    """
    if availability is None or isinstance(availability, AvailableOnEvent):
        return None
    if isinstance(availability, AvailableAfterHours):
        return sold + timedelta(hours=availability.hours)
    if isinstance(availability, AvailableAfterDays):
        return _start_of_day(plus_days(earned, availability.days), tz)
    start = _start_of_day(availability.day, tz)
    return start if start > sold else None


@lru_cache(maxsize=4096)
def _start_of_day(day: date, tz: ZoneInfo) -> datetime:
    return start_of_day(day, tz)
