"""Reading the books (port `Books`). What belongs together is read in one snapshot, with the cursor it is true at.

Totals come as numeric and become exact integers of any size; whether one fits the wire is asked where it is written.
"""

from collections.abc import Sequence

from chassis.runtime.postgres import Connection, Database, Row
from chassis.values.money import Money
from settlement_service.domain.books import Debt, ListedEntry, ListedPosting, Vector
from settlement_service.domain.reconciliation import (
    Figures,
    carrying_figure,
    claim_figure,
    closing_figure,
    obligation_figure,
    points_figure,
    receivable_figure,
    reserve_figure,
)
from settlement_service.store.statements import SQL

_READ_CURSOR = SQL.read_cursor
_READ_DEBTS = SQL.read_debts
_READ_BRANDS_WITH_HISTORY = SQL.read_brands_with_history
_LIST_ENTRIES = SQL.list_entries
_LIST_ENTRIES_OF_ENTITY = SQL.list_entries_of_entity
_RECOUNT_POINTS = SQL.recount_points
_RECOUNT_OUTSTANDING = SQL.recount_outstanding
_RECOUNT_ACCOUNTS = SQL.recount_accounts


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

    async def recount(self, program: str) -> tuple[Vector, Figures]:
        """As the port says: from movements and journal, not from the running totals."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            up_to = await _up_to(connection)
            points = await connection.fetch(_RECOUNT_POINTS, program)
            outstanding = await connection.fetch(_RECOUNT_OUTSTANDING, program)
            accounts = await connection.fetch(_RECOUNT_ACCOUNTS, program)
        figures: Figures = {points_figure(row["brand_id"], row["kind"]): int(row["points"]) for row in points}
        for row in outstanding:
            figures[closing_figure(row["brand_id"])] = int(row["outstanding"])
            figures[receivable_figure(row["brand_id"])] = int(row["debt"])
        for row in accounts:
            _add_account(figures, row)
        return up_to, figures


async def _up_to(connection: Connection) -> Vector:
    return _positions(await connection.fetch(_READ_CURSOR))


def _positions(rows: Sequence[Row]) -> Vector:
    return {row["partition"]: row["position"] for row in rows}


def _add_account(figures: Figures, row: Row) -> None:
    """The ledger states liabilities and debts as positive, receivables as negative amounts."""
    entity, currency, counterparty, balance = (
        row["entity_id"],
        row["currency_code"],
        row["counterparty"],
        int(row["balance"]),
    )
    match row["account"]:
        case "due_to":
            figures[obligation_figure(entity, counterparty, currency)] = -balance
        case "due_from":
            figures[claim_figure(counterparty, entity, currency)] = balance
        case "points_liability":
            figures[carrying_figure(entity, currency, "liability")] = -balance
        case "reserve_held":
            figures[reserve_figure(entity, counterparty, currency)] = -balance
        case _:
            figures[carrying_figure(entity, currency, "receivable")] = -balance


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
    )
