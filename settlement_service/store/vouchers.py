"""Booking vouchers, in the transaction of whoever needs one: numbered, chained into the journal, added to the totals.

The order of locks, here journal head, series of numbers, totals, is told in request_keys.py.
"""

import asyncpg

from chassis.runtime.postgres import Connection, Database, Row
from settlement_service.domain import refusals
from settlement_service.domain.accounts import Account
from settlement_service.domain.command import Command
from settlement_service.domain.entry import Entry, Posting, voucher_source
from settlement_service.domain.voucher import (
    BookedVoucher,
    Voucher,
    VoucherEntry,
    VoucherKind,
    number_of,
    require_whole,
)
from settlement_service.store.appending import add_to_accounts, append_entries, lock_journals
from settlement_service.store.period_names import open_period
from settlement_service.store.request_keys import claim
from settlement_service.store.statements import SQL
from settlement_service.use_cases.period_ports import KeptVoucher

_NUMBER = SQL.number_voucher
_INSERT = SQL.insert_voucher
_READ = SQL.read_voucher
_READ_ENTRIES = SQL.read_voucher_entries
_LIST = SQL.list_vouchers
_HAS_HISTORY = SQL.entity_has_history


async def book_voucher(connection: Connection, voucher: Voucher) -> BookedVoucher:
    """Books it whole. Refuses VOUCHER_NOT_BALANCED, and PERIOD_CLOSED for a period that is closed; a voucher id that
    is taken breaks the key of the table."""
    require_whole(voucher.entries)
    await lock_journals(connection, [voucher.program])
    period = voucher.period_sequence or await open_period(connection, voucher.program)
    count = await connection.fetchval(_NUMBER, voucher.program, f"voucher {voucher.kind.value}")
    booked = BookedVoucher(voucher.voucher_id, number_of(voucher.kind, count), period)
    await _insert(connection, voucher, booked)
    source = voucher_source(voucher.program, voucher.voucher_id, period, voucher.post_time)
    entries = [Entry(source, entry.entity, entry.currency, entry.postings) for entry in voucher.entries]
    try:
        await append_entries(connection, entries)
    except asyncpg.CheckViolationError as error:
        if error.constraint_name == "period_is_open":
            raise refusals.period_closed(voucher.program, period) from error
        raise
    await add_to_accounts(connection, entries)
    return booked


async def _insert(connection: Connection, voucher: Voucher, booked: BookedVoucher) -> None:
    await connection.execute(
        _INSERT,
        voucher.program,
        voucher.voucher_id,
        booked.number,
        voucher.kind.value,
        booked.period_sequence,
        voucher.reason,
        voucher.caller,
        voucher.signed_name,
        voucher.subject_id,
        voucher.document,
        voucher.post_time,
    )


class VouchersStore:
    """Vouchers in PostgreSQL (port `Vouchers`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(self, command: Command, voucher: Voucher) -> str:
        """As the port says."""

        async def work(connection: Connection) -> str:
            before = await claim(connection, command, voucher.voucher_id)
            if before is not None:
                return before
            await book_voucher(connection, voucher)
            return voucher.voucher_id

        return await self._database.in_transaction(work)

    async def find(self, program: str, voucher_id: str) -> KeptVoucher | None:
        """As the port says."""
        row = await self._database.fetchrow(_READ, program, voucher_id)
        if row is None:
            return None
        entries = await self._database.fetch(_READ_ENTRIES, program, voucher_id)
        return _kept(program, row, tuple(map(_entry, entries)))

    async def page(
        self, program: str, after: str, period_sequence: int, kind: VoucherKind | None, limit: int
    ) -> list[KeptVoucher]:
        """As the port says."""
        rows = await self._database.fetch(_LIST, program, after, period_sequence, kind.value if kind else "", limit)
        return [_kept(program, row, ()) for row in rows]

    async def has_history(self, program: str, entity: str) -> bool:
        """As the port says."""
        return bool(await self._database.fetchval(_HAS_HISTORY, program, entity))


def _kept(program: str, row: Row, entries: tuple[VoucherEntry, ...]) -> KeptVoucher:
    voucher = Voucher(
        program=program,
        voucher_id=row["voucher_id"],
        kind=VoucherKind(row["kind"]),
        reason=row["reason"],
        caller=row["caller"],
        signed_name=row["signed_name"],
        subject_id=row["subject_id"],
        document=row["document"],
        post_time=row["post_time"],
        entries=entries,
        period_sequence=row["period_sequence"],
    )
    return KeptVoucher(voucher, BookedVoucher(row["voucher_id"], row["number"], row["period_sequence"]))


def _entry(row: Row) -> VoucherEntry:
    postings = zip(row["accounts"], row["counterparties"], row["amounts"], strict=True)
    return VoucherEntry(
        row["entity_id"],
        row["currency_code"],
        tuple(Posting(Account(account), counterparty, amount) for account, counterparty, amount in postings),
    )
