"""Protobuf ⇄ values of the domain. Every fault of a request is collected into one MALFORMED refusal.

Violations name fields and say what is wrong; they never repeat a value, which may be personal data.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.identity.v1 import identity_service_pb2 as messages
from loyalty.identity.v1 import member_pb2
from loyalty.type.v1 import member_pb2 as type_member_pb2
from loyalty.type.v1 import refusal_pb2

from chassis.runtime.fields import FieldReader
from chassis.runtime.item_refusal import refusal_fields
from chassis.values.refusal import Refusal
from identity_service.domain.enrollment import Enrollment
from identity_service.domain.identifiers import Identifier, IdentifierKind, MalformedIdentifierError, normalized
from identity_service.domain.members import Member, MemberRef, Resolution
from identity_service.domain.phones import REGIONS
from identity_service.domain.profile import MOST_SEGMENTS, MonthDay, ProfileChange, Update, is_month_day

MAX_IDENTIFIERS = 16
MAX_QUERIES = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Born = messages.EnrollMemberRequest | messages.UpdateMemberRequest

_KINDS = {kind.value: kind for kind in IdentifierKind}


class Reader(FieldReader):
    """Reads identifiers besides."""

    def identifier(self, field: str, message: type_member_pb2.Identifier) -> Identifier | None:
        """An identifier in normal form; None if it is faulty."""
        kind = _KINDS.get(message.kind)
        if kind is None:
            self.fault(f"{field}.kind", "must be a kind of identifier")
            return None
        if message.region_code and (kind is not IdentifierKind.PHONE or message.region_code not in REGIONS):
            self.fault(f"{field}.region_code", "must be an ISO 3166 country, of a phone number alone")
            return None
        try:
            return normalized(kind, message.value, message.region_code)
        except MalformedIdentifierError as error:
            self.fault(f"{field}.value", str(error))
            return None

    def birthday(self, field: str, holder: _Born) -> MonthDay | None:
        """A day that some year has; None if it is not told, or faulty."""
        if not holder.HasField("birthday"):
            return None
        month, day = holder.birthday.month, holder.birthday.day
        if not is_month_day(month, day):
            self.fault(field, "must be a month from 1 to 12 and a day that it has in some year")
            return None
        return MonthDay(month, day)

    def segments(self, field: str, message: messages.SegmentSet) -> tuple[str, ...]:
        """Segments, each once, sorted."""
        self.count(field, len(message.segment_ids), MOST_SEGMENTS, least=0)
        ids = [self.id(f"{field}[{index}]", one) for index, one in enumerate(message.segment_ids[:MOST_SEGMENTS])]
        if len(set(ids)) < len(ids):
            self.fault(field, "must name each segment once")
        return tuple(sorted(ids))


def enrollment_of(request: messages.EnrollMemberRequest) -> Enrollment:
    """What is asked; an identifier named twice counts once. Raises MALFORMED."""
    reader = Reader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    if not 1 <= len(request.identifiers) <= MAX_IDENTIFIERS:
        reader.fault("identifiers", f"must be 1 to {MAX_IDENTIFIERS}")
    identifiers = [
        reader.identifier(f"identifiers[{index}]", message)
        for index, message in enumerate(request.identifiers[:MAX_IDENTIFIERS])
    ]
    home_location_id = reader.optional_id("home_location_id", request.home_location_id)
    birthday = reader.birthday("birthday", request)
    reader.finish()
    distinct = dict.fromkeys(identifier for identifier in identifiers if identifier is not None)
    return Enrollment(program_id, tuple(distinct), home_location_id, birthday)


def update_of(request: messages.UpdateMemberRequest) -> Update:
    """What is asked. Raises MALFORMED."""
    reader = Reader()
    program_id = reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    member_id = reader.id("member_id", request.member_id)
    birthday = reader.birthday("birthday", request)
    told = request.HasField("segments")
    segments = reader.segments("segments.segment_ids", request.segments) if told else None
    if not told and not request.HasField("birthday"):
        reader.fault("birthday", "must be set, or segments")
    reader.finish()
    return Update(program_id, member_id, ProfileChange(birthday, segments))


def question_of(request: messages.ResolveMemberRequest) -> MemberRef | Refusal:
    """What is asked, or MALFORMED; fields are named from the question, also inside a batch."""
    reader = Reader()
    program_id = reader.id("program_id", request.program_id)
    member: str | Identifier | None = None
    named = request.member
    match named.WhichOneof("ref"):
        case "identifier":
            member = reader.identifier("member.identifier", named.identifier)
        case "member_id":
            member = reader.id("member.member_id", named.member_id)
        case _:
            reader.fault("member", "must be a member id or an identifier")
    refusal = reader.refusal()
    if refusal is not None:
        return refusal
    assert member is not None, "a faulty reference was refused"
    return MemberRef(program_id, member)


def questions_of(request: messages.BatchResolveMembersRequest) -> Sequence[MemberRef | Refusal]:
    """What is asked, each question by itself. Raises MALFORMED only for their number."""
    reader = Reader()
    if not 1 <= len(request.queries) <= MAX_QUERIES:
        reader.fault("queries", f"must be 1 to {MAX_QUERIES}")
    reader.finish()
    return [question_of(query) for query in request.queries]


def member_message(member: Member) -> member_pb2.Member:
    """A member."""
    return member_pb2.Member(
        program_id=member.program_id,
        member_id=member.member_id,
        identifiers=[
            type_member_pb2.Identifier(
                kind=type_member_pb2.IdentifierKind.ValueType(identifier.kind.value), value=identifier.value
            )
            for identifier in member.identifiers
        ],
        home_location_id=member.home_location_id,
        birthday=_birthday(member.profile.birthday),
        segments=member.profile.segments,
        enroll_time=_time(member.enroll_time),
    )


def tell_resolution(told: member_pb2.Resolution, resolution: Resolution, with_profile: bool) -> None:
    """Where a reference leads; the profile only for those it is told to. Written where it lies in the answer: messages
    that are handed to others' constructors are copied, which takes longer than making them."""
    told.member_id = resolution.member_id
    told.root_member_id = resolution.root_member_id
    told.home_member_ids.extend(resolution.home_member_ids)
    told.merge_seq = resolution.merge_seq
    told.home_location_id = resolution.home_location_id
    _tell_time(told.enroll_time, resolution.enroll_time)
    if with_profile:
        told.segments.extend(resolution.profile.segments)
        if resolution.profile.birthday is not None:
            told.birthday.month, told.birthday.day = resolution.profile.birthday.month, resolution.profile.birthday.day


def _time(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    _tell_time(stamp, moment)
    return stamp


def _tell_time(stamp: Timestamp, moment: datetime) -> None:
    """As `FromDatetime`, which takes six times as long: a tenth of what a resolution costs us."""
    since = moment - _EPOCH
    stamp.seconds, stamp.nanos = since.days * 86_400 + since.seconds, since.microseconds * 1_000


def _birthday(birthday: MonthDay | None) -> type_member_pb2.MonthDay | None:
    return None if birthday is None else type_member_pb2.MonthDay(month=birthday.month, day=birthday.day)


def result_message(answer: Resolution | Refusal, with_profile: bool) -> messages.BatchResolveMembersResult:
    """One answer of a batch."""
    if isinstance(answer, Refusal):
        return messages.BatchResolveMembersResult(refusal=refusal_pb2.Refusal(**refusal_fields(answer)))
    result = messages.BatchResolveMembersResult()
    tell_resolution(result.resolution, answer, with_profile)
    return result
