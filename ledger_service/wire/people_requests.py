"""Requests about what people decide, as values: adjustments, transfers, corrections."""

from collections.abc import Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import correction_requests_pb2 as messages
from loyalty.ledger.v1 import order_requests_pb2

from chassis.runtime.fields import FieldReader
from chassis.values.integers import MOST_AMOUNT
from ledger_service.domain.correction import CorrectionScope
from ledger_service.use_cases.people_requests import (
    AdjustRequest,
    ApplyRequest,
    CorrectLineRequest,
    DecideRequest,
    PlanRequest,
    TransferRequest,
)
from ledger_service.wire.orders import document_ref, order_line
from ledger_service.wire.requests import DEFAULT_PAGE, LARGEST_PAGE, member_ref

LONGEST_TEXT = 256
MOST_MEMBERS = 1_000
MOST_PLACES = 1_000


def adjust_request(request: messages.AdjustPointsRequest) -> AdjustRequest:
    """Points to give or take."""
    reader, asked = FieldReader(), request.adjustment
    if not 0 < abs(asked.points) <= MOST_AMOUNT:
        reader.fault("adjustment.points", f"must be {-MOST_AMOUNT} to {MOST_AMOUNT}, and not 0")
    if asked.points > 0 and asked.accrual_id:
        reader.fault("adjustment.accrual_id", "is only for points that are taken")
    if asked.points < 0:
        given = {
            "expire_time": asked.HasField("expire_time"),
            "funder_entity_id": bool(asked.funder_entity_id),
            "currency_code": bool(asked.currency_code),
        }
        for field in (field for field, there in given.items() if there):
            reader.fault(f"adjustment.{field}", "is only for points that are given")
    elif asked.HasField("expire_time") and _when(asked.expire_time) <= _when(request.occur_time):
        reader.fault("adjustment.expire_time", "must be after occur_time")
    adjust = AdjustRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        points=asked.points,
        brand=reader.id("adjustment.brand_id", asked.brand_id),
        funder=reader.optional_id("adjustment.funder_entity_id", asked.funder_entity_id),
        accrual_id=reader.optional_id("adjustment.accrual_id", asked.accrual_id),
        expire_time=_optional(reader, "adjustment.expire_time", asked.expire_time, asked.HasField("expire_time")),
        currency=reader.currency("adjustment.currency_code", asked.currency_code) if asked.currency_code else "",
        reason_code=reader.id("adjustment.reason_code", asked.reason_code),
        note=reader.text("adjustment.note", asked.note, LONGEST_TEXT, least=0),
        operator_id=reader.id("adjustment.operator_id", asked.operator_id),
        location_id=reader.optional_id("location_id", request.location_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return adjust


def _when(time: Timestamp) -> tuple[int, int]:
    return time.seconds, time.nanos


def decide_request(request: messages.DecideAdjustmentRequest) -> DecideRequest:
    """A proposal to approve or reject."""
    reader = FieldReader()
    asked = DecideRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        adjustment_id=reader.id("adjustment_id", request.adjustment_id),
        approve=request.approve,
        operator_id=reader.id("operator_id", request.operator_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def proposed_request(request: messages.ListProposedAdjustmentsRequest) -> tuple[str, int]:
    """A program, and how many adjustments to a page."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    size = reader.within("page_size", request.page_size, 0, LARGEST_PAGE) or DEFAULT_PAGE
    reader.finish()
    return program, size


def transfer_request(request: messages.TransferPointsRequest) -> TransferRequest:
    """Points to move."""
    reader = FieldReader()
    asked = TransferRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        giver=member_ref(reader, getattr(request, "from"), "from"),
        receiver=member_ref(reader, request.to, "to"),
        points=reader.within("points", request.points, 1, MOST_AMOUNT),
        reason=reader.text("reason", request.reason, LONGEST_TEXT),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def correct_line_request(request: order_requests_pb2.CorrectOrderLineRequest) -> CorrectLineRequest:
    """A line to correct."""
    reader, order = FieldReader(), request.order
    asked = CorrectLineRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        order=document_ref(reader, "order", order.source, order.document_id, order.fulfilment_id),
        line=order_line(reader, "line", request.line),
        reason=reader.text("reason", request.reason, LONGEST_TEXT),
        operator_id=reader.id("operator_id", request.operator_id),
        location_id=reader.id("location_id", request.location_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def plan_request(request: messages.PlanCorrectionRequest) -> PlanRequest:
    """A correction to plan."""
    reader = FieldReader()
    asked = PlanRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        scope=scope_of(reader, request.scope),
        revision=reader.id("revision", request.revision),
        reason=reader.text("reason", request.reason, LONGEST_TEXT),
        operator_id=reader.id("operator_id", request.operator_id),
    )
    reader.finish()
    return asked


def apply_request(request: messages.ApplyCorrectionRequest) -> ApplyRequest:
    """A plan to carry out."""
    reader = FieldReader()
    asked = ApplyRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        correction_id=reader.id("correction_id", request.correction_id),
        operator_id=reader.id("operator_id", request.operator_id),
    )
    reader.finish()
    return asked


def correction_lookup(request: messages.GetCorrectionRequest) -> tuple[str, str]:
    """A program and one of its corrections."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    correction_id = reader.id("correction_id", request.correction_id)
    reader.finish()
    return program, correction_id


def scope_of(reader: FieldReader, scope: messages.CorrectionScope) -> CorrectionScope:
    """Which sales."""
    start = _optional(reader, "scope.start_time", scope.start_time, scope.HasField("start_time"))
    end = _optional(reader, "scope.end_time", scope.end_time, scope.HasField("end_time"))
    if start is not None and end is not None and end <= start:
        reader.fault("scope.end_time", "must be after the start")
    return CorrectionScope(
        brands=_ids(reader, "scope.brand_ids", scope.brand_ids, MOST_PLACES),
        locations=_ids(reader, "scope.location_ids", scope.location_ids, MOST_PLACES),
        start_time=start,
        end_time=end,
        members=_ids(reader, "scope.member_ids", scope.member_ids, MOST_MEMBERS),
    )


def _ids(reader: FieldReader, field: str, ids: Sequence[str], most: int) -> tuple[str, ...]:
    """Distinct ids in order."""
    reader.count(field, len(ids), most, least=0)
    return tuple(sorted({reader.id(f"{field}[{index}]", one) for index, one in enumerate(ids[:most])}))


def _optional(reader: FieldReader, field: str, stamp: Timestamp, present: bool) -> datetime | None:
    return reader.instant(field, stamp, present) if present else None
