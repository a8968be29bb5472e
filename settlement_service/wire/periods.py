"""Periods, checklists and the cut-off report: questions and answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.settlement.v1 import period_pb2, statement_pb2
from loyalty.settlement.v1 import period_service_pb2 as messages

from chassis.runtime.fields import FieldReader
from chassis.values.integers import checked
from settlement_service.domain.checklist import Item
from settlement_service.domain.cut_off import CutOff, CutOffEvent
from settlement_service.domain.periods import Period
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.use_cases.begin_close import BegunClose
from settlement_service.wire.as_of import read_month, read_optional_month
from settlement_service.wire.money import money_messages
from settlement_service.wire.paging import read_page_size
from settlement_service.wire.positions import vector_message
from settlement_service.wire.sealed import seal, unseal

LONGEST_NAME, LONGEST_NOTE = 200, 2_000


@dataclass(frozen=True, slots=True)
class CloseCommand:
    """What somebody signs."""

    program: str
    period: str
    request_id: str
    signed_name: str
    note: str


@dataclass(frozen=True, slots=True)
class CutOffPage:
    """A page of a cut-off report: at most `size` events behind the place `after`."""

    program: str
    period: str
    after: tuple[int, int]
    size: int


def month_of(
    request: messages.BeginCloseRequest | messages.GetCloseChecklistRequest,
) -> tuple[str, str]:
    """Program and month. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_month(reader, "period", request.period)
    reader.finish()
    return request.program_id, request.period


def period_of(request: messages.GetPeriodRequest) -> tuple[str, str]:
    """Program and month, which may be empty. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_optional_month(reader, "period", request.period)
    reader.finish()
    return request.program_id, request.period


def program_of(request: messages.ListPeriodsRequest) -> str:
    """The program. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.finish()
    return request.program_id


def close_of(request: messages.ClosePeriodRequest) -> CloseCommand:
    """What somebody signs. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_month(reader, "period", request.period)
    reader.id("request_id", request.request_id)
    reader.text("signed_name", request.signed_name, LONGEST_NAME)
    reader.text("note", request.note, LONGEST_NOTE, least=0)
    reader.finish()
    return CloseCommand(request.program_id, request.period, request.request_id, request.signed_name, request.note)


def cut_off_page_of(request: messages.GetCutOffRequest) -> CutOffPage:
    """The page. Raises MALFORMED, CURSOR_INVALID."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_month(reader, "period", request.period)
    size = read_page_size(reader, request.page_size)
    reader.finish()
    after = (-1, 0)
    if request.page_token:
        partition, position = unseal(request.page_token, "cut-off", request.program_id, request.period)
        after = (int(partition), int(position))
    return CutOffPage(request.program_id, request.period, after, size)


def begun_message(begun: BegunClose) -> messages.BeginCloseResponse:
    """The cut."""
    message = messages.BeginCloseResponse(
        sequence=begun.cut.sequence, barriers=vector_message(begun.cut.barriers), booked=begun.booked
    )
    message.cut_time.FromDatetime(begun.cut.cut_time)
    return message


def period_message(period: Period, *, with_checklist: bool = True) -> period_pb2.Period:
    """A period."""
    message = period_pb2.Period(
        sequence=period.sequence,
        period=period.name,
        stage=statement_pb2.PeriodStage.Value(f"PERIOD_STAGE_{period.stage.value}"),
        barriers=vector_message(period.barriers or {}),
        missing_barriers=period.missing_barriers,
    )
    if period.cut_time is not None:
        message.cut_time.FromDatetime(period.cut_time)
    signed = period.sign_off
    if signed is not None:
        message.figures_hash = signed.figures_hash
        message.signed_name, message.caller, message.note = signed.signed_name, signed.caller, signed.note
        message.close_time.FromDatetime(signed.close_time)
        if with_checklist:
            message.checklist.extend(item_messages(signed.checklist))
    return message


def item_messages(items: Sequence[Item]) -> list[period_pb2.ChecklistItem]:
    """Items of a checklist."""
    return [
        period_pb2.ChecklistItem(
            kind=period_pb2.ChecklistKind.Value(f"CHECKLIST_KIND_{item.kind.value}"),
            ok=item.ok,
            blocking=item.blocking,
            count=item.count,
            detail=item.detail,
        )
        for item in items
    ]


def cut_off_message(page: CutOffPage, facts: ProgramFacts, cut_off: CutOff) -> messages.GetCutOffResponse:
    """A page of the report. Refuses AMOUNT_OUT_OF_RANGE."""
    events = cut_off.events
    token = ""
    if cut_off.more:
        token = seal((events[-1].partition, events[-1].position), "cut-off", page.program, page.period)
    return messages.GetCutOffResponse(
        events=[_cut_off_event(event, page.period, facts) for event in events],
        late_count=cut_off.late,
        early_count=cut_off.early,
        next_page_token=token,
    )


def _cut_off_event(event: CutOffEvent, period: str, facts: ProgramFacts) -> period_pb2.CutOffEvent:
    happened = facts.month_of(event.occur_time)
    late = happened < period
    message = period_pb2.CutOffEvent(
        position=vector_message({event.partition: event.position})[0],
        event_type=event.event_type,
        subject_id=event.subject_id,
        occur_period=happened,
        direction=period_pb2.CUT_OFF_DIRECTION_LATE if late else period_pb2.CUT_OFF_DIRECTION_EARLY,
        points=checked(event.points, "points"),
        carrying=money_messages(event.carrying, "carrying"),
        owed=money_messages(event.owed, "owed"),
    )
    message.occur_time.FromDatetime(event.occur_time)
    message.post_time.FromDatetime(event.post_time)
    return message
