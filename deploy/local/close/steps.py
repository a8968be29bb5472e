"""The steps of a close, in the order of docs/runbooks/closing-a-period.md. Each is safe to repeat."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from loyalty.settlement.v1 import (
    netting_pb2,
    netting_service_pb2,
    period_pb2,
    period_service_pb2,
    reconciliation_pb2,
    reconciliation_service_pb2,
    statement_pb2,
    statement_service_pb2,
)

from chassis.values.refusal import Refusal
from deploy.local.demo.patience import patiently
from deploy.local.finance import Finance

_LOOK_SECONDS = 0.1
_LOOKS = 600
_EXPORTABLE = (netting_pb2.PAYMENT_STATE_APPROVED, netting_pb2.PAYMENT_STATE_SENT)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in finance: a name to sign with, and a token of her own."""

    name: str
    finance: Finance


@dataclass(frozen=True, slots=True)
class People:
    """Who closes, who pays, and who approves what is paid."""

    accountant: Person
    treasurer: Person
    approver: Person


@dataclass(frozen=True, slots=True)
class Closed:
    """A period as it was signed, and what it was held against: the ledger's own sums, and the agreements."""

    period: period_pb2.Period
    ledger: reconciliation_pb2.Reconciliation
    prices: reconciliation_pb2.Reconciliation


@dataclass(frozen=True, slots=True)
class Paid:
    """A netting with its invoices and its payments, confirmed."""

    netting: netting_pb2.NettingSummary
    document: netting_pb2.NettingDocument
    invoices: list[netting_pb2.Invoice]
    payments: list[netting_pb2.Payment]


async def close(accountant: Person, program: str, period: str) -> Closed:
    """Cuts the period, reconciles it at its cut, and signs it off."""
    periods = accountant.finance.periods
    await patiently(lambda: periods.BeginClose(period_service_pb2.BeginCloseRequest(program_id=program, period=period)))
    await _until_booked(accountant, program, period)
    ledger = await _reconcile(accountant, program, period, reconciliation_pb2.RECONCILIATION_KIND_LEDGER)
    prices = await _reconcile(accountant, program, period, reconciliation_pb2.RECONCILIATION_KIND_PRICES)
    sign = period_service_pb2.ClosePeriodRequest(
        program_id=program,
        period=period,
        request_id=f"close-{period}",
        signed_name=accountant.name,
        note="closed by the demo",
    )
    signed = (await patiently(lambda: periods.ClosePeriod(sign))).period
    return Closed(signed, ledger, prices)


async def _reconcile(
    accountant: Person, program: str, period: str, kind: "reconciliation_pb2.ReconciliationKind.ValueType"
) -> reconciliation_pb2.Reconciliation:
    name = reconciliation_pb2.ReconciliationKind.Name(kind).removeprefix("RECONCILIATION_KIND_").lower()
    request = reconciliation_service_pb2.RunReconciliationRequest(
        program_id=program, kind=kind, period=period, request_id=f"close-{period}-{name}"
    )
    return (await patiently(lambda: accountant.finance.reconciliation.RunReconciliation(request))).reconciliation


async def _until_booked(accountant: Person, program: str, period: str) -> None:
    """Waits until the books hold everything of the period."""
    request = period_service_pb2.GetPeriodRequest(program_id=program, period=period)
    for _ in range(_LOOKS):
        try:
            answer = await accountant.finance.periods.GetPeriod(request)
            if answer.period.stage != statement_pb2.PERIOD_STAGE_OPEN and not answer.period.missing_barriers:
                return
        except Refusal as refusal:
            if refusal.reason != "PERIOD_NOT_FOUND":
                raise
        await asyncio.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"settlement did not book all of {period}")


async def pay(people: People, program: str, period: str, folder: Path) -> Paid | None:
    """Nets what is owed up to the end of a closed period and brings every payment to its end; None if nobody owes
    anybody. The file for the bank is written into `folder` once the payments are approved."""
    netting = people.treasurer.finance.netting
    propose = netting_service_pb2.ProposeNettingRequest(
        program_id=program, period=period, request_id=f"net-{period}", signed_name=people.treasurer.name
    )
    try:
        proposed = await patiently(lambda: netting.ProposeNetting(propose))
    except Refusal as refusal:
        if refusal.reason != "NOTHING_TO_NET":
            raise
        return None
    if any(payment.state != netting_pb2.PAYMENT_STATE_CONFIRMED for payment in proposed.payments):
        ids = [payment.payment_id for payment in proposed.payments]
        await _carry_out(people, program, period, ids, folder)
    netting_id = proposed.netting.netting_id
    invoices = await netting.ListInvoices(
        netting_service_pb2.ListInvoicesRequest(program_id=program, netting_id=netting_id, page_size=1_000)
    )
    now = await netting.GetNetting(netting_service_pb2.GetNettingRequest(program_id=program, netting_id=netting_id))
    return Paid(now.netting, now.document, list(invoices.invoices), list(now.payments))


async def _carry_out(people: People, program: str, period: str, ids: list[str], folder: Path) -> None:
    approver, treasurer = people.approver, people.treasurer
    approved = await approver.finance.netting.ApprovePayments(
        netting_service_pb2.ApprovePaymentsRequest(
            program_id=program, payment_ids=ids, request_id=f"approve-{period}", signed_name=approver.name
        )
    )
    if all(payment.state in _EXPORTABLE for payment in approved.payments):
        await _write_for_the_bank(treasurer, program, period, ids, folder)
    await treasurer.finance.netting.MarkPaymentsSent(
        netting_service_pb2.MarkPaymentsSentRequest(
            program_id=program, payment_ids=ids, request_id=f"send-{period}", signed_name=treasurer.name
        )
    )
    for number in ids:
        await treasurer.finance.netting.ConfirmPayment(
            netting_service_pb2.ConfirmPaymentRequest(
                program_id=program, payment_id=number, request_id=f"confirm-{number}", signed_name=treasurer.name
            )
        )


async def _write_for_the_bank(treasurer: Person, program: str, period: str, ids: list[str], folder: Path) -> None:
    request = netting_service_pb2.ExportPaymentsRequest(
        program_id=program, payment_ids=ids, format=netting_service_pb2.PAYMENT_FILE_FORMAT_PAIN_001
    )
    parts = [part.data async for part in treasurer.finance.netting.ExportPayments(request)]
    _write(folder / f"payments-{period}.xml", parts)


def taken_away(period: str, folder: Path) -> list[Path]:
    """All that was written for a period, by name."""
    return sorted(folder.glob(f"*-{period}.*"))


async def export(person: Person, program: str, period: str, entities: list[str], folder: Path) -> None:
    """Writes what finance takes away besides the file for the bank: a statement of each entity, and the journal."""
    statements = person.finance.statements
    for entity in entities:
        statement = statement_service_pb2.ExportStatementRequest(
            program_id=program,
            entity_id=entity,
            period=period,
            format=statement_service_pb2.STATEMENT_FORMAT_HTML,
        )
        parts = [part.data async for part in statements.ExportStatement(statement)]
        _write(folder / f"statement-{entity}-{period}.html", parts)
    journal = statement_service_pb2.ExportJournalRequest(
        program_id=program, from_period=period, to_period=period, format=statement_service_pb2.JOURNAL_FORMAT_CSV
    )
    rows = [part.data async for part in statements.ExportJournal(journal)]
    _write(folder / f"journal-{period}.csv", rows)


def _write(path: Path, parts: list[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(parts))
