"""Requests as a till would write them."""

from collections.abc import Sequence
from itertools import count

from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.type.v1 import member_pb2

Kind = member_pb2.IdentifierKind
_NUMBERS = count(1)


def email(name: str) -> member_pb2.Identifier:
    """An e-mail address."""
    return member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_EMAIL, value=f"{name}@example.com")


def card(number: str) -> member_pb2.Identifier:
    """A card."""
    return member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_CARD, value=number)


def enroll(
    *identifiers: member_pb2.Identifier,
    program_id: str = "grove",
    request_id: str | None = None,
    home_location_id: str = "",
    birthday: tuple[int, int] | None = None,
) -> messages.EnrollMemberRequest:
    """An enrolment, under a request id of its own unless one is given."""
    return messages.EnrollMemberRequest(
        program_id=program_id,
        request_id=request_id or f"enroll-{next(_NUMBERS)}",
        identifiers=identifiers,
        home_location_id=home_location_id,
        birthday=month_day(birthday),
    )


def link(
    member_id: str, identifier: member_pb2.Identifier, *, program_id: str = "grove", request_id: str | None = None
) -> messages.LinkIdentifierRequest:
    """A link, under a request id of its own unless one is given."""
    return messages.LinkIdentifierRequest(
        program_id=program_id,
        request_id=request_id or f"link-{next(_NUMBERS)}",
        member_id=member_id,
        identifier=identifier,
    )


def update(
    member_id: str,
    *,
    birthday: tuple[int, int] | None = None,
    segments: Sequence[str] | None = None,
    program_id: str = "grove",
    request_id: str | None = None,
) -> messages.UpdateMemberRequest:
    """A change of a profile, under a request id of its own unless one is given."""
    return messages.UpdateMemberRequest(
        program_id=program_id,
        request_id=request_id or f"update-{next(_NUMBERS)}",
        member_id=member_id,
        birthday=month_day(birthday),
        segments=None if segments is None else messages.SegmentSet(segment_ids=segments),
    )


def month_day(day: tuple[int, int] | None) -> member_pb2.MonthDay | None:
    """Month and day."""
    return None if day is None else member_pb2.MonthDay(month=day[0], day=day[1])


def question(member: str | member_pb2.Identifier, *, program_id: str = "grove") -> messages.ResolveMemberRequest:
    """Where a member id or an identifier leads."""
    reference = (
        member_pb2.MemberRef(member_id=member) if isinstance(member, str) else member_pb2.MemberRef(identifier=member)
    )
    return messages.ResolveMemberRequest(program_id=program_id, member=reference)


def batch(*queries: messages.ResolveMemberRequest) -> messages.BatchResolveMembersRequest:
    """Many questions at once."""
    return messages.BatchResolveMembersRequest(queries=queries)
