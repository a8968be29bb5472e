"""One command of netting and paying, in one transaction (ports `Desks` and `Desk`).

The lock of the program's desk lets commands run one after the other, so that what a command read is true until it has
written. The order of all locks is told in request_keys.py.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import cast

from chassis.runtime.postgres import Connection, Database
from settlement_service.domain import netting_refusals
from settlement_service.domain.command import Command
from settlement_service.domain.netting.documents import line_document, text_of
from settlement_service.domain.netting.open_lines import OpenLine
from settlement_service.domain.netting.payment_states import PaymentRecord, Step
from settlement_service.domain.netting.proposal import Proposal
from settlement_service.domain.netting.records import Closing, DisputeRecord, InvoiceRecord, NettingRecord
from settlement_service.domain.voucher import BookedVoucher, Voucher
from settlement_service.store.netting_rows import dispute_of, netting_of, payment_of
from settlement_service.store.open_lines import netted_by, open_lines_of
from settlement_service.store.request_keys import made_before, remember
from settlement_service.store.statements import SQL
from settlement_service.store.vouchers import book_voucher
from settlement_service.use_cases.netting_ports import CarriedOut, Desk

_LOCK = SQL.lock_netting_desk
_NEXT_NUMBERS = SQL.next_numbers
_READ_CLOSED_PERIOD = SQL.read_closed_period
_READ_LAST_CLOSED = SQL.read_last_closed
_READ_OBLIGATION = SQL.read_movement_obligation
_READ_LAST_NETTING = SQL.read_last_netting
_ADD_NETTING = SQL.add_netting
_ADD_LINES = SQL.add_netting_lines
_ADD_PAYMENTS = SQL.add_payments
_ADD_STEPS = SQL.add_payment_steps
_ADD_INVOICES = SQL.add_invoices
_READ_NETTING = SQL.read_netting
_READ_PAYMENTS = SQL.read_payments
_READ_PAYMENTS_BY_ID = SQL.read_payments_by_id
_READ_OPEN_DISPUTE = SQL.read_open_dispute
_ADD_DISPUTE = SQL.add_dispute
_READ_DISPUTE = SQL.read_dispute
_END_DISPUTE = SQL.end_dispute

_ALL = 2**31 - 1


class NettingDesks:
    """Carries commands out in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def carry_out(self, command: Command, work: Callable[[Desk], Awaitable[str]]) -> CarriedOut:
        """As the port says."""

        async def once(connection: Connection) -> CarriedOut:
            if (made := await made_before(connection, command)) is not None:
                return CarriedOut(made, replayed=True)
            await connection.execute(_LOCK, command.program)
            outcome = await work(_Desk(connection, command.program))
            await remember(connection, command, outcome)
            return CarriedOut(outcome, replayed=False)

        return await self._database.in_transaction(once)


class _Desk:
    """As the port says, on one connection."""

    def __init__(self, connection: Connection, program: str) -> None:
        self._connection = connection
        self._program = program

    async def closed_sequence(self, period: str) -> int | None:
        return cast(int | None, await self._connection.fetchval(_READ_CLOSED_PERIOD, self._program, period))

    async def last_closed(self) -> int:
        return cast(int, await self._connection.fetchval(_READ_LAST_CLOSED, self._program))

    async def lines(self, up_to: int) -> tuple[OpenLine, ...]:
        return await open_lines_of(self._connection, self._program, up_to)

    async def netted_by(self, line_ids: Sequence[str]) -> Mapping[str, str]:
        return await netted_by(self._connection, self._program, line_ids)

    async def obligation_of(self, home: str, movement: int, line: OpenLine) -> int:
        own, key = line.line, (self._program, home, movement, line.sequence, line.source.brand)
        return int(await self._connection.fetchval(_READ_OBLIGATION, *key, own.debtor, own.creditor, own.currency))

    async def last_netting(self, sequence: int) -> str | None:
        return cast(str | None, await self._connection.fetchval(_READ_LAST_NETTING, self._program, sequence))

    async def next_numbers(self, series: str, count: int) -> Sequence[int]:
        if count == 0:
            return ()
        last = cast(int, await self._connection.fetchval(_NEXT_NUMBERS, self._program, series, count))
        return range(last - count + 1, last + 1)

    async def book(self, voucher: Voucher) -> BookedVoucher:
        return await book_voucher(self._connection, voucher)

    async def add_netting(self, netting: NettingRecord, proposal: Proposal) -> None:
        await self._connection.execute(
            _ADD_NETTING,
            self._program,
            netting.netting_id,
            netting.sequence,
            proposal.terms.method.value,
            proposal.terms.settlement_currency,
            proposal.revision,
            netting.document,
            netting.hash,
            netting.actor.caller,
            netting.actor.signed_name,
            netting.post_time,
        )
        lines = [each.line for each in proposal.lines]
        await self._connection.execute(
            _ADD_LINES,
            self._program,
            netting.netting_id,
            [line.line_id for line in lines],
            [line.debtor for line in lines],
            [line.creditor for line in lines],
            [line.currency for line in lines],
            [line.minor_units for line in lines],
            [line.disputed for line in lines],
        )

    async def add_payments(self, payments: Sequence[PaymentRecord]) -> None:
        if not payments:
            return
        await self._connection.execute(
            _ADD_PAYMENTS,
            self._program,
            payments[0].netting_id,
            [each.payment_id for each in payments],
            [each.debtor for each in payments],
            [each.creditor for each in payments],
            [each.amount.currency_code for each in payments],
            [each.amount.minor_units for each in payments],
            [each.document for each in payments],
        )
        await self._steps([(each.payment_id, 1) for each in payments], payments[0].steps[0])

    async def add_step(self, payments: Sequence[PaymentRecord], step: Step) -> None:
        await self._steps([(each.payment_id, len(each.steps) + 1) for each in payments], step)

    async def _steps(self, numbered: Sequence[tuple[str, int]], step: Step) -> None:
        await self._connection.execute(
            _ADD_STEPS,
            self._program,
            [payment_id for payment_id, _ in numbered],
            [number for _, number in numbered],
            step.state.value,
            step.actor.caller,
            step.actor.signed_name,
            step.reason,
            step.time,
        )

    async def add_invoices(self, netting: NettingRecord, invoices: Sequence[InvoiceRecord]) -> None:
        await self._connection.execute(
            _ADD_INVOICES,
            self._program,
            netting.netting_id,
            [each.number for each in invoices],
            [each.issuer for each in invoices],
            [each.recipient for each in invoices],
            [each.total.currency_code for each in invoices],
            [each.total.minor_units for each in invoices],
            [each.document for each in invoices],
            netting.post_time,
        )

    async def netting(self, netting_id: str) -> NettingRecord:
        row = await self._connection.fetchrow(_READ_NETTING, self._program, netting_id)
        if row is None:
            raise netting_refusals.netting_not_found(netting_id)
        return netting_of(row)

    async def payments_of(self, netting_id: str) -> list[PaymentRecord]:
        rows = await self._connection.fetch(_READ_PAYMENTS, self._program, netting_id, "", "", _ALL)
        return [payment_of(row) for row in rows]

    async def payments(self, payment_ids: Collection[str]) -> list[PaymentRecord]:
        rows = await self._connection.fetch(_READ_PAYMENTS_BY_ID, self._program, list(payment_ids))
        return all_found([payment_of(row) for row in rows], payment_ids)

    async def open_dispute(self, line_id: str) -> str | None:
        return cast(str | None, await self._connection.fetchval(_READ_OPEN_DISPUTE, self._program, line_id))

    async def add_dispute(self, dispute: DisputeRecord) -> None:
        await self._connection.execute(
            _ADD_DISPUTE,
            self._program,
            dispute.dispute_id,
            dispute.line.line.line_id,
            dispute.parent,
            dispute.line.sequence,
            text_of(line_document(dispute.line)),
            dispute.reason,
            dispute.actor.caller,
            dispute.actor.signed_name,
            dispute.open_time,
        )

    async def dispute(self, dispute_id: str) -> DisputeRecord:
        row = await self._connection.fetchrow(_READ_DISPUTE, self._program, dispute_id)
        if row is None:
            raise netting_refusals.dispute_not_found(dispute_id)
        return dispute_of(row)

    async def end_dispute(self, dispute_id: str, closing: Closing) -> None:
        actor = closing.actor
        await self._connection.execute(
            _END_DISPUTE,
            self._program,
            dispute_id,
            actor.caller,
            actor.signed_name,
            closing.resolution,
            closing.time,
        )


def all_found(payments: list[PaymentRecord], payment_ids: Collection[str]) -> list[PaymentRecord]:
    """`payments` if they are all that were asked for. Refuses PAYMENT_NOT_FOUND."""
    missing = sorted(set(payment_ids) - {each.payment_id for each in payments})
    if missing:
        raise netting_refusals.payment_not_found(missing[0])
    return payments
