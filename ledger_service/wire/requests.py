"""Requests as values. What is wrong with one is collected into a single MALFORMED refusal."""

from collections.abc import Iterable, Mapping, Sequence

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.type.v1 import log_position_pb2, member_pb2, order_pb2

from chassis.runtime.fields import FieldReader
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.order import DocumentRef, OrderDocument
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.requests import OrderRequest, QuoteRequest, RedeemRequest
from ledger_service.wire.orders import document_ref, order_document
from ledger_service.wire.proofs import given_proof
from ledger_service.wire.spend_tenders import tenders_of

LARGEST_IDENTIFIER = 256
LARGEST_REGION = 2
LARGEST_BATCH = 500
MOST_BATCH_LINES = 20_000
LARGEST_PART = 10_000
DEFAULT_PAGE = 100
LARGEST_PAGE = 1_000
LAST_PARTITION = 32_767


def order_request(request: messages.PostOrderRequest) -> OrderRequest:
    """A sale to post."""
    reader = FieldReader()
    asked = OrderRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=_buyer(reader, request),
        document=order_document(reader, "order", request.order),
        tenders=tenders_of(reader, "tenders", request.tenders),
    )
    reader.finish()
    return asked


def order_requests(request: messages.BatchPostOrdersRequest) -> Sequence[OrderRequest | Refusal]:
    """Sales to post, each by itself; MALFORMED only for their number or that of their lines."""
    reader = FieldReader()
    reader.count("orders", len(request.orders), LARGEST_BATCH)
    lines = sum(len(order.order.lines) for order in request.orders)
    if lines > MOST_BATCH_LINES:
        reader.fault("orders", f"has {lines} lines; at most {MOST_BATCH_LINES} in all")
    reader.finish()
    return [_read(order) for order in request.orders]


def _read(order: messages.PostOrderRequest) -> OrderRequest | Refusal:
    try:
        return order_request(order)
    except Refusal as refusal:
        return refusal


def preview_request(request: messages.PreviewOrderRequest) -> tuple[str, MemberRef, OrderDocument]:
    """A sale to judge."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    member = member_ref(reader, request.member)
    document = order_document(reader, "order", request.order)
    reader.finish()
    return program, member, document


def quote_request(request: messages.QuoteRedemptionRequest) -> QuoteRequest:
    """Points to be quoted."""
    reader = FieldReader()
    asked = QuoteRequest(
        program=reader.id("program_id", request.program_id),
        member=member_ref(reader, request.member),
        location_id=reader.id("location_id", request.location_id),
        brand=reader.id("brand_id", request.brand_id),
        currency=reader.currency("currency_code", request.currency_code),
        points=reader.within("points", request.points, 0),
    )
    reader.finish()
    return asked


def redeem_request(request: messages.RedeemPointsRequest) -> RedeemRequest:
    """Points to spend."""
    reader = FieldReader()
    asked = RedeemRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        location_id=reader.id("location_id", request.location_id),
        brand=reader.id("brand_id", request.brand_id),
        channel=reader.optional_id("channel", request.channel),
        currency=reader.currency("currency_code", request.currency_code),
        points=reader.within("points", request.points, 1),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
        quoted=request.quoted_minor_units if request.HasField("quoted_minor_units") else None,
        proof=given_proof(reader, request, request.HasField("proof")),
    )
    reader.finish()
    return asked


def member_request(program_id: str, member: member_pb2.MemberRef) -> tuple[str, MemberRef]:
    """A program and one of its members."""
    reader = FieldReader()
    program, ref = reader.id("program_id", program_id), member_ref(reader, member)
    reader.finish()
    return program, ref


def order_lookup(program_id: str, order: order_pb2.OrderRef) -> tuple[str, DocumentRef]:
    """A program and one of its sales."""
    reader = FieldReader()
    program = reader.id("program_id", program_id)
    ref = document_ref(reader, "order", order.source, order.document_id, order.fulfilment_id)
    reader.finish()
    return program, ref


def program_of(program_id: str) -> str:
    """A program."""
    reader = FieldReader()
    program = reader.id("program_id", program_id)
    reader.finish()
    return program


def optional_program(program_id: str) -> str:
    """A program, or empty for all."""
    return program_of(program_id) if program_id else ""


def cursor_of(field: str, positions: Iterable[log_position_pb2.LogPosition]) -> Mapping[int, int]:
    """Position by partition. Raises MALFORMED; CURSOR_INVALID for a number that no partition has."""
    reader = FieldReader()
    cursor: dict[int, int] = {}
    for index, place in enumerate(positions):
        reader.within(f"{field}[{index}].position", place.position, 0)
        if place.partition in cursor:
            reader.fault(f"{field}[{index}].partition", "is named twice")
        cursor[place.partition] = place.position
    reader.finish()
    if any(not 0 <= partition <= LAST_PARTITION for partition in cursor):
        # Said before any database is asked, which has no room for such a number.
        raise refusals.cursor_invalid("there is no such partition")
    return cursor


def most_movements(request: messages.StreamEventsRequest) -> int:
    """How many movements a message of the log may hold; 0: any number."""
    reader = FieldReader()
    most = reader.within("most_movements", request.most_movements, 0, LARGEST_PART)
    reader.finish()
    return most


def positions_of(field: str, positions: Iterable[log_position_pb2.LogPosition]) -> list[LogPosition]:
    """The same in order of partition."""
    return [LogPosition(*place) for place in sorted(cursor_of(field, positions).items())]


def _buyer(reader: FieldReader, request: messages.PostOrderRequest) -> MemberRef | None:
    """Who bought; None only where the sale says that it names nobody."""
    if not request.anonymous:
        return member_ref(reader, request.member)
    for field, present in (("member", request.HasField("member")), ("tenders", bool(request.tenders))):
        if present:
            reader.fault(field, "must not be set for an anonymous sale")
    return None


def member_ref(reader: FieldReader, member: member_pb2.MemberRef, field: str = "member") -> MemberRef:
    """A member as the call names it."""
    match member.WhichOneof("ref"):
        case "member_id":
            return MemberRef(member_id=reader.id(f"{field}.member_id", member.member_id))
        case "identifier":
            identifier = member.identifier
            reader.text(f"{field}.identifier.value", identifier.value, LARGEST_IDENTIFIER)
            if identifier.kind == member_pb2.IDENTIFIER_KIND_UNSPECIFIED:
                reader.fault(f"{field}.identifier.kind", "must be a kind of identifier")
            region = identifier.region_code
            reader.text(f"{field}.identifier.region_code", region, LARGEST_REGION, least=0)
            return MemberRef(kind=identifier.kind, value=identifier.value, region=region)
        case _:
            reader.fault(field, "must be a member id or an identifier")
            return MemberRef()
