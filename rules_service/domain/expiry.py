"""When points expire: always the start of a day at the place where they were earned."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from chassis.values.calendar import plus_days, plus_months, start_of_day, start_of_next_month
from rules_service.domain.earn_rule import ExpiresAfterDays, ExpiresAfterMonths, Expiry


@lru_cache(maxsize=4096)
def expire_time(expiry: Expiry, earned: date, tz: ZoneInfo) -> datetime | None:
    """The instant (UTC) points earned on a local day expire; None: never."""
    if expiry is None:
        return None
    if isinstance(expiry, ExpiresAfterDays):
        day = plus_days(earned, expiry.days)
    elif isinstance(expiry, ExpiresAfterMonths):
        day = plus_months(earned, expiry.months)
    else:
        day = start_of_next_month(plus_months(earned, expiry.months))
    return start_of_day(day, tz)
