"""Requests about sales besides posting them: uploads, claims, and what was refused."""

from datetime import UTC, datetime, timedelta

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import order_requests_pb2

from chassis.runtime.fields import EARLIEST, FieldReader
from chassis.runtime.reasons import malformed
from chassis.values.refusal import Refusal, Violation
from ledger_service.domain.refused_order import RefusedPlace
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.use_cases.requests import ClaimRequest, OrderRequest
from ledger_service.use_cases.stream_orders import Upload
from ledger_service.wire import pages
from ledger_service.wire.orders import document_ref
from ledger_service.wire.requests import DEFAULT_PAGE, LARGEST_PAGE, member_ref, order_request

_MICROSECOND = timedelta(microseconds=1)


class UploadReader:
    """Reads the messages of one upload, whose numbers must grow."""

    def __init__(self) -> None:
        self._last = 0

    def read(self, message: messages.StreamOrdersRequest) -> Upload:
        """One message; what is wrong with it concerns it alone. Faulty fields are named as in PostOrder."""
        return Upload(message.sequence, self._numbered(message))

    def _numbered(self, message: messages.StreamOrdersRequest) -> OrderRequest | Refusal:
        last, self._last = self._last, max(self._last, message.sequence)
        faults: list[Violation] = []
        if message.sequence <= last:
            faults.append(Violation("sequence", f"must be above {last}"))
        try:
            asked = order_request(message.order)
        except Refusal as refusal:
            return malformed(*faults, *refusal.violations)
        return malformed(*faults) if faults else asked


def claim_request(request: order_requests_pb2.ClaimOrderRequest) -> ClaimRequest:
    """A sale to claim."""
    reader, order = FieldReader(), request.order
    asked = ClaimRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        sale=document_ref(reader, "order", order.source, order.document_id, order.fulfilment_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def refused_request(request: order_requests_pb2.ListRefusedOrdersRequest) -> tuple[str, str, str, int]:
    """Program, location and source (each empty: all), and how many to a page."""
    reader = FieldReader()
    asked = (
        reader.id("program_id", request.program_id),
        reader.optional_id("location_id", request.location_id),
        reader.optional_id("source", request.source),
        reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE,
    )
    reader.finish()
    return asked


def refused_place(question: str, token: str) -> RefusedPlace | None:
    """Where to go on; CURSOR_INVALID for a token that was not made for this question."""
    key = pages.page_key(question, token)
    return None if key is None else RefusedPlace(EARLIEST + key.sequence * _MICROSECOND, bytes.fromhex(key.home))


def refused_token(question: str, place: RefusedPlace | None) -> str:
    """A token for the next page; empty after the last. A page's key is a number and a text."""
    if place is None:
        return ""
    return pages.page_token(question, PageKey(place.key.hex(), _microseconds(place.first_time)))


def _microseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EARLIEST) // _MICROSECOND
