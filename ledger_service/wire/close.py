"""Closing a period: requests as values, cuts and what is open as messages."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from loyalty.ledger.v1 import close_pb2 as messages

from chassis.runtime.fields import FieldReader
from ledger_service.domain.answers import PeriodCut
from ledger_service.domain.close import CloseFacts, OpenDocuments, OpenPoints
from ledger_service.domain.document_totals import DocumentKind, DocumentSpan, DocumentTotal
from ledger_service.domain.period import is_period
from ledger_service.wire import values

LONGEST_SPAN = timedelta(days=400)
LARGEST_PART = 500

_KINDS = {kind: messages.DocumentKind.Value(f"DOCUMENT_KIND_{kind.name}") for kind in DocumentKind}


class PeriodRequest(NamedTuple):
    """A program and one of its periods."""

    program: str
    period: str


def period_request(request: messages.CutPeriodRequest) -> PeriodRequest:
    """Which period to cut."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    if not is_period(request.period):
        reader.fault("period", "must be a month from 1900-01 to 2099-12, as 2026-10")
    reader.finish()
    return PeriodRequest(program, request.period)


def span_request(request: messages.StreamDocumentTotalsRequest) -> tuple[str, DocumentSpan]:
    """Whose documents to sum up."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    span = DocumentSpan(
        source=reader.optional_id("source", request.source),
        location_id=reader.optional_id("location_id", request.location_id),
        start=reader.instant("start_time", request.start_time, request.HasField("start_time")),
        end=reader.instant("end_time", request.end_time, request.HasField("end_time")),
    )
    if request.HasField("start_time") and request.HasField("end_time"):
        if span.end <= span.start:
            reader.fault("end_time", "must be after the start")
        elif span.end - span.start > LONGEST_SPAN:
            reader.fault("end_time", f"must be at most {LONGEST_SPAN.days} days after the start")
    reader.finish()
    return program, span


def cut_message(cut: PeriodCut) -> messages.PeriodCut:
    """A cut."""
    return messages.PeriodCut(
        sequence=cut.sequence,
        period=cut.period,
        barriers=values.positions_message(cut.barriers),
        cut_time=values.timestamp(cut.cut_time),
    )


def cuts_message(cuts: Iterable[PeriodCut]) -> messages.ListPeriodCutsResponse:
    """A program's cuts."""
    return messages.ListPeriodCutsResponse(cuts=map(cut_message, cuts))


def facts_message(facts: CloseFacts) -> messages.GetCloseFactsResponse:
    """What is open."""
    return messages.GetCloseFactsResponse(
        up_to=values.positions_message(facts.up_to),
        parked_returns=_documents(facts.parked_returns),
        announced_returns=_points(facts.announced_returns),
        open_holds=_points(facts.holds),
        debts=_points(facts.debts),
        pending=_points(facts.pending),
        proposed_adjustments=_documents(facts.proposed_adjustments),
        transfers_under_way=_documents(facts.transfers),
    )


def _documents(waiting: OpenDocuments) -> messages.OpenDocuments:
    oldest = values.timestamp(waiting.oldest)
    return messages.OpenDocuments(count=waiting.count, oldest_time=oldest, first_ids=waiting.first_ids)


def _points(held: OpenPoints) -> messages.OpenPoints:
    return messages.OpenPoints(count=held.count, points=held.points)


def totals_messages(total: DocumentTotal) -> Iterator[messages.StreamDocumentTotalsResponse]:
    """A document, in as many messages as its lines need."""
    starts = range(0, max(1, len(total.lines)), LARGEST_PART)
    for start in starts:
        yield messages.StreamDocumentTotalsResponse(
            kind=_KINDS[total.kind],
            source=total.ref.source,
            document_id=total.ref.document_id,
            fulfilment_id=total.ref.fulfilment_id,
            order_id=total.document_id,
            location_id=total.location_id,
            occur_time=values.timestamp(total.occur_time),
            post_time=values.timestamp(total.post_time),
            currency_code=total.currency,
            lines=[
                messages.DocumentLine(line_number=line.line_number, minor_units=line.amount)
                for line in total.lines[start : start + LARGEST_PART]
            ],
            total_minor_units=total.total,
            last_part=start == starts[-1],
            not_carried_out=not total.carried_out,
            cancels_sale=total.cancels_sale,
        )
