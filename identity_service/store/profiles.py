"""Profiles as rows have them."""

from chassis.runtime.postgres import Row
from identity_service.domain.profile import NO_PROFILE, MonthDay, Profile


def profile_of(row: Row | None) -> Profile:
    """The profile in a row, which has none of its columns set, or is missing, where nothing was ever told."""
    if row is None or row["segments"] is None:
        return NO_PROFILE
    birthday = None if row["birth_month"] is None else MonthDay(row["birth_month"], row["birth_day"])
    return Profile(birthday, tuple(row["segments"]))
