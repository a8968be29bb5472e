"""Reading nettings, payments, invoices and disputes (port `Nettings`)."""

from collections.abc import Collection

from chassis.runtime.postgres import Database
from settlement_service.domain import netting_refusals
from settlement_service.domain.netting.open_lines import OpenLine
from settlement_service.domain.netting.payment_states import PaymentRecord, PaymentState
from settlement_service.domain.netting.records import DisputeRecord, NettingRecord
from settlement_service.store.netting_desk import all_found
from settlement_service.store.netting_rows import dispute_of, netting_of, payment_of
from settlement_service.store.open_lines import open_lines_of
from settlement_service.store.statements import SQL

_READ_CLOSED_PERIOD = SQL.read_closed_period
_READ_NETTING = SQL.read_netting
_LIST_NETTINGS = SQL.list_nettings
_READ_PAYMENTS = SQL.read_payments
_READ_PAYMENTS_BY_ID = SQL.read_payments_by_id
_READ_INVOICE = SQL.read_invoice
_LIST_INVOICES = SQL.list_invoices
_READ_DISPUTE = SQL.read_dispute
_LIST_DISPUTES = SQL.list_disputes


class NettingsStore:
    """Nettings in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(self, program: str, period: str) -> tuple[OpenLine, ...]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            sequence = await connection.fetchval(_READ_CLOSED_PERIOD, program, period)
            if sequence is None:
                raise netting_refusals.period_not_closed(program, period)
            return await open_lines_of(connection, program, sequence)

    async def netting(self, program: str, netting_id: str) -> NettingRecord:
        """As the port says."""
        row = await self._database.fetchrow(_READ_NETTING, program, netting_id)
        if row is None:
            raise netting_refusals.netting_not_found(netting_id)
        return netting_of(row)

    async def nettings(self, program: str, below: str, limit: int) -> list[NettingRecord]:
        """As the port says."""
        return [netting_of(row) for row in await self._database.fetch(_LIST_NETTINGS, program, below, limit)]

    async def payments(
        self, program: str, netting_id: str, state: PaymentState | None, after: str, limit: int
    ) -> list[PaymentRecord]:
        """As the port says."""
        wanted = state.value if state is not None else ""
        rows = await self._database.fetch(_READ_PAYMENTS, program, netting_id, wanted, after, limit)
        return [payment_of(row) for row in rows]

    async def payments_by_id(self, program: str, payment_ids: Collection[str]) -> list[PaymentRecord]:
        """As the port says."""
        rows = await self._database.fetch(_READ_PAYMENTS_BY_ID, program, list(payment_ids))
        return all_found([payment_of(row) for row in rows], payment_ids)

    async def invoice(self, program: str, number: str) -> str:
        """As the port says."""
        row = await self._database.fetchrow(_READ_INVOICE, program, number)
        if row is None:
            raise netting_refusals.invoice_not_found(number)
        return str(row["document"])

    async def invoices(
        self, program: str, netting_id: str, entity: str, after: str, limit: int
    ) -> list[tuple[str, str]]:
        """As the port says."""
        rows = await self._database.fetch(_LIST_INVOICES, program, netting_id, entity, after, limit)
        return [(row["number"], row["document"]) for row in rows]

    async def dispute(self, program: str, dispute_id: str) -> DisputeRecord:
        """As the port says."""
        row = await self._database.fetchrow(_READ_DISPUTE, program, dispute_id)
        if row is None:
            raise netting_refusals.dispute_not_found(dispute_id)
        return dispute_of(row)

    async def disputes(self, program: str, open_only: bool, below: str, limit: int) -> list[DisputeRecord]:
        """As the port says."""
        rows = await self._database.fetch(_LIST_DISPUTES, program, open_only, below, limit)
        return [dispute_of(row) for row in rows]
