"""Days around a birthday, by local date."""

from calendar import isleap
from datetime import date

from rules_service.domain.member_facts import MonthDay
from rules_service.domain.selector import BirthdayWindow

LEAP_DAY = MonthDay(2, 29)


def kept_on(birthday: MonthDay, year: int) -> date:
    """When the birthday is kept in a year; one on 29 February on the 28th unless the year has that day."""
    if birthday == LEAP_DAY and not isleap(year):
        return date(year, 2, 28)
    return date(year, birthday.month, birthday.day)


def is_around(birthday: MonthDay, window: BirthdayWindow, day: date) -> bool:
    """Whether a day lies in the window, also across the turn of a year."""
    if window.month:
        return day.month == birthday.month
    # A window is shorter than a year, so that only the birthdays next to the day matter.
    return any(
        -window.days_before <= (day - kept_on(birthday, year)).days <= window.days_after
        for year in (day.year - 1, day.year, day.year + 1)
    )
