"""What rules may look at of a member besides the enrolment: birthday and segments. Personal data."""

from dataclasses import dataclass, replace
from typing import NamedTuple

DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The most days that each month has."""

MOST_SEGMENTS = 64


class MonthDay(NamedTuple):
    """A day of every year; 29 February included."""

    month: int
    day: int


def is_month_day(month: int, day: int) -> bool:
    """True if some year has that day."""
    return 1 <= month <= len(DAYS) and 1 <= day <= DAYS[month - 1]


@dataclass(frozen=True, slots=True)
class Profile:
    """`birthday` is None if it is not known; `segments` are ids, sorted, each once."""

    birthday: MonthDay | None = None
    segments: tuple[str, ...] = ()


NO_PROFILE = Profile()


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What to set; None stays as it is."""

    birthday: MonthDay | None = None
    segments: tuple[str, ...] | None = None

    def applied(self, profile: Profile) -> Profile:
        """The profile with what is set."""
        if self.birthday is not None:
            profile = replace(profile, birthday=self.birthday)
        return profile if self.segments is None else replace(profile, segments=self.segments)


@dataclass(frozen=True, slots=True)
class Update:
    """A change of a member's profile."""

    program_id: str
    member_id: str
    change: ProfileChange


def changed_fields(before: Profile, after: Profile) -> list[str]:
    """The names of what differs."""
    differs = {"birthday": before.birthday != after.birthday, "segments": before.segments != after.segments}
    return [name for name, is_so in differs.items() if is_so]
