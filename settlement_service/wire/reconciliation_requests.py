"""What is asked of reconciliations, with every fault of a request collected into one MALFORMED refusal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages
from loyalty.type.v1.money_pb2 import Ratio as RatioMessage

from chassis.runtime.caller import current_caller
from chassis.runtime.fields import LATEST, FieldReader
from chassis.values.canonical import Plain
from chassis.values.money import Money
from chassis.values.rounding import Ratio
from settlement_service.domain.command import Command, command_of
from settlement_service.domain.reconciliation_run import RunKind
from settlement_service.domain.till_totals import TillDay
from settlement_service.use_cases.accept_difference import Accepting, Booking
from settlement_service.use_cases.run_reconciliation import Wanted
from settlement_service.wire.as_of import read_date, read_optional_month
from settlement_service.wire.paging import read_page_size
from settlement_service.wire.sealed import unseal
from settlement_service.wire.vouchers import MOST_MINOR_UNITS

LONGEST_NAME, LONGEST_REASON, LONGEST_FIGURE = 200, 1_000, 1_000

KINDS: Mapping[int, RunKind] = {
    pb.RECONCILIATION_KIND_LEDGER: RunKind.LEDGER,
    pb.RECONCILIATION_KIND_PRICES: RunKind.PRICES,
    pb.RECONCILIATION_KIND_TILLS: RunKind.TILLS,
}


@dataclass(frozen=True, slots=True)
class RunsPage:
    """A page of runs before a time and run; `kind` may be empty."""

    program: str
    kind: str
    before: datetime
    before_run: str
    size: int


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """A period under each policy; everything but the program may be open."""

    program: str
    period: str
    share: Ratio | None
    reserve: str


def run_of(request: messages.RunReconciliationRequest) -> tuple[Command, Wanted]:
    """What to run. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    kind = KINDS.get(request.kind, RunKind.LEDGER)
    if request.kind not in KINDS:
        reader.fault("kind", "must be one of the kinds")
    read_optional_month(reader, "period", request.period)
    day: TillDay | None = None
    if kind is RunKind.TILLS:
        if request.period:
            reader.fault("period", "belongs to LEDGER and PRICES")
        day = read_day(reader, request.till_day)
    elif request.HasField("till_day"):
        reader.fault("till_day", "belongs to TILLS")
    reader.finish()
    wanted = Wanted(kind, request.period, day)
    intent = [kind.value, request.period, day.scope if day else ""]
    caller = current_caller().subject
    return command_of(request.program_id, caller, request.request_id, "RunReconciliation", intent), wanted


def read_day(reader: FieldReader, message: pb.TillDay) -> TillDay:
    """A till's day."""
    reader.id("till_day.source", message.source)
    reader.id("till_day.location_id", message.location_id)
    read_date(reader, "till_day.business_date", message.business_date)
    return TillDay(message.source, message.location_id, message.business_date)


def named_run(request: messages.GetReconciliationRequest) -> tuple[str, str]:
    """Program and run. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("reconciliation_id", request.reconciliation_id)
    reader.finish()
    return request.program_id, request.reconciliation_id


def page_of(request: messages.ListReconciliationsRequest) -> RunsPage:
    """The page. Raises MALFORMED, or CURSOR_INVALID for a token of another question."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    if request.kind and request.kind not in KINDS:
        reader.fault("kind", "must be one of the kinds, or not set")
    size = read_page_size(reader, request.page_size)
    reader.finish()
    kind = KINDS[request.kind].value if request.kind else ""
    before, run = LATEST, ""
    if request.page_token:
        time, run_id = unseal(request.page_token, *runs_question(request.program_id, kind))
        before, run = datetime.fromisoformat(str(time)).astimezone(UTC), str(run_id)
    return RunsPage(request.program_id, kind, before, run, size)


def runs_question(program: str, kind: str) -> tuple[str, str, str]:
    """What a page token of runs is bound to."""
    return "reconciliations", program, kind


def accepting_of(request: messages.AcceptDifferenceRequest) -> Accepting:
    """Who answers for what. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    reader.id("reconciliation_id", request.reconciliation_id)
    reader.text("figure", request.figure, LONGEST_FIGURE)
    reader.text("reason", request.reason, LONGEST_REASON)
    reader.text("signed_name", request.signed_name, LONGEST_NAME)
    booking = _booking(reader, request.booking) if request.HasField("booking") else None
    reader.finish()
    intent: dict[str, Plain] = {
        "reconciliation_id": request.reconciliation_id,
        "figure": request.figure,
        "reason": request.reason,
        "signed_name": request.signed_name,
        "booking": None
        if booking is None
        else [
            booking.entity,
            booking.account,
            booking.counterparty,
            booking.amount.currency_code,
            booking.amount.minor_units,
        ],
    }
    caller = current_caller().subject
    return Accepting(
        command=command_of(request.program_id, caller, request.request_id, "AcceptDifference", intent),
        run_id=request.reconciliation_id,
        figure=request.figure,
        reason=request.reason,
        signed_name=request.signed_name,
        booking=booking,
        document=json.dumps(intent, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    )


def _booking(reader: FieldReader, message: pb.DifferenceBooking) -> Booking:
    reader.id("booking.entity_id", message.entity_id)
    reader.id("booking.account", message.account)
    reader.optional_id("booking.counterparty_entity_id", message.counterparty_entity_id)
    if (message.account == "due_to") != bool(message.counterparty_entity_id):
        reader.fault("booking.counterparty_entity_id", "belongs to due_to, and only to it")
    reader.currency("booking.amount.currency_code", message.amount.currency_code)
    reader.within("booking.amount.minor_units", message.amount.minor_units, -MOST_MINOR_UNITS, MOST_MINOR_UNITS)
    if message.amount.minor_units == 0:
        reader.fault("booking.amount.minor_units", "must not be 0")
    amount = Money(message.amount.currency_code, message.amount.minor_units)
    return Booking(message.entity_id, message.account, message.counterparty_entity_id, amount)


def policies_of(request: messages.CompareSettlementPoliciesRequest) -> PolicyQuestion:
    """The question. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_optional_month(reader, "period", request.period)
    reader.optional_id("reserve_entity_id", request.reserve_entity_id)
    share = _share(reader, request.voucher_share_of_face) if request.HasField("voucher_share_of_face") else None
    reader.finish()
    return PolicyQuestion(request.program_id, request.period, share, request.reserve_entity_id)


def _share(reader: FieldReader, message: RatioMessage) -> Ratio | None:
    try:
        share = Ratio(message.numerator, message.denominator)
    except ValueError:
        share = None
    if share is None or share.numerator > share.denominator:
        reader.fault("voucher_share_of_face", "must be a ratio in lowest terms, 0 to 1")
        return None
    return share
