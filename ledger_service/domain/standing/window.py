"""Which days of activity a ladder counts: rolling months, a year, or all of them (docs/DOMAIN.md §8).

A window is known by one thing: the day from which a day's activity counts no longer. Intervals are half-open and months
clamp: under a rolling year what was bought on 28 or 29 February 2024 counts up to and with 27 February 2025.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chassis.values.calendar import plus_days, plus_months

FOREVER = date.max
"""Stands for "never ends"; no activity and no promise reaches it."""

MOST_MONTHS = 1_200
"""No span of a ladder is longer than a hundred years."""


@dataclass(frozen=True, slots=True)
class Rolling:
    """The last `months` (1 to 1,200), by day."""

    months: int

    def __post_init__(self) -> None:
        if not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"a rolling window has 1 to {MOST_MONTHS} months, not {self.months}")


@dataclass(frozen=True, slots=True)
class Year:
    """The year that begins on the first of `first_month`; 1: the calendar year."""

    first_month: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.first_month <= 12:
            raise ValueError(f"there is no month {self.first_month}")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Everything."""


Window = Rolling | Year | Lifetime


@lru_cache(maxsize=65_536)
def months_after(day: date, months: int) -> date:
    """`day` moved on by whole months, clamped; FOREVER where the calendar ends."""
    if (day.year * 12 + day.month - 1 + months) // 12 > date.max.year:
        return FOREVER
    return plus_months(day, months)


def year_end(day: date, first_month: int) -> date:
    """The first day after the year that `day` lies in."""
    passed = (day.month - first_month) % 12
    return months_after(day.replace(day=1), 12 - passed)


def counts_until(window: Window, day: date) -> date:
    """The first day on which the activity of `day` counts no longer. Never earlier for a later `day`."""
    match window:
        case Rolling(months):
            return months_after(day, months)
        case Year(first_month):
            return year_end(day, first_month)
        case Lifetime():
            return FOREVER


def counts_from(window: Window, day: date) -> date:
    """The first day whose activity counts on `day`."""
    match window:
        case Rolling(months) if day.year * 12 + day.month - 1 >= months + 12:
            first = plus_months(day, -months)
            while counts_until(window, first) <= day:
                first = plus_days(first, 1)
            return first
        case Year(first_month) if day.year > 1:
            return plus_months(year_end(day, first_month), -12)
        case _:
            return date.min


def begins_anew(window: Window, day: date) -> bool:
    """True if what came before `day` all at once counts no longer."""
    return isinstance(window, Year) and day.day == 1 and day.month == window.first_month
