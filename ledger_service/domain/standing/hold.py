"""How long a tier is promised once it is reached, and how it falls then (docs/DOMAIN.md §8).

A tier is kept for as long as the metric qualifies, and beyond that until its promise ends. What the programs we know
call "at once", "until the end of next year", "never" is a promise of another length.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ledger_service.domain.standing.window import FOREVER, MOST_MONTHS, months_after, year_end

MOST_DAYS = 36_600
"""No span of a ladder is longer than a hundred years."""


@dataclass(frozen=True, slots=True)
class Span:
    """So many months, then days, from the day of reaching; none: no promise."""

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.months <= MOST_MONTHS and 0 <= self.days <= MOST_DAYS):
            raise ValueError(f"no span: {self.months} months and {self.days} days")


@dataclass(frozen=True, slots=True)
class YearEnd:
    """Until the end of the year of reaching, of the `years`-th year after it, and `months` more. Years begin on the
    first of `first_month`."""

    years: int = 0
    months: int = 0
    first_month: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.years <= 100 and 0 <= self.months <= MOST_MONTHS and 1 <= self.first_month <= 12):
            raise ValueError(f"no end of a year: {self.years} years, {self.months} months, from {self.first_month}")


@dataclass(frozen=True, slots=True)
class Forever:
    """A tier once reached is never lost (but by taking back what reached it)."""


Hold = Span | YearEnd | Forever

NO_HOLD = Span()


def hold_end(hold: Hold, day: date) -> date:
    """The first day that a promise made on `day` does not cover; `day` itself if nothing is promised."""
    match hold:
        case Span(months, days):
            end = months_after(day, months)
            return end + timedelta(days=days) if days <= (FOREVER - end).days else FOREVER
        case YearEnd(years, months, first_month):
            return months_after(year_end(day, first_month), 12 * years + months)
        case Forever():
            return FOREVER


@dataclass(frozen=True, slots=True)
class Fall:
    """What happens when a tier is neither qualified for nor promised: it is kept for `grace_days` more, then lost. With
    `step` the member lands on the tier just below, which is promised for `step` from that day; without it on the
    highest that is qualified for or promised."""

    grace_days: int = 0
    step: Hold | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.grace_days <= MOST_DAYS:
            raise ValueError(f"no grace: {self.grace_days} days")
        if self.step == NO_HOLD:
            raise ValueError("a step must last")


AT_ONCE = Fall()
