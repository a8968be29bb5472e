"""Requests of the reads of wallets and history as values."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import movement_pb2, read_requests_pb2

from chassis.runtime.fields import FieldReader
from ledger_service.domain.movement import MovementKind
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.read_ports import MovementFilter
from ledger_service.wire.requests import member_ref

DEFAULT_PAGE = 100
LARGEST_PAGE = 1_000
MOST_MEMBERS = 500
MOST_BRANDS = 100
LONGEST_STATEMENT = timedelta(days=400)

_KINDS: dict[int, MovementKind] = {
    movement_pb2.MovementKind.Value(f"MOVEMENT_KIND_{kind.name}"): kind for kind in MovementKind
}


class MovementsQuestion(NamedTuple):
    """Whose movements, how many to a page, and which."""

    program: str
    member: MemberRef
    size: int
    wanted: MovementFilter

    @property
    def text(self) -> str:
        """What ties a page token to it. The page's size does not count."""
        return f"{self.program}:{self.member}:{self.wanted}"

    def of_brands(self, brands: Iterable[str]) -> "MovementsQuestion":
        """The same, about some brands only."""
        return self._replace(wanted=replace(self.wanted, brands=tuple(sorted(brands))))


def movements_question(request: messages.ListMovementsRequest) -> MovementsQuestion:
    """Which movements are asked for; sets are sorted, so that their order does not matter to a page token."""
    reader = FieldReader()
    question = MovementsQuestion(
        program=reader.id("program_id", request.program_id),
        member=member_ref(reader, request.member),
        size=reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE,
        wanted=MovementFilter(
            kinds=_kinds(reader, request.kinds),
            brands=_brands(reader, request.brand_ids),
            accrual_id=reader.optional_id("accrual_id", request.accrual_id),
            cause_id=reader.optional_id("cause_id", request.cause_id),
            start=_optional(reader, "start_time", request.start_time, request.HasField("start_time")),
            end=_optional(reader, "end_time", request.end_time, request.HasField("end_time")),
        ),
    )
    reader.finish()
    return question


def _kinds(reader: FieldReader, kinds: Sequence[int]) -> tuple[MovementKind, ...]:
    reader.count("kinds", len(kinds), len(_KINDS), least=0)
    for index, kind in enumerate(kinds):
        if kind not in _KINDS:
            reader.fault(f"kinds[{index}]", "must be a kind of movement")
    return tuple(sorted({_KINDS[kind] for kind in kinds if kind in _KINDS}, key=lambda kind: kind.value))


def _brands(reader: FieldReader, brands: Sequence[str]) -> tuple[str, ...]:
    reader.count("brand_ids", len(brands), MOST_BRANDS, least=0)
    return tuple(sorted({reader.id(f"brand_ids[{index}]", brand) for index, brand in enumerate(brands)}))


def _optional(reader: FieldReader, field: str, stamp: Timestamp, present: bool) -> datetime | None:
    return reader.instant(field, stamp, present) if present else None


def members_request(request: read_requests_pb2.BatchGetWalletsRequest) -> tuple[str, Sequence[MemberRef]]:
    """A program and some of its members."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    reader.count("members", len(request.members), MOST_MEMBERS)
    members = [
        member_ref(reader, member, f"members[{index}]") for index, member in enumerate(request.members[:MOST_MEMBERS])
    ]
    reader.finish()
    return program, members


def wallet_at_request(request: read_requests_pb2.GetWalletAtRequest) -> tuple[str, MemberRef, datetime]:
    """A program, one of its members, and an instant."""
    reader = FieldReader()
    asked = (
        reader.id("program_id", request.program_id),
        member_ref(reader, request.member),
        reader.instant("time", request.time, request.HasField("time")),
    )
    reader.finish()
    return asked


class AccrualQuestion(NamedTuple):
    """Whose accrual, and how many of its movements to a page."""

    program: str
    member: MemberRef
    accrual_id: str
    size: int

    @property
    def text(self) -> str:
        """What ties a page token to it."""
        return f"{self.program}:{self.member}:{self.accrual_id}:explain"


def accrual_question(request: read_requests_pb2.ExplainAccrualRequest) -> AccrualQuestion:
    """Which accrual is asked about."""
    reader = FieldReader()
    asked = AccrualQuestion(
        program=reader.id("program_id", request.program_id),
        member=member_ref(reader, request.member),
        accrual_id=reader.id("accrual_id", request.accrual_id),
        size=reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE,
    )
    reader.finish()
    return asked


def statement_request(
    request: read_requests_pb2.GetMemberStatementRequest,
) -> tuple[str, MemberRef, datetime, datetime]:
    """A program, one of its members, and a span of at most 400 days."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    member = member_ref(reader, request.member)
    start = reader.instant("start_time", request.start_time, request.HasField("start_time"))
    end = reader.instant("end_time", request.end_time, request.HasField("end_time"))
    if reader.refusal() is None and not start < end <= start + LONGEST_STATEMENT:
        reader.fault("end_time", f"must lie after start_time, by at most {LONGEST_STATEMENT.days} days")
    reader.finish()
    return program, member, start, end
