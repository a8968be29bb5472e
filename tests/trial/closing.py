"""A month's close as three finance people do it, through settlement's stubs, and what it found."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from loyalty.settlement.v1 import (
    as_of_pb2,
    books_pb2,
    netting_pb2,
    netting_service_pb2,
    period_pb2,
    period_service_pb2,
    reconciliation_pb2,
    reconciliation_service_pb2,
    settlement_service_pb2,
    statement_service_pb2,
)
from loyalty.type.v1 import log_position_pb2

from chassis.values.refusal import Refusal
from deploy.local.finance import Finance, open_finance
from deploy.local.mesh import open_mesh
from deploy.local.stack import LocalStack
from tests.support.mesh import ALL_ROLES, Till

BOOKED_WITHIN_SECONDS = 120
CALL_SECONDS = 180
"""Every checker over half a year takes longer than a till waits."""
BETWEEN = frozenset({"due_to", "due_from", "netting_clearing"})
"""Accounts between entities: zero once everything is paid."""


@dataclass(slots=True)
class Closed:
    """A closed month: its sign-off, its two reconciliations, each brand's roll-forward, each entity's trial balances at
    the cut, the netting (None if nobody owed anybody) with its payments and the file of them, and what stood between
    entities once they were paid. `seconds` are by step."""

    period: period_pb2.Period
    ledger: reconciliation_pb2.Reconciliation
    prices: reconciliation_pb2.Reconciliation
    brands: Sequence[books_pb2.BrandBooks]
    balances: dict[str, Sequence[books_pb2.TrialBalance]]
    netting: netting_service_pb2.GetNettingResponse | None
    payments_file: bytes
    open_after: dict[str, dict[tuple[str, str], int]]
    barriers: Sequence[log_position_pb2.LogPosition]
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """Three people in the finance of one program, each with a token of her own."""

    program: str
    entities: Sequence[str]
    accountant: Finance
    treasurer: Finance
    approver: Finance

    async def close(self, period: str) -> Closed:
        """Cuts, waits until it is booked, reconciles, signs, nets, pays."""
        seconds: dict[str, float] = {}
        with _timed(seconds, "cut"):
            begin = period_service_pb2.BeginCloseRequest(program_id=self.program, period=period)
            cut = await self.accountant.periods.BeginClose(begin)
        with _timed(seconds, "books behind"):
            await self._until_booked(period)
        with _timed(seconds, "ledger"):
            ledger = await self._reconcile(period, reconciliation_pb2.RECONCILIATION_KIND_LEDGER)
        with _timed(seconds, "prices"):
            prices = await self._reconcile(period, reconciliation_pb2.RECONCILIATION_KIND_PRICES)
        with _timed(seconds, "close"):
            signed = await self._sign(period)
        with _timed(seconds, "pay"):
            netting, file = await self._pay(period)
        with _timed(seconds, "read"):
            brands = await self._brands(period)
            balances = {entity: await self._balances(entity, period) for entity in self.entities}
            after = {entity: await self._between(entity) for entity in self.entities}
        return Closed(signed, ledger, prices, brands, balances, netting, file, after, cut.barriers, seconds)

    async def _until_booked(self, period: str) -> None:
        request = period_service_pb2.GetPeriodRequest(program_id=self.program, period=period)
        async with asyncio.timeout(BOOKED_WITHIN_SECONDS):
            while True:
                try:
                    if (await self.accountant.periods.GetPeriod(request)).period.missing_barriers == 0:
                        return
                except Refusal as refusal:
                    # No barrier is booked yet.
                    if refusal.reason != "PERIOD_NOT_FOUND":
                        raise
                await asyncio.sleep(0.05)

    async def _reconcile(
        self, period: str, kind: "reconciliation_pb2.ReconciliationKind.ValueType"
    ) -> reconciliation_pb2.Reconciliation:
        request = reconciliation_service_pb2.RunReconciliationRequest(
            program_id=self.program, kind=kind, period=period, request_id=f"trial-{period}-{kind}"
        )
        return (await self.accountant.reconciliation.RunReconciliation(request)).reconciliation

    async def _sign(self, period: str) -> period_pb2.Period:
        request = period_service_pb2.ClosePeriodRequest(
            program_id=self.program, period=period, request_id=f"trial-{period}", signed_name="Ada Ledger"
        )
        return (await self.accountant.periods.ClosePeriod(request)).period

    async def journal(self) -> bytes:
        """The whole journal, with what was booked since the last cut, as CSV."""
        request = statement_service_pb2.ExportJournalRequest(
            program_id=self.program, format=statement_service_pb2.JOURNAL_FORMAT_CSV
        )
        return b"".join([part.data async for part in self.accountant.statements.ExportJournal(request)])

    async def _pay(self, period: str) -> tuple[netting_service_pb2.GetNettingResponse | None, bytes]:
        wish = {"program_id": self.program, "signed_name": "Theo Bank"}
        propose = netting_service_pb2.ProposeNettingRequest(period=period, request_id=f"net-{period}", **wish)
        try:
            proposed = await self.treasurer.netting.ProposeNetting(propose)
        except Refusal as refusal:
            if refusal.reason == "NOTHING_TO_NET":
                return None, b""
            raise
        ids, file = [payment.payment_id for payment in proposed.payments], b""
        if ids:
            approve = netting_service_pb2.ApprovePaymentsRequest(
                program_id=self.program, payment_ids=ids, request_id=f"approve-{period}", signed_name="Nora Second"
            )
            await self.approver.netting.ApprovePayments(approve)
            file = await self._payments_file(ids)
            await self.treasurer.netting.MarkPaymentsSent(
                netting_service_pb2.MarkPaymentsSentRequest(payment_ids=ids, request_id=f"send-{period}", **wish)
            )
        for number in ids:
            await self.treasurer.netting.ConfirmPayment(
                netting_service_pb2.ConfirmPaymentRequest(payment_id=number, request_id=f"confirm-{number}", **wish)
            )
        made = netting_service_pb2.GetNettingRequest(program_id=self.program, netting_id=proposed.netting.netting_id)
        return await self.treasurer.netting.GetNetting(made), file

    async def _payments_file(self, ids: Sequence[str]) -> bytes:
        request = netting_service_pb2.ExportPaymentsRequest(
            program_id=self.program, payment_ids=ids, format=netting_service_pb2.PAYMENT_FILE_FORMAT_CSV
        )
        return b"".join([part.data async for part in self.treasurer.netting.ExportPayments(request)])

    async def _brands(self, period: str) -> Sequence[books_pb2.BrandBooks]:
        request = settlement_service_pb2.GetBrandBooksRequest(
            program_id=self.program,
            as_of=as_of_pb2.AsOf(period=period),
            span=settlement_service_pb2.SPAN_BEGINNING_PERIOD,
        )
        return (await self.accountant.books.GetBrandBooks(request)).brands

    async def _balances(self, entity: str, period: str = "") -> Sequence[books_pb2.TrialBalance]:
        as_of = as_of_pb2.AsOf(period=period) if period else None
        request = settlement_service_pb2.GetTrialBalanceRequest(program_id=self.program, entity_id=entity, as_of=as_of)
        return (await self.accountant.books.GetTrialBalance(request)).balances

    async def _between(self, entity: str) -> dict[tuple[str, str], int]:
        return {
            (balance.currency_code, line.account): line.debit - line.credit
            for balance in await self._balances(entity)
            for line in balance.lines
            if line.account in BETWEEN and line.debit != line.credit
        }


def payments_clear(netting: netting_service_pb2.GetNettingResponse) -> bool:
    """True if confirmed payments bring every net to zero, and all nets of a currency sum to zero."""
    for currency in netting.document.currencies:
        left = {net.entity_id: net.net_minor_units for net in currency.nets}
        if sum(left.values()) != 0:
            return False
        for payment in netting.payments:
            if (payment.amount.currency_code, payment.state) != (
                currency.currency_code,
                netting_pb2.PAYMENT_STATE_CONFIRMED,
            ):
                continue
            left[payment.debtor_entity_id] += payment.amount.minor_units
            left[payment.creditor_entity_id] -= payment.amount.minor_units
        if any(left.values()):
            return False
    return True


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[step] = time.monotonic() - began


@asynccontextmanager
async def open_desk(stack: LocalStack, program: str, entities: Sequence[str]) -> AsyncIterator[Desk]:
    """The three of them at the running mesh."""
    async with AsyncExitStack() as opened:
        people = [
            await opened.enter_async_context(
                open_finance(
                    stack.peer, stack.token(who, programs=[program], roles=["FINANCE"]), timeout_seconds=CALL_SECONDS
                )
            )
            for who in ("accountant", "treasurer", "approver")
        ]
        yield Desk(program, entities, *people)


@asynccontextmanager
async def open_patient_till(stack: LocalStack, program: str) -> AsyncIterator[Till]:
    """A till that also asks every checker, and waits for the answer."""
    token = stack.token("till", programs=[program], roles=ALL_ROLES)
    async with open_mesh(stack.peer, token, timeout_seconds=CALL_SECONDS) as mesh:
        yield Till(mesh, program)
