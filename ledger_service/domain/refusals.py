"""Why the ledger refuses, one constructor per reason of protos/loyalty/ledger/v1/error_reason.proto."""

from datetime import datetime

from chassis.values.refusal import Code, Reason, Refusal, refuse
from ledger_service.domain.order import DocumentRef

DOMAIN = "ledger.loyalty"

REQUEST_ID_REUSED = Reason("REQUEST_ID_REUSED", DOMAIN, Code.ALREADY_EXISTS)
ORDER_CONFLICT = Reason("ORDER_CONFLICT", DOMAIN, Code.ALREADY_EXISTS)
PROGRAM_NOT_FOUND = Reason("PROGRAM_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
LOCATION_NOT_FOUND = Reason("LOCATION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
TIME_AHEAD = Reason("TIME_AHEAD", DOMAIN, Code.FAILED_PRECONDITION)
TOO_LATE = Reason("TOO_LATE", DOMAIN, Code.FAILED_PRECONDITION)
MEMBER_MOVED = Reason("MEMBER_MOVED", DOMAIN, Code.ABORTED)
LOCK_LOST = Reason("LOCK_LOST", DOMAIN, Code.ABORTED)
LANE_UNOWNED = Reason("LANE_UNOWNED", DOMAIN, Code.UNAVAILABLE)
SALE_NOT_FOUND = Reason("SALE_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
OTHER_MEMBERS_ORDER = Reason("OTHER_MEMBERS_ORDER", DOMAIN, Code.PERMISSION_DENIED)
NOT_RETURNABLE = Reason("NOT_RETURNABLE", DOMAIN, Code.FAILED_PRECONDITION)
RETURN_BASIS_DIFFERS = Reason("RETURN_BASIS_DIFFERS", DOMAIN, Code.FAILED_PRECONDITION)
INSUFFICIENT_POINTS = Reason("INSUFFICIENT_POINTS", DOMAIN, Code.FAILED_PRECONDITION)
WORTH_NOTHING = Reason("WORTH_NOTHING", DOMAIN, Code.FAILED_PRECONDITION)
NO_SETTLEMENT_TERMS = Reason("NO_SETTLEMENT_TERMS", DOMAIN, Code.FAILED_PRECONDITION)
QUOTE_CHANGED = Reason("QUOTE_CHANGED", DOMAIN, Code.FAILED_PRECONDITION)
ORDER_NOT_FOUND = Reason("ORDER_NOT_FOUND", DOMAIN, Code.NOT_FOUND)

CURSOR_INVALID = Reason("CURSOR_INVALID", "type.loyalty", Code.INVALID_ARGUMENT)


def cursor_invalid(why: str) -> Refusal:
    """A page token or cursor was not made by us for this question."""
    return refuse(CURSOR_INVALID, why)


def request_id_reused(request_id: str) -> Refusal:
    """The id names another intent of the same caller."""
    return refuse(REQUEST_ID_REUSED, f"request id {request_id} was used for another intent", {"request_id": request_id})


def order_conflict(ref: DocumentRef) -> Refusal:
    """The document was posted with other content."""
    message = f"document {ref.document_id} of {ref.source} was posted before with other content"
    return refuse(ORDER_CONFLICT, message, _document(ref))


def program_not_found(program: str) -> Refusal:
    """No such program."""
    return refuse(PROGRAM_NOT_FOUND, f"there is no program {program}", {"program_id": program})


def location_not_found(program: str, location: str) -> Refusal:
    """The program has no such location."""
    facts = {"program_id": program, "location_id": location}
    return refuse(LOCATION_NOT_FOUND, f"program {program} has no location {location}", facts)


def time_ahead(occur_time: datetime, now: datetime) -> Refusal:
    """The shop's clock is more than five minutes ahead."""
    facts = {"occur_time": occur_time.isoformat(), "now": now.isoformat()}
    return refuse(TIME_AHEAD, f"{facts['occur_time']} is more than 5 minutes after {facts['now']}", facts)


def too_late(occur_time: datetime, days: int) -> Refusal:
    """The upload is later than the program allows."""
    facts = {"occur_time": occur_time.isoformat(), "late_upload_days": days}
    return refuse(TOO_LATE, f"{facts['occur_time']} is more than {days} days ago", facts)


def member_moved(member: str) -> Refusal:
    """The resolution is older than one the wallet has seen."""
    message = f"member {member} was merged or unmerged meanwhile"
    return refuse(MEMBER_MOVED, message, {"member_id": member}, retry_after_seconds=0.1)


def lock_lost(member: str) -> Refusal:
    """The fence of this call's lease is stale even after acquiring it again."""
    message = f"the lease of member {member} went to another process"
    return refuse(LOCK_LOST, message, {"member_id": member}, retry_after_seconds=0.1)


def lane_unowned(partition: int) -> Refusal:
    """No process owns the lane at the moment."""
    message = f"no process owns partition {partition} at the moment"
    return refuse(LANE_UNOWNED, message, {"partition": partition}, retry_after_seconds=1.0)


def sale_not_found(ref: DocumentRef, line_number: int | None = None) -> Refusal:
    """The sale, or that line of it, was never posted."""
    line = "" if line_number is None else f"line {line_number} of "
    facts = _document(ref) | ({} if line_number is None else {"line_number": str(line_number)})
    return refuse(SALE_NOT_FOUND, f"{line}document {ref.document_id} of {ref.source} was never posted", facts)


def other_members_order(ref: DocumentRef) -> Refusal:
    """The sale is another member's."""
    message = f"document {ref.document_id} of {ref.source} is another member's"
    return refuse(OTHER_MEMBERS_ORDER, message, _document(ref))


def not_returnable(ref: DocumentRef, line_number: int, asked: str, returnable: int, unit: str) -> Refusal:
    """More comes back than is left of the line."""
    facts = _document(ref) | {"line_number": line_number, "asked": asked, "returnable": returnable, "unit": unit}
    message = f"{asked} {unit} of line {line_number} cannot be returned; {returnable} are left"
    if returnable == 0:
        message = f"line {line_number} cannot be returned: nothing is left of it to return by {unit}"
    return refuse(NOT_RETURNABLE, message, facts)


def return_basis_differs(ref: DocumentRef, line_number: int, basis: str, asked: str) -> Refusal:
    """The line's returns are counted otherwise."""
    facts = _document(ref) | {"line_number": line_number, "basis": basis, "asked": asked}
    message = f"returns of line {line_number} are counted by {basis}, not by {asked}"
    return refuse(RETURN_BASIS_DIFFERS, message, facts)


def insufficient_points(asked: int, available: int) -> Refusal:
    """Fewer points are spendable."""
    facts = {"points": asked, "available": available}
    return refuse(INSUFFICIENT_POINTS, f"{asked} points were asked for, {available} can be spent", facts)


def worth_nothing(points: int, brand: str) -> Refusal:
    """The points are worth less than one minor unit."""
    facts = {"points": points, "brand_id": brand}
    return refuse(WORTH_NOTHING, f"{points} points are worth nothing at {brand}", facts)


def no_settlement_terms(issuer: str, redeemer: str) -> Refusal:
    """Nobody agreed what the issuer owes the redeemer."""
    facts = {"issuer_entity_id": issuer, "redeemer_entity_id": redeemer}
    return refuse(NO_SETTLEMENT_TERMS, f"no agreement says what {issuer} owes {redeemer}", facts)


def quote_changed(quoted: int, value: int, currency: str) -> Refusal:
    """The shopper was told another value."""
    facts = {"quoted_minor_units": quoted, "minor_units": value, "currency_code": currency}
    message = f"the points are worth {value}, not {quoted} minor units of {currency}"
    return refuse(QUOTE_CHANGED, message, facts)


def order_not_found(ref: DocumentRef) -> Refusal:
    """No order was posted under this reference."""
    return refuse(ORDER_NOT_FOUND, f"document {ref.document_id} of {ref.source} was never posted", _document(ref))


def _document(ref: DocumentRef) -> dict[str, object]:
    return {"source": ref.source, "document_id": ref.document_id, "fulfilment_id": ref.fulfilment_id}
