"""Protobuf ⇄ values: profiles and whole persons as they are told."""

from loyalty.identity.v1 import person_pb2
from loyalty.identity.v1 import person_service_pb2 as messages

from identity_service.domain.erasure import Erased
from identity_service.domain.person import Person, PersonDetails, ProfileVersion
from identity_service.use_cases.read_person import Page
from identity_service.wire.identifiers import linked_messages
from identity_service.wire.pages import page_token


def profile_message(version: int, details: PersonDetails) -> person_pb2.Profile:
    """What is known of a person."""
    message = person_pb2.Profile(
        version=version,
        given_name=details.given_name,
        family_name=details.family_name,
        display_name=details.display_name,
        language=details.language,
        home_location_id=details.home_location_id,
        home_brand_id=details.home_brand_id,
        attributes=dict(details.attributes),
        segments=details.told.segments,
    )
    if details.told.birthday is not None:
        month, day = details.told.birthday
        message.birthday.CopyFrom(person_pb2.Birthday(month=month, day=day, year=details.birth_year))
    return message


def version_message(version: ProfileVersion) -> person_pb2.ProfileVersion:
    """One version of a profile."""
    message = person_pb2.ProfileVersion(
        profile=profile_message(version.number, version.details),
        changed_fields=version.changed,
        caller=version.caller,
        request_id=version.request_id,
    )
    message.change_time.FromDatetime(version.change_time)
    return message


def versions_page(page: Page[ProfileVersion], question: str) -> messages.ListProfileHistoryResponse:
    """A page."""
    versions = [version_message(version) for version in page.records]
    return messages.ListProfileHistoryResponse(versions=versions, next_page_token=page_token(question, page.next))


def person_message(person: Person) -> person_pb2.Person:
    """A whole person."""
    message = person_pb2.Person(
        program_id=person.program_id,
        member_id=person.member_id,
        root_member_id=person.root_member_id,
        home_member_ids=person.home_member_ids,
        enroll_location_id=person.enroll_location_id,
        identifiers=linked_messages(person.identifiers),
        profile=profile_message(person.version, person.details),
    )
    message.enroll_time.FromDatetime(person.enroll_time)
    if person.erase_time is not None:
        message.erase_time.FromDatetime(person.erase_time)
    return message


def erased_message(erased: Erased) -> messages.EraseMemberResponse:
    """The person is erased."""
    message = messages.EraseMemberResponse(member_ids=erased.member_ids)
    message.erase_time.FromDatetime(erased.erase_time)
    return message
