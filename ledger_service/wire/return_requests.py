"""Requests about returns as values. What is wrong with one is collected into a single MALFORMED refusal."""

from datetime import timedelta

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import order_requests_pb2, return_requests_pb2

from chassis.runtime.fields import EARLIEST, FieldReader
from ledger_service.domain.order import ReturnLine
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.use_cases.requests import ReturnRequest
from ledger_service.use_cases.return_ports import ParkedKey
from ledger_service.use_cases.return_requests import (
    CancelOrderRequest,
    CancelReturnRequest,
    ExchangeRequest,
    ParkedReturnsRequest,
    ResolveReturnRequest,
)
from ledger_service.wire import pages
from ledger_service.wire.orders import document_ref, order_document
from ledger_service.wire.requests import DEFAULT_PAGE, LARGEST_PAGE, member_ref
from ledger_service.wire.returns import return_document, return_lines
from ledger_service.wire.spend_tenders import tenders_of

LONGEST_TEXT = 256
_MICROSECOND = timedelta(microseconds=1)


def return_request(request: messages.PostReturnRequest | return_requests_pb2.OpenReturnRequest) -> ReturnRequest:
    """A return to post or to announce."""
    reader = FieldReader()
    asked = ReturnRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member) if request.HasField("member") else None,
        document=return_document(reader, "return_document", request.return_document),
    )
    reader.finish()
    return asked


def cancel_return_request(request: return_requests_pb2.CancelReturnRequest) -> CancelReturnRequest:
    """An announced return to cancel."""
    reader = FieldReader()
    asked = CancelReturnRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        return_id=reader.id("return_id", request.return_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def return_lookup(request: return_requests_pb2.GetReturnRequest) -> tuple[str, str]:
    """A program and one of its returns."""
    reader = FieldReader()
    program, return_id = reader.id("program_id", request.program_id), reader.id("return_id", request.return_id)
    reader.finish()
    return program, return_id


def parked_returns_request(request: return_requests_pb2.ListParkedReturnsRequest) -> ParkedReturnsRequest:
    """Which parked returns."""
    reader = FieldReader()
    before = None
    if request.HasField("parked_before"):
        before = reader.instant("parked_before", request.parked_before, present=True)
    asked = ParkedReturnsRequest(
        program=reader.id("program_id", request.program_id),
        before=before,
        location_id=reader.optional_id("location_id", request.location_id),
        limit=reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE,
    )
    reader.finish()
    return asked


def resolve_return_request(request: return_requests_pb2.ResolveParkedReturnRequest) -> ResolveReturnRequest:
    """A parked return to end."""
    reader = FieldReader()
    corrected: tuple[ReturnLine, ...] = ()
    match request.WhichOneof("resolution"):
        case "reject":
            reader.text("reject", request.reject, LONGEST_TEXT)
        case "correct":
            corrected = return_lines(reader, "correct.lines", request.correct.lines)
        case _:
            reader.fault("resolution", "must be a rejection or a correction")
    asked = ResolveReturnRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        return_id=reader.id("return_id", request.return_id),
        reject=request.reject,
        corrected=corrected,
        operator_id=reader.id("operator_id", request.operator_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def cancel_order_request(request: return_requests_pb2.CancelOrderRequest) -> CancelOrderRequest:
    """A sale to cancel."""
    reader = FieldReader()
    order = request.order
    asked = CancelOrderRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        sale=document_ref(reader, "order", order.source, order.document_id, order.fulfilment_id),
        location_id=reader.id("location_id", request.location_id),
        reason=reader.text("reason", request.reason, LONGEST_TEXT, least=0),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def exchange_request(request: order_requests_pb2.ExchangeOrderRequest) -> ExchangeRequest:
    """Goods to take back and others to sell."""
    reader = FieldReader()
    asked = ExchangeRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        returned=return_document(reader, "return_document", request.return_document),
        sold=order_document(reader, "order", request.order),
        tenders=tenders_of(reader, "tenders", request.tenders),
    )
    reader.finish()
    return asked


def parked_key(question: str, token: str) -> ParkedKey | None:
    """Where a page of parked returns goes on; CURSOR_INVALID."""
    key = pages.page_key(question, token)
    return None if key is None else ParkedKey(EARLIEST + key.sequence * _MICROSECOND, key.home)


def parked_token(question: str, key: ParkedKey | None) -> str:
    """A token for the next page; empty after the last."""
    if key is None:
        return ""
    return pages.page_token(question, PageKey(key.return_id, (key.park_time - EARLIEST) // _MICROSECOND))
