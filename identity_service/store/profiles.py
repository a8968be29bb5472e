"""Profiles as rows have them."""

import json

from chassis.runtime.postgres import Row
from identity_service.domain.person import NO_DETAILS, PersonDetails, ProfileVersion
from identity_service.domain.profile import NO_PROFILE, MonthDay, Profile


def profile_of(row: Row | None) -> Profile:
    """The profile in a row, which has none of its columns set, or is missing, where nothing was ever told."""
    if row is None or row["segments"] is None:
        return NO_PROFILE
    birthday = None if row["birth_month"] is None else MonthDay(row["birth_month"], row["birth_day"])
    return Profile(birthday, tuple(row["segments"]))


def details_of(row: Row | None) -> PersonDetails:
    """The whole profile in a row; the one of which nothing is told where there is none."""
    if row is None:
        return NO_DETAILS
    return PersonDetails(
        told=profile_of(row),
        given_name=row["given_name"],
        family_name=row["family_name"],
        display_name=row["display_name"],
        birth_year=row["birth_year"],
        language=row["language"],
        home_location_id=row["home_location_id"],
        home_brand_id=row["home_brand_id"],
        attributes=json.loads(row["attributes"]),
    )


def version_of(row: Row) -> ProfileVersion:
    """A version with who made it."""
    return ProfileVersion(
        number=row["ordinal"],
        details=details_of(row),
        changed=tuple(row["changed"]),
        change_time=row["change_time"],
        caller=row["caller"],
        request_id=row["request_id"],
    )


def profile_columns(details: PersonDetails) -> tuple[object, ...]:
    """The columns of a version, as statements take them: birthday, segments, texts and attributes."""
    month, day = details.told.birthday or (None, None)
    return (
        month,
        day,
        details.birth_year,
        list(details.told.segments),
        details.given_name,
        details.family_name,
        details.display_name,
        details.language,
        details.home_location_id,
        details.home_brand_id,
        json.dumps(details.attributes, ensure_ascii=False),
    )
