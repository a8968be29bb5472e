"""The journal with its lineage (port `JournalReading`): page after page by entry number, each its own statement, so
that an export of hours holds no snapshot. Entries are numbered in the order of their commits and never change, so
pages of different moments are pages of one journal."""

from collections.abc import AsyncIterator, Sequence
from itertools import count

from chassis.runtime.postgres import Database, Row
from settlement_service.domain.exported import ExportedEntry, ExportedPosting, Extent
from settlement_service.domain.journal_columns import ENTRY_COLUMNS
from settlement_service.store.statements import SQL

_BOUNDS = SQL.read_journal_bounds
_ENTITIES = SQL.list_booked_entities
_EXPORT = SQL.export_entries
_EXPORT_OF_ENTITY = SQL.export_entries_of_entity

_LINEAGE = len(ENTRY_COLUMNS)


class JournalReadingStore:
    """The journal in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def extent(self, program: str, first: int, last: int) -> Extent:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            entities = [row["entity_id"] for row in await connection.fetch(_ENTITIES, program)]
            row = await connection.fetchrow(_BOUNDS, program, first, last, entities)
        if row is None or row["first_entry"] is None:
            return Extent(0, 0, first, last)
        return Extent(row["first_entry"] - 1, row["last_entry"], first, last)

    async def pages(
        self, program: str, entity: str, extent: Extent, size: int
    ) -> AsyncIterator[Sequence[ExportedEntry]]:
        """As the port says."""
        after = extent.after
        while after < extent.last:
            bounds = (program, after, extent.last, extent.first_period, extent.last_period, size)
            if entity:
                rows = await self._database.fetch(_EXPORT_OF_ENTITY, *bounds, entity)
            else:
                rows = await self._database.fetch(_EXPORT, *bounds)
            if rows:
                yield [_entry(row) for row in rows]
            if len(rows) < size:
                return
            after = rows[-1]["entry_number"]


def _entry(row: Row) -> ExportedEntry:
    numbers = count(1)
    values = tuple(row)
    currency, accounts, counterparties, amounts, point_accounts, point_amounts = values[_LINEAGE:]
    money = zip(accounts, counterparties, amounts, strict=True)
    points = zip(point_accounts, point_amounts, strict=True)
    return ExportedEntry(
        values[0],
        values[:_LINEAGE],
        (
            *(ExportedPosting(next(numbers), currency, *posting) for posting in money),
            *(ExportedPosting(next(numbers), "", account, "", amount) for account, amount in points),
        ),
    )
