"""When points expire: always the start of a day at the place where they were earned (docs/DOMAIN.md §4)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from chassis.values.calendar import plus_days, plus_months, start_of_day


class Period(Enum):
    """A stretch of the calendar."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


PERIOD_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class ExpiresAfterDays:
    """At the start of the local day that many days after the day of earning."""

    days: int


@dataclass(frozen=True, slots=True)
class ExpiresAfterMonths:
    """At the start of the local day that many months after the day of earning, clamped to the month's end."""

    months: int


@dataclass(frozen=True, slots=True)
class ExpiresAtEndOf:
    """At the start of the period after the one in which the day lies that many months after the day of earning."""

    months: int
    period: Period


@dataclass(frozen=True, slots=True)
class RollsByDays:
    """As `ExpiresAfterDays`, or that many days after the member's last activity, whichever is later."""

    days: int


@dataclass(frozen=True, slots=True)
class RollsByMonths:
    """As `ExpiresAfterMonths`, or that many months after the member's last activity, whichever is later."""

    months: int


Expiry = ExpiresAfterDays | ExpiresAfterMonths | ExpiresAtEndOf | RollsByDays | RollsByMonths | None
"""None: never."""

_SAMPLE = tuple(date(2096, 1, 1) + timedelta(days=number) for number in range(9 * 365))
"""Days of earning around 2100, which is no leap year: in no other stretch do months come to fewer days."""


def expiry_day(expiry: Expiry, earned: date) -> date | None:
    """The local day at whose start points earned on a local day expire, were the member never active again.

    Never earlier for points that were earned later. None: never.
    """
    if expiry is None:
        return None
    if isinstance(expiry, ExpiresAfterDays | RollsByDays):
        return plus_days(earned, expiry.days)
    day = plus_months(earned, expiry.months)
    return _start_of_next(expiry.period, day) if isinstance(expiry, ExpiresAtEndOf) else day


@lru_cache(maxsize=4096)
def expire_time(expiry: Expiry, earned: date, tz: ZoneInfo) -> datetime | None:
    """The instant (UTC) `expiry_day` begins; None: never."""
    day = expiry_day(expiry, earned)
    return None if day is None else start_of_day(day, tz)


@lru_cache(maxsize=256)
def fewest_days(expiry: Expiry) -> int | None:
    """The fewest days there can be from the day of earning to the day of expiry; None: never expires."""
    if expiry is None or isinstance(expiry, ExpiresAfterDays | RollsByDays):
        return None if expiry is None else expiry.days
    return min((day - earned).days for earned in _SAMPLE if (day := expiry_day(expiry, earned)))


def _start_of_next(period: Period, day: date) -> date:
    months = PERIOD_MONTHS[period]
    first = date(day.year, day.month - (day.month - 1) % months, 1)
    return plus_months(first, months)
