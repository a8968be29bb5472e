"""Reads of returns outside any lane: by id, and those that wait."""

from datetime import datetime

from chassis.runtime.postgres import Database
from ledger_service.domain.hold import Hold
from ledger_service.domain.order import PostedReturn
from ledger_service.store import document_rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.portion import PAGE_BYTES, Portion
from ledger_service.use_cases.return_ports import ParkedKey


class PostgresReturns:
    """See `use_cases.return_ports.StoredReturns`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def posted(self, program: str, return_id: str) -> PostedReturn | None:
        """A return that was posted or parked."""
        row = await self._database.fetchrow(SQL.find_return, program, return_id)
        return None if row is None else document_rows.return_of(row)

    async def announced(self, program: str, return_id: str) -> Hold | None:
        """What was announced of a return."""
        row = await self._database.fetchrow(SQL.find_announced, program, return_id)
        return None if row is None else document_rows.hold_of(row)

    async def parked(
        self, program: str, before: datetime | None, location_id: str, after: ParkedKey | None, limit: int
    ) -> Portion[PostedReturn]:
        """Returns that wait, oldest first, after a page's end."""
        time, return_id = after or (None, None)
        asked = (program, before, location_id, time, return_id, limit, PAGE_BYTES)
        found = await self._database.fetch(SQL.list_parked, *asked)
        return Portion([document_rows.return_of(row) for row in found], bool(found) and found[0]["found"] > len(found))
