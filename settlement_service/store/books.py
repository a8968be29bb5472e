"""Reading the books (port `Books`). What belongs together is read in one snapshot, with the cursor it is true at.

Totals come as numeric and become exact integers of any size; whether one fits the wire is asked where it is written.
"""

from collections.abc import Sequence

from chassis.runtime.postgres import Connection, Database, Row
from chassis.values.money import Money
from settlement_service.domain.books import Debt, ListedEntry, ListedPoints, ListedPosting, Vector
from settlement_service.store.statements import SQL

_READ_CURSOR = SQL.read_cursor
_READ_DEBTS = SQL.read_debts
_READ_BRANDS_WITH_HISTORY = SQL.read_brands_with_history
_LIST_ENTRIES = SQL.list_entries
_LIST_ENTRIES_OF_ENTITY = SQL.list_entries_of_entity


class BooksStore:
    """The books in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def positions(self) -> Vector:
        """As the port says."""
        return _positions(await self._database.fetch(_READ_CURSOR))

    async def debts(self, program: str) -> tuple[Vector, list[Debt]]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            up_to = await _up_to(connection)
            rows = await connection.fetch(_READ_DEBTS, program)
        return up_to, [
            Debt(row["debtor"], row["creditor"], Money(row["currency_code"], int(row["minor_units"]))) for row in rows
        ]

    async def brands_with_history(self, program: str) -> frozenset[str]:
        """As the port says."""
        rows = await self._database.fetch(_READ_BRANDS_WITH_HISTORY, program)
        return frozenset(row["brand_id"] for row in rows)

    async def entries(self, program: str, entity: str, after: int, limit: int) -> list[ListedEntry]:
        """As the port says."""
        if entity:
            rows = await self._database.fetch(_LIST_ENTRIES_OF_ENTITY, program, after, limit, entity)
        else:
            rows = await self._database.fetch(_LIST_ENTRIES, program, after, limit)
        return [_entry(row) for row in rows]


async def _up_to(connection: Connection) -> Vector:
    return _positions(await connection.fetch(_READ_CURSOR))


def _positions(rows: Sequence[Row]) -> Vector:
    return {row["partition"]: row["position"] for row in rows}


def _entry(row: Row) -> ListedEntry:
    postings = zip(row["accounts"], row["counterparties"], row["amounts"], strict=True)
    return ListedEntry(
        number=row["entry_number"],
        entity=row["entity_id"],
        currency=row["currency_code"],
        kind=row["kind"],
        home=row["home_member_id"],
        movement_sequence=row["movement_sequence"],
        accrual_id=row["accrual_id"],
        rule_version=row["rule_version"],
        order_id=row["order_id"],
        line_number=row["line_number"],
        partition=row["partition"],
        position=row["position"],
        post_time=row["post_time"],
        postings=tuple(ListedPosting(*posting) for posting in postings),
        points=tuple(map(ListedPoints, row["point_accounts"], row["point_amounts"])),
        voucher_id=row["voucher_id"],
        cause=row["cause"],
        cause_id=row["cause_id"],
        event_revision=row["event_revision"],
        accrual_revision=row["accrual_revision"],
        period_sequence=row["period_sequence"],
    )
