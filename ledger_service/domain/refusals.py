"""Why the ledger refuses, one constructor per reason of protos/loyalty/ledger/v1/error_reason.proto.

Metadata that tell a state or a basis use the words of the contract's own enums, without their prefix.
"""

from datetime import datetime

from chassis.values.money import Money
from chassis.values.refusal import Code, Reason, Refusal, Violation, refuse
from ledger_service.domain.order import DocumentRef, ReturnBasis

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
VOIDED_BEFORE = Reason("VOIDED_BEFORE", DOMAIN, Code.FAILED_PRECONDITION)
AUTHORIZATION_NOT_FOUND = Reason("AUTHORIZATION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
AUTHORIZATION_ENDED = Reason("AUTHORIZATION_ENDED", DOMAIN, Code.FAILED_PRECONDITION)
CAPTURE_EXCEEDS_HOLD = Reason("CAPTURE_EXCEEDS_HOLD", DOMAIN, Code.FAILED_PRECONDITION)
REDEMPTION_NOT_FOUND = Reason("REDEMPTION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
NOT_RESTORABLE = Reason("NOT_RESTORABLE", DOMAIN, Code.FAILED_PRECONDITION)
NOT_REDEEMABLE_SO = Reason("NOT_REDEEMABLE_SO", DOMAIN, Code.FAILED_PRECONDITION)
TENDER_NOT_ATTACHABLE = Reason("TENDER_NOT_ATTACHABLE", DOMAIN, Code.FAILED_PRECONDITION)
RETURN_NOT_FOUND = Reason("RETURN_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
RETURN_ENDED = Reason("RETURN_ENDED", DOMAIN, Code.FAILED_PRECONDITION)
ORDER_NOT_CLAIMABLE = Reason("ORDER_NOT_CLAIMABLE", DOMAIN, Code.FAILED_PRECONDITION)
CLAIM_TOO_LATE = Reason("CLAIM_TOO_LATE", DOMAIN, Code.FAILED_PRECONDITION)
NOT_CORRECTABLE = Reason("NOT_CORRECTABLE", DOMAIN, Code.FAILED_PRECONDITION)
ACCRUAL_NOT_FOUND = Reason("ACCRUAL_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
NOTHING_PENDING = Reason("NOTHING_PENDING", DOMAIN, Code.FAILED_PRECONDITION)
NOTHING_TO_EXTEND = Reason("NOTHING_TO_EXTEND", DOMAIN, Code.FAILED_PRECONDITION)
SAME_WALLET = Reason("SAME_WALLET", DOMAIN, Code.FAILED_PRECONDITION)
BRAND_NOT_FOUND = Reason("BRAND_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
ENTITY_NOT_FOUND = Reason("ENTITY_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
ADJUSTMENT_NOT_FOUND = Reason("ADJUSTMENT_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
ALREADY_DECIDED = Reason("ALREADY_DECIDED", DOMAIN, Code.FAILED_PRECONDITION)
SECOND_PERSON_NEEDED = Reason("SECOND_PERSON_NEEDED", DOMAIN, Code.PERMISSION_DENIED)
CORRECTION_NOT_FOUND = Reason("CORRECTION_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
TOO_MANY_ORDERS = Reason("TOO_MANY_ORDERS", DOMAIN, Code.FAILED_PRECONDITION)
STATEMENT_TOO_LONG = Reason("STATEMENT_TOO_LONG", DOMAIN, Code.FAILED_PRECONDITION)
PERIOD_OUT_OF_ORDER = Reason("PERIOD_OUT_OF_ORDER", DOMAIN, Code.FAILED_PRECONDITION)
PERIOD_NOT_OVER = Reason("PERIOD_NOT_OVER", DOMAIN, Code.FAILED_PRECONDITION)
NOTHING_DUE = Reason("NOTHING_DUE", DOMAIN, Code.ABORTED)
OVERTAKEN = Reason("OVERTAKEN", DOMAIN, Code.ABORTED)

PROCESS_NOT_FOUND = Reason("PROCESS_NOT_FOUND", DOMAIN, Code.NOT_FOUND)

CURSOR_INVALID = Reason("CURSOR_INVALID", "type.loyalty", Code.INVALID_ARGUMENT)
MALFORMED = Reason("MALFORMED", "type.loyalty", Code.INVALID_ARGUMENT)


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


def process_not_found(process: str) -> Refusal:
    """No ledger process of that name lives."""
    return refuse(PROCESS_NOT_FOUND, f"no ledger process {process} is alive", {"process": process})


def sale_not_found(ref: DocumentRef, line_number: int | None = None) -> Refusal:
    """The sale, or that line of it, was never posted."""
    line = "" if line_number is None else f"line {line_number} of "
    facts = _document(ref) | ({} if line_number is None else {"line_number": str(line_number)})
    return refuse(SALE_NOT_FOUND, f"{line}document {ref.document_id} of {ref.source} was never posted", facts)


def other_members_order(ref: DocumentRef) -> Refusal:
    """The sale is another member's."""
    message = f"document {ref.document_id} of {ref.source} is another member's"
    return refuse(OTHER_MEMBERS_ORDER, message, _document(ref))


def not_returnable(ref: DocumentRef, line_number: int, asked: str, returnable: int, basis: ReturnBasis) -> Refusal:
    """More comes back than is left of the line, as its returns are counted."""
    facts = _document(ref) | {
        "line_number": line_number,
        "asked": asked,
        "returnable": returnable,
        "basis": basis.name,
    }
    message = f"{asked} of line {line_number} by {basis.name} cannot be returned; {returnable} are left"
    if returnable == 0:
        message = f"line {line_number} cannot be returned: nothing is left of it to return by {basis.name}"
    return refuse(NOT_RETURNABLE, message, facts)


def nothing_returnable(ref: DocumentRef) -> Refusal:
    """Nothing is left of the sale."""
    facts = _document(ref) | {"asked": "all", "returnable": 0, "basis": ReturnBasis.WHOLE.name}
    return refuse(NOT_RETURNABLE, f"nothing is left to return of document {ref.document_id} of {ref.source}", facts)


def return_basis_differs(ref: DocumentRef, line_number: int, basis: ReturnBasis, asked: ReturnBasis) -> Refusal:
    """The line's returns are counted otherwise."""
    facts = _document(ref) | {"line_number": line_number, "basis": basis.name, "asked": asked.name}
    message = f"returns of line {line_number} are counted by {basis.name}, not by {asked.name}"
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


def voided_before(request_id: str) -> Refusal:
    """It was voided, or its redemption restored, before it arrived."""
    return refuse(VOIDED_BEFORE, f"request {request_id} was voided before it arrived", {"request_id": request_id})


def authorization_not_found(authorization_id: str) -> Refusal:
    """No such authorization."""
    facts = {"authorization_id": authorization_id}
    return refuse(AUTHORIZATION_NOT_FOUND, f"there is no authorization {authorization_id}", facts)


def authorization_ended(authorization_id: str, state: str) -> Refusal:
    """It holds nothing any more."""
    facts = {"authorization_id": authorization_id, "state": state}
    return refuse(AUTHORIZATION_ENDED, f"authorization {authorization_id} has ended: {state}", facts)


def hold_too_long(longest: int) -> Refusal:
    """The program holds points for less long."""
    fault = Violation("hold_seconds", f"must be at most {longest}, the program's longest")
    return refuse(MALFORMED, f"the request is malformed: {fault.field}: {fault.description}", violations=(fault,))


def capture_exceeds_hold(authorization_id: str, asked: int, held: int) -> Refusal:
    """More is captured than is held."""
    facts = {"authorization_id": authorization_id, "points": asked, "held": held}
    message = f"{asked} points cannot be captured of {authorization_id}, which holds {held}"
    return refuse(CAPTURE_EXCEEDS_HOLD, message, facts)


def redemption_not_found(redemption_id: str) -> Refusal:
    """No such redemption."""
    facts = {"redemption_id": redemption_id}
    return refuse(REDEMPTION_NOT_FOUND, f"there is no redemption {redemption_id}", facts)


def not_restorable(redemption_id: str, asked: int, left: int) -> Refusal:
    """More is restored than is left."""
    facts = {"redemption_id": redemption_id, "points": asked, "left": left}
    message = f"{asked} points cannot be restored of {redemption_id}; {left} are left"
    return refuse(NOT_RESTORABLE, message, facts)


def not_redeemable_so(points: int, brand: str, minimum: int, block: int) -> Refusal:
    """Below the brand's minimum, or no multiple of its block."""
    facts = {"points": points, "brand_id": brand, "minimum_points": minimum, "block_points": block}
    message = f"{brand} takes at least {minimum} points, in blocks of {block}; not {points}"
    return refuse(NOT_REDEEMABLE_SO, message, facts)


def tender_not_attachable(tender_id: str, why: str) -> Refusal:
    """It cannot pay for this order."""
    return refuse(TENDER_NOT_ATTACHABLE, f"{tender_id} cannot pay for this order: {why}", {"id": tender_id, "why": why})


def tender_worth_too_much(
    tender_id: str, value: Money, left: int, of_lines: bool = False, line_number: int = 0
) -> Refusal:
    """It is worth more than is left to pay: of the order, of the lines it is laid on, or of one of them."""
    worth = f"line {line_number} would take" if line_number else "it is worth"
    where = " of it" if line_number else " of its lines" if of_lines else ""
    why = f"{worth} {value.minor_units} minor units, {left} are left to pay{where}"
    facts: dict[str, object] = {"id": tender_id, "why": why, "currency_code": value.currency_code}
    facts |= {"minor_units": value.minor_units, "left_minor_units": left}
    facts |= {"line_number": line_number} if line_number else {}
    return refuse(TENDER_NOT_ATTACHABLE, f"{tender_id} cannot pay for this order: {why}", facts)


def return_not_found(return_id: str) -> Refusal:
    """No such return."""
    return refuse(RETURN_NOT_FOUND, f"there is no return {return_id}", {"return_id": return_id})


def return_ended(return_id: str, state: str) -> Refusal:
    """It does not wait any more."""
    facts = {"return_id": return_id, "state": state}
    return refuse(RETURN_ENDED, f"return {return_id} does not wait any more: {state}", facts)


def order_not_claimable(ref: DocumentRef, why: str) -> Refusal:
    """It is not an anonymous sale that still waits."""
    message = f"document {ref.document_id} of {ref.source} cannot be claimed: {why}"
    return refuse(ORDER_NOT_CLAIMABLE, message, _document(ref) | {"why": why})


def claim_too_late(ref: DocumentRef, days: int) -> Refusal:
    """Older than the program lets anonymous sales be claimed."""
    message = f"document {ref.document_id} of {ref.source} could be claimed within {days} days"
    return refuse(CLAIM_TOO_LATE, message, _document(ref) | {"claim_days": days})


def not_correctable(ref: DocumentRef, why: str) -> Refusal:
    """The order or line cannot be corrected so."""
    message = f"document {ref.document_id} of {ref.source} cannot be corrected so: {why}"
    return refuse(NOT_CORRECTABLE, message, _document(ref) | {"why": why})


def accrual_not_found(accrual_id: str) -> Refusal:
    """The member has no such accrual."""
    return refuse(ACCRUAL_NOT_FOUND, f"the member has no accrual {accrual_id}", {"accrual_id": accrual_id})


def nothing_pending(what: str) -> Refusal:
    """None of the named points is pending."""
    return refuse(NOTHING_PENDING, f"no points of {what} are pending", {"target": what})


def nothing_to_extend(until: datetime) -> Refusal:
    """Nothing named expires earlier."""
    return refuse(NOTHING_TO_EXTEND, f"no points expire before {until.isoformat()}", {"expire_time": until.isoformat()})


def same_wallet(member: str) -> Refusal:
    """Giver and receiver share one wallet."""
    return refuse(SAME_WALLET, "giver and receiver share one wallet", {"member_id": member})


def brand_not_found(program: str, brand: str, currency: str = "", carried: tuple[str, ...] = ()) -> Refusal:
    """No such brand, or it carries no points in that currency, or none is named of those, `carried`, it does."""
    facts = {"program_id": program, "brand_id": brand, "currency_code": currency}
    what = f" that carries points in {currency}" if currency else ""
    several = f"brand {brand} of program {program} carries points in {' and '.join(carried)}: name one"
    return refuse(
        BRAND_NOT_FOUND, several if carried and not currency else f"program {program} has no brand {brand}{what}", facts
    )


def entity_not_found(program: str, entity: str) -> Refusal:
    """No such legal entity."""
    facts = {"program_id": program, "entity_id": entity}
    return refuse(ENTITY_NOT_FOUND, f"program {program} has no legal entity {entity}", facts)


def adjustment_not_found(adjustment_id: str) -> Refusal:
    """No such adjustment was proposed."""
    facts = {"adjustment_id": adjustment_id}
    return refuse(ADJUSTMENT_NOT_FOUND, f"there is no adjustment {adjustment_id}", facts)


def already_decided(adjustment_id: str, state: str) -> Refusal:
    """It was decided before."""
    facts = {"adjustment_id": adjustment_id, "state": state}
    return refuse(ALREADY_DECIDED, f"adjustment {adjustment_id} was decided before: {state}", facts)


def second_person_needed(subject_id: str) -> Refusal:
    """Who proposed cannot decide."""
    return refuse(SECOND_PERSON_NEEDED, f"{subject_id} must be decided by somebody else", {"id": subject_id})


def correction_not_found(correction_id: str) -> Refusal:
    """No such correction."""
    facts = {"correction_id": correction_id}
    return refuse(CORRECTION_NOT_FOUND, f"there is no correction {correction_id}", facts)


def too_many_orders(most: int) -> Refusal:
    """The scope of a correction is too wide."""
    return refuse(TOO_MANY_ORDERS, f"the scope covers more than {most} orders", {"most_orders": most})


def statement_too_long(most: int, end_time: datetime) -> Refusal:
    """The span of a statement holds too many commands; it would fit if it ended at `end_time`."""
    message = f"the span holds more than {most} commands; ask for less, for instance until {end_time.isoformat()}"
    return refuse(STATEMENT_TOO_LONG, message, {"most_commands": most, "end_time": end_time.isoformat()})


def period_out_of_order(period: str, expected: str) -> Refusal:
    """Another period is the next to be cut."""
    message = f"the next period to be cut is {expected}, not {period}"
    return refuse(PERIOD_OUT_OF_ORDER, message, {"period": period, "expected_period": expected})


def period_not_over(period: str, end_time: datetime) -> Refusal:
    """A month that is not over is not cut."""
    message = f"{period} is not over before {end_time.isoformat()}"
    return refuse(PERIOD_NOT_OVER, message, {"period": period, "end_time": end_time.isoformat()})


def nothing_due(root: str) -> Refusal:
    """A sweep found nothing to do."""
    return refuse(NOTHING_DUE, "nothing is due", {"member_id": root})


def overtaken() -> Refusal:
    """A sale that the command names was posted, claimed or voided while the command was made."""
    message = "what the call names has changed meanwhile"
    return refuse(OVERTAKEN, message, retry_after_seconds=0.1)


def _document(ref: DocumentRef) -> dict[str, object]:
    return {"source": ref.source, "document_id": ref.document_id, "fulfilment_id": ref.fulfilment_id}


ALERT_NOT_FOUND = Reason("ALERT_NOT_FOUND", DOMAIN, Code.NOT_FOUND)


def alert_not_found(program: str, alert_id: str) -> Refusal:
    """The program has no such alert."""
    return refuse(ALERT_NOT_FOUND, f"there is no alert {alert_id!r}", {"program_id": program, "alert_id": alert_id})
