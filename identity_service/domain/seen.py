"""What of a member concerns a caller: identity is shared, but which brand or location somebody calls home tells one
brand with whom else she shops."""

from dataclasses import replace

from identity_service.domain.caller import Caller
from identity_service.domain.members import Member, Resolution
from identity_service.domain.person import Person, PersonDetails, ProfileVersion


def member_seen(member: Member, caller: Caller) -> Member:
    """Without a home location that the caller's token does not cover."""
    return member if caller.sees_location(member.home_location_id) else replace(member, home_location_id="")


def resolution_seen(resolution: Resolution, caller: Caller) -> Resolution:
    """As `member_seen`."""
    return resolution if caller.sees_location(resolution.home_location_id) else replace(resolution, home_location_id="")


def person_seen(person: Person, caller: Caller) -> Person:
    """As `details_seen`, and without the place of the enrolment unless the token covers it."""
    enrolled = person.enroll_location_id if caller.sees_location(person.enroll_location_id) else ""
    return replace(person, enroll_location_id=enrolled, details=details_seen(person.details, caller))


def version_seen(version: ProfileVersion, caller: Caller) -> ProfileVersion:
    """As `details_seen`."""
    return replace(version, details=details_seen(version.details, caller))


def details_seen(details: PersonDetails, caller: Caller) -> PersonDetails:
    """Without a home location or brand that the caller's token does not cover."""
    return replace(
        details,
        home_location_id=details.home_location_id if caller.sees_location(details.home_location_id) else "",
        home_brand_id=details.home_brand_id if caller.sees_brand(details.home_brand_id) else "",
    )
