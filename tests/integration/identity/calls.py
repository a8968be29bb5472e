"""Requests as a till would write them."""

from collections.abc import Sequence
from itertools import count

from loyalty.identity.v1 import identifier_pb2
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


def phone(number: str, region_code: str = "") -> member_pb2.Identifier:
    """A phone number."""
    return member_pb2.Identifier(kind=Kind.IDENTIFIER_KIND_PHONE, value=number, region_code=region_code)


def proof(
    reference: str = "case-1", method: int = identifier_pb2.IDENTIFIER_PROOF_METHOD_OTHER_SYSTEM
) -> identifier_pb2.IdentifierProof:
    """A proof that was looked at."""
    return identifier_pb2.IdentifierProof(
        method=identifier_pb2.IdentifierProofMethod.ValueType(method), reference=reference
    )


def verify(
    member_id: str, identifier: member_pb2.Identifier, *, program_id: str = "grove", request_id: str | None = None
) -> messages.VerifyIdentifierRequest:
    """A verification by another system of the group."""
    return messages.VerifyIdentifierRequest(
        program_id=program_id,
        request_id=request_id or f"verify-{next(_NUMBERS)}",
        member_id=member_id,
        identifier=identifier,
        proof=proof(),
    )


def unlink(
    member_id: str, identifier: member_pb2.Identifier, *, program_id: str = "grove", request_id: str | None = None
) -> messages.UnlinkIdentifierRequest:
    """An unlinking because it was lost."""
    return messages.UnlinkIdentifierRequest(
        program_id=program_id,
        request_id=request_id or f"unlink-{next(_NUMBERS)}",
        member_id=member_id,
        identifier=identifier,
        reason=identifier_pb2.IDENTIFIER_CHANGE_REASON_LOST_OR_STOLEN,
    )


def move(
    old: str, new: str, identifier: member_pb2.Identifier, *, program_id: str = "grove", request_id: str | None = None
) -> messages.MoveIdentifierRequest:
    """A move to its new owner."""
    return messages.MoveIdentifierRequest(
        program_id=program_id,
        request_id=request_id or f"move-{next(_NUMBERS)}",
        from_member_id=old,
        to_member_id=new,
        identifier=identifier,
        reason=identifier_pb2.IDENTIFIER_CHANGE_REASON_NEW_OWNER,
        proof=proof("case-7", identifier_pb2.IDENTIFIER_PROOF_METHOD_DOCUMENT_SEEN),
    )


def history(member_id: str, *, page_size: int = 0, page_token: str = "") -> messages.ListIdentifierHistoryRequest:
    """What happened to a member's identifiers."""
    return messages.ListIdentifierHistoryRequest(
        program_id="grove", member_id=member_id, page_size=page_size, page_token=page_token
    )


def whole(member_id: str, *, program_id: str = "grove") -> messages.GetMemberRequest:
    """A whole person."""
    return messages.GetMemberRequest(program_id=program_id, member_id=member_id)
