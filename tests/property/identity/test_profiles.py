"""Birthdays: a day is one exactly if a leap year has it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from identity_service.domain.profile import MonthDay, Profile, ProfileChange, changed_fields, is_month_day


@given(month=st.integers(-(2**31), 2**31 - 1) | st.integers(0, 13), day=st.integers(-1, 33))
def test_a_day_is_one_of_a_leap_year(month: int, day: int) -> None:
    try:
        date(2024, month, day)
    except (ValueError, OverflowError):
        assert not is_month_day(month, day)
    else:
        assert is_month_day(month, day)


birthdays = st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: MonthDay(day.month, day.day))
segments = st.lists(st.sampled_from("abc"), unique=True).map(lambda some: tuple(sorted(some)))


@given(
    profile=st.builds(Profile, birthdays, segments), change=st.builds(ProfileChange, birthdays, st.none() | segments)
)
def test_a_change_sets_what_it_names_and_is_told_where_something_differs(
    profile: Profile, change: ProfileChange
) -> None:
    after = change.applied(profile)
    assert after.birthday == (profile.birthday if change.birthday is None else change.birthday)
    assert after.segments == (profile.segments if change.segments is None else change.segments)
    assert bool(changed_fields(profile, after)) == (after != profile)
    assert change.applied(after) == after
