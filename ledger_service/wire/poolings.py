"""Pooling on the wire."""

from datetime import datetime
from math import gcd

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import ledger_service_pb2, pooling_pb2
from loyalty.ledger.v1 import pooling_service_pb2 as messages
from loyalty.type.v1 import log_position_pb2

from chassis.runtime.fields import FieldReader
from chassis.values.integers import INT64_MAX, checked
from chassis.values.refusal import Refusal
from chassis.values.rounding import ONE, Ratio
from ledger_service.domain.pooling import (
    Compared,
    Crossing,
    Pooling,
    PoolingChange,
    PoolingState,
    ShadowCell,
    ShadowKind,
    ShadowSum,
)
from ledger_service.use_cases.compare_shadow import Item, QuoteAnswered, SaleAnswered
from ledger_service.use_cases.pooling_ports import Move, ShadowReport
from ledger_service.wire.requests import DEFAULT_PAGE, LARGEST_PAGE, preview_request, quote_request

MOST_SOURCE = 64
MOST_LOCATIONS = 1_000
LONGEST_NAME = 128
LONGEST_REASON = 256

_STATES = {state: pooling_pb2.PoolingState.Value(f"POOLING_STATE_{state.name}") for state in PoolingState}
_AFTER = {number: state for state, number in _STATES.items()}
_KINDS = {kind: pooling_pb2.ShadowKind.Value(f"SHADOW_KIND_{kind.name}") for kind in ShadowKind}


def change_of(
    request: messages.ChangePoolingRequest,
) -> Move:
    """What is asked for; its caller and trace are not in the message. Raises MALFORMED."""
    reader = FieldReader()
    if request.to_state not in _AFTER:
        reader.fault("to_state", "must be a state")
    if len(request.location_ids) > MOST_LOCATIONS:
        reader.fault("location_ids", f"must be at most {MOST_LOCATIONS}")
    move = Move(
        program=reader.id("program_id", request.program_id),
        source=_source(reader, "source_program_id", request.source_program_id),
        after=_AFTER.get(request.to_state, PoolingState.LOCAL),
        signed_by=reader.text("signed_by", request.signed_by, LONGEST_NAME),
        reason=reader.text("reason", request.reason, LONGEST_REASON),
        caller="",
        request_id=reader.id("request_id", request.request_id),
        traceparent="",
        locations=tuple(
            sorted({reader.id(f"location_ids[{index}]", one) for index, one in enumerate(request.location_ids)})
        ),
    )
    reader.finish()
    return move


def get_of(request: messages.GetPoolingRequest) -> tuple[str, str]:
    """Program and source. Raises MALFORMED."""
    reader = FieldReader()
    key = reader.id("program_id", request.program_id), _source(reader, "source_program_id", request.source_program_id)
    reader.finish()
    return key


def report_of(request: messages.GetShadowReportRequest) -> tuple[str, str, int]:
    """Program, source and how many differences. Raises MALFORMED."""
    reader = FieldReader()
    asked = (
        reader.id("program_id", request.program_id),
        _source(reader, "source_program_id", request.source_program_id),
        reader.within("differences", request.differences, 0, LARGEST_PAGE) or DEFAULT_PAGE,
    )
    reader.finish()
    return asked


def accept_of(request: messages.AcceptShadowReportRequest) -> tuple[str, str, str, int, str]:
    """Program, request id, source, the last item looked at, and who accepts. Raises MALFORMED."""
    reader = FieldReader()
    asked = (
        reader.id("program_id", request.program_id),
        reader.id("request_id", request.request_id),
        _source(reader, "source_program_id", request.source_program_id),
        reader.within("last_item_number", request.last_item_number, 1, INT64_MAX),
        reader.text("signed_by", request.signed_by, LONGEST_NAME),
    )
    reader.finish()
    return asked


def header_of(request: messages.CompareShadowRequest) -> tuple[str, str, Ratio]:
    """Program, source and ratio. Raises MALFORMED."""
    reader, header = FieldReader(), request.header
    reader.id("request_id", request.request_id)
    ratio = ONE
    if header.HasField("ratio"):
        numerator = reader.within("header.ratio.numerator", header.ratio.numerator, 1)
        denominator = reader.within("header.ratio.denominator", header.ratio.denominator, 1)
        if numerator > 0 and denominator > 0 and gcd(numerator, denominator) == 1:
            ratio = Ratio(numerator, denominator)
        else:
            reader.fault("header.ratio", "must be above 0, in lowest terms")
    asked = (
        reader.id("header.program_id", header.program_id),
        _source(reader, "header.source_program_id", header.source_program_id),
        ratio,
    )
    reader.finish()
    return asked


def item_of(program: str, ratio: Ratio, message: messages.ShadowItem) -> Item:
    """An item; one that is malformed is a difference. Raises MALFORMED only if it has no number."""
    reader = FieldReader()
    number = reader.within("item.item_number", message.item_number, 1, INT64_MAX)
    reader.finish()
    try:
        return Item(number, _quote(program, ratio, message) if message.HasField("quote") else _sale(program, message))
    except Refusal as refusal:
        return Item(number, refusal)


def _sale(program: str, message: messages.ShadowItem) -> SaleAnswered:
    asked = ledger_service_pb2.PreviewOrderRequest(
        program_id=program, member=message.order.member, order=message.order.order
    )
    _, member, document = preview_request(asked)
    reader = FieldReader()
    points = {
        one.line_number: reader.within(f"order.lines[{index}].points", one.points, 0, INT64_MAX)
        for index, one in enumerate(message.order.lines)
    }
    reader.finish()
    return SaleAnswered(member, document, points)


def _quote(program: str, ratio: Ratio, message: messages.ShadowItem) -> QuoteAnswered:
    asked = message.quote
    reader = FieldReader()
    points = ratio.floor_of(reader.within("quote.points", asked.points, 1, INT64_MAX))
    if not 0 < points <= INT64_MAX:
        reader.fault("quote.points", "must be some points here")
    reader.finish()
    request = ledger_service_pb2.QuoteRedemptionRequest(
        program_id=program,
        member=asked.member,
        location_id=asked.location_id,
        brand_id=asked.brand_id,
        currency_code=asked.currency_code,
        points=points,
    )
    return QuoteAnswered(quote_request(request), asked.points, asked.minor_units)


def change_message(change: PoolingChange) -> pooling_pb2.PoolingChange:
    """A change."""
    return pooling_pb2.PoolingChange(
        number=change.number,
        from_state=_STATES[change.before],
        to_state=_STATES[change.after],
        signed_by=change.signed_by,
        reason=change.reason,
        caller=change.caller,
        change_time=_stamp(change.change_time),
        position=log_position_pb2.LogPosition(partition=change.position.partition, position=change.position.position),
    )


def pooling_message(found: Pooling) -> pooling_pb2.Pooling:
    """An existing program."""
    return pooling_pb2.Pooling(
        program_id=found.program,
        source_program_id=found.source,
        state=_STATES[found.state],
        changes=map(change_message, found.changes),
        last_item_number=found.last_item,
        accepted_item_number=found.accepted_item,
        accepted_by=found.accepted_by,
        location_ids=found.locations,
        cross_spend=_crossing(found.crossing) if found.crossing else None,
    )


def _crossing(crossing: Crossing) -> pooling_pb2.CrossSpend:
    return pooling_pb2.CrossSpend(
        redemption_id=crossing.redemption_id,
        location_id=crossing.location_id,
        post_time=_stamp(crossing.post_time),
    )


def report_message(report: ShadowReport) -> messages.GetShadowReportResponse:
    """What a shadow came to. Sums that do not fit 64 bits are refused AMOUNT_OUT_OF_RANGE."""
    return messages.GetShadowReportResponse(
        pooling=pooling_message(report.pooling),
        totals=[_total(cell, found) for cell, found in report.totals.items()],
        differences=map(_difference, report.differences),
    )


def _total(cell: ShadowCell, found: ShadowSum) -> pooling_pb2.ShadowTotal:
    return pooling_pb2.ShadowTotal(
        kind=_KINDS[cell.kind],
        brand_id=cell.brand,
        rule=cell.rule,
        compared=found.compared,
        differing=found.differing,
        old_amount=checked(found.old_amount, "old amount"),
        mesh_amount=checked(found.mesh_amount, "amount here"),
    )


def _difference(one: Compared) -> pooling_pb2.ShadowDifference:
    return pooling_pb2.ShadowDifference(
        item_number=one.item,
        line_number=one.line_number,
        kind=_KINDS[one.kind],
        brand_id=one.brand,
        rule=one.rule,
        old_amount=one.old_amount,
        mesh_amount=one.mesh_amount,
        explanation=one.explanation,
    )


def _source(reader: FieldReader, field: str, text: str) -> str:
    if len(text) > MOST_SOURCE:
        reader.fault(field, f"must have at most {MOST_SOURCE} characters")
    return reader.id(field, text)


def _stamp(value: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp
