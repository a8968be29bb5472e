"""Requests about pending and expiring points."""

from loyalty.ledger.v1 import correction_requests_pb2, order_requests_pb2
from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import FieldReader
from ledger_service.domain.order import DocumentRef
from ledger_service.use_cases.time_requests import ExtendRequest, PendingRequest
from ledger_service.wire.orders import document_ref
from ledger_service.wire.requests import member_ref

LARGEST_REASON = 256
MOST_ACCRUALS = 1_000
LARGEST_LINE = 2**31 - 1

_Target = tuple[DocumentRef | None, int, str]
"""A sale, one of its lines (0: all), or an accrual id."""


def activate_request(request: order_requests_pb2.ActivatePendingRequest) -> PendingRequest:
    """Pending points to be made spendable."""
    reader = FieldReader()
    asked = _pending(reader, request)
    reader.finish()
    return asked


def cancel_request(request: order_requests_pb2.CancelPendingRequest) -> PendingRequest:
    """Pending points to be taken back."""
    reader = FieldReader()
    reader.text("reason", request.reason, LARGEST_REASON)
    asked = _pending(reader, request, request.reason)
    reader.finish()
    return asked


def extend_request(request: correction_requests_pb2.ExtendExpiryRequest) -> ExtendRequest:
    """Points to last longer."""
    reader = FieldReader()
    reader.count("accrual_ids", len(request.accrual_ids), MOST_ACCRUALS, least=0)
    reader.text("reason", request.reason, LARGEST_REASON)
    accrual_ids = [reader.id(f"accrual_ids[{index}]", one) for index, one in enumerate(request.accrual_ids)]
    asked = ExtendRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        accrual_ids=tuple(dict.fromkeys(accrual_ids)),
        expire_time=reader.instant("expire_time", request.expire_time, request.HasField("expire_time")),
        reason=request.reason,
        operator_id=reader.id("operator_id", request.operator_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def _pending(
    reader: FieldReader,
    request: order_requests_pb2.ActivatePendingRequest | order_requests_pb2.CancelPendingRequest,
    reason: str = "",
) -> PendingRequest:
    sale, line_number, accrual_id = _target(reader, request.target)
    if accrual_id and not request.HasField("member"):
        reader.fault("member", "must be set with an accrual id")
    return PendingRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member) if request.HasField("member") else None,
        sale=sale,
        line_number=line_number,
        accrual_id=accrual_id,
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
        reason=reason,
    )


def _target(reader: FieldReader, target: order_requests_pb2.PendingTarget) -> _Target:
    match target.WhichOneof("target"):
        case "order":
            return _sale(reader, "target.order", target.order), 0, ""
        case "line":
            line = reader.within("target.line.line_number", target.line.line_number, 1, LARGEST_LINE)
            return _sale(reader, "target.line.order", target.line.order), line, ""
        case "accrual_id":
            return None, 0, reader.id("target.accrual_id", target.accrual_id)
        case _:
            reader.fault("target", "must be a sale, a line of one, or an accrual id")
            return None, 0, ""


def _sale(reader: FieldReader, field: str, ref: order_pb2.OrderRef) -> DocumentRef:
    return document_ref(reader, field, ref.source, ref.document_id, ref.fulfilment_id)
