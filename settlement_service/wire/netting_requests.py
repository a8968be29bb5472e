"""What is asked of NettingService, with every fault of a request collected into one MALFORMED refusal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from loyalty.settlement.v1 import netting_pb2
from loyalty.settlement.v1 import netting_service_pb2 as messages

from chassis.runtime.fields import FieldReader
from settlement_service.domain.netting.payment_states import Actor, PaymentState
from settlement_service.domain.netting.payments import Payment
from settlement_service.use_cases.settle_disputes import Subject
from settlement_service.use_cases.wish import Wish
from settlement_service.wire.as_of import read_date, read_month
from settlement_service.wire.paging import read_page_size

MOST_PAYMENTS = 1_000
LONGEST_NAME = 200
LONGEST_TEXT = 500
LONGEST_LINE_ID = 1_000


class FileFormat(Enum):
    """A kind of file of payments."""

    CSV = messages.PAYMENT_FILE_FORMAT_CSV
    PAIN_001 = messages.PAYMENT_FILE_FORMAT_PAIN_001


@dataclass(frozen=True, slots=True)
class ExportWish:
    """Which payments, as what: those of `netting_id` or those named. `day` None: today."""

    program: str
    netting_id: str
    payment_ids: tuple[str, ...]
    file_format: FileFormat
    day: date | None


class _Command(Protocol):
    program_id: str
    request_id: str
    signed_name: str


def propose_request(request: messages.ProposeNettingRequest, caller: str) -> tuple[Wish, str]:
    """The wish and the period. Raises MALFORMED."""
    reader = FieldReader()
    wish = _wish(reader, request, caller)
    period = read_month(reader, "period", request.period)
    reader.finish()
    return wish, period


def lines_request(request: messages.ListObligationLinesRequest) -> tuple[str, str]:
    """Program and period. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    period = read_month(reader, "period", request.period)
    reader.finish()
    return request.program_id, period


def submit_request(request: messages.SubmitPaymentsRequest, caller: str) -> tuple[Wish, str, list[Payment]]:
    """The wish, the netting and the payments. Raises MALFORMED; whether they clear is not asked here."""
    reader = FieldReader()
    wish = _wish(reader, request, caller)
    reader.id("netting_id", request.netting_id)
    reader.count("payments", len(request.payments), MOST_PAYMENTS, 0)
    payments: list[Payment] = []
    for index, each in enumerate(request.payments):
        at = f"payments[{index}]"
        reader.id(f"{at}.debtor_entity_id", each.debtor_entity_id)
        reader.id(f"{at}.creditor_entity_id", each.creditor_entity_id)
        reader.currency(f"{at}.amount.currency_code", each.amount.currency_code)
        payments.append(
            Payment(each.debtor_entity_id, each.creditor_entity_id, each.amount.currency_code, each.amount.minor_units)
        )
    reader.finish()
    return wish, request.netting_id, payments


def payments_command(
    request: messages.ApprovePaymentsRequest | messages.MarkPaymentsSentRequest, caller: str
) -> tuple[Wish, tuple[str, ...]]:
    """The wish and the payments. Raises MALFORMED."""
    reader = FieldReader()
    wish = _wish(reader, request, caller)
    ids = _payment_ids(reader, request.payment_ids, 1)
    reader.finish()
    return wish, ids


def payment_command(
    request: messages.ConfirmPaymentRequest
    | messages.FailPaymentRequest
    | messages.ResendPaymentRequest
    | messages.WithdrawPaymentRequest,
    caller: str,
) -> tuple[Wish, tuple[str, ...], str]:
    """The wish, the payment, and why (empty where nobody asks). Raises MALFORMED."""
    reader = FieldReader()
    wish = _wish(reader, request, caller)
    reader.id("payment_id", request.payment_id)
    reason = ""
    if isinstance(request, messages.FailPaymentRequest | messages.WithdrawPaymentRequest):
        reason = reader.text("reason", request.reason, LONGEST_TEXT)
    reader.finish()
    return wish, (request.payment_id,), reason


def open_dispute_request(request: messages.OpenDisputeRequest, caller: str) -> tuple[Wish, Subject, str]:
    """The wish, what is disputed, and why. Raises MALFORMED."""
    reader = FieldReader()
    wish = _wish(reader, request, caller)
    reader.text("line_id", request.line_id, LONGEST_LINE_ID)
    reader.optional_id("home_member_id", request.home_member_id)
    least, most = (1, 2**63 - 1) if request.home_member_id else (0, 0)
    reader.within("movement_sequence", request.movement_sequence, least, most)
    reason = reader.text("reason", request.reason, LONGEST_TEXT)
    reader.finish()
    return wish, Subject(request.line_id, request.home_member_id, request.movement_sequence), reason


def close_dispute_request(request: messages.CloseDisputeRequest, caller: str) -> tuple[Wish, str, str]:
    """The wish, the dispute and what was agreed. Raises MALFORMED."""
    reader = FieldReader()
    wish = _wish(reader, request, caller)
    reader.id("dispute_id", request.dispute_id)
    resolution = reader.text("resolution", request.resolution, LONGEST_TEXT)
    reader.finish()
    return wish, request.dispute_id, resolution


def netting_lookup(request: messages.GetNettingRequest) -> tuple[str, str]:
    """Program and netting. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("netting_id", request.netting_id)
    reader.finish()
    return request.program_id, request.netting_id


def invoice_lookup(request: messages.GetInvoiceRequest) -> tuple[str, str]:
    """Program and invoice. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.text("invoice_number", request.invoice_number, LONGEST_NAME)
    reader.finish()
    return request.program_id, request.invoice_number


def page_size(
    request: messages.ListNettingsRequest
    | messages.ListPaymentsRequest
    | messages.ListDisputesRequest
    | messages.ListInvoicesRequest,
) -> int:
    """How many are wanted; what narrows a list is checked too. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    if isinstance(request, messages.ListPaymentsRequest | messages.ListInvoicesRequest):
        reader.optional_id("netting_id", request.netting_id)
    if isinstance(request, messages.ListInvoicesRequest):
        reader.optional_id("entity_id", request.entity_id)
    if isinstance(request, messages.ListPaymentsRequest):
        reader.within("state", request.state, 0, max(netting_pb2.PaymentState.values()))
    size = read_page_size(reader, request.page_size)
    reader.finish()
    return size


def state_of(number: int) -> PaymentState | None:
    """The state that a request names; None: any."""
    if number == netting_pb2.PAYMENT_STATE_UNSPECIFIED:
        return None
    name = netting_pb2.PaymentState.Name(netting_pb2.PaymentState.ValueType(number))
    return PaymentState(name.removeprefix("PAYMENT_STATE_"))


def export_request(request: messages.ExportPaymentsRequest) -> ExportWish:
    """Which payments as what file. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.optional_id("netting_id", request.netting_id)
    if bool(request.netting_id) == bool(request.payment_ids):
        reader.fault("payment_ids", "either these or netting_id must be given")
    ids = _payment_ids(reader, request.payment_ids, 0)
    known = {each.value: each for each in FileFormat}
    if request.format not in known:
        reader.fault("format", "must be one of the formats of PaymentFileFormat")
    day = read_date(reader, "execution_date", request.execution_date) if request.execution_date else None
    reader.finish()
    return ExportWish(request.program_id, request.netting_id, ids, known[request.format], day)


def _wish(reader: FieldReader, request: _Command, caller: str) -> Wish:
    reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    reader.text("signed_name", request.signed_name, LONGEST_NAME)
    return Wish(request.program_id, Actor(caller, request.signed_name), request.request_id)


def _payment_ids(reader: FieldReader, ids: Iterable[str], least: int) -> tuple[str, ...]:
    given = tuple(ids)
    reader.count("payment_ids", len(given), MOST_PAYMENTS, least)
    for index, payment_id in enumerate(given):
        reader.id(f"payment_ids[{index}]", payment_id)
    return given
