"""The imports of all programs in PostgreSQL (port `Imports`)."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar

from chassis.runtime.postgres import Connection, Database
from identity_service.domain.imports import Import, ImportState, Verdict
from identity_service.store import import_rows as rows
from identity_service.store.import_changes import PostgresImportChanges
from identity_service.store.statements import SQL
from identity_service.use_cases.import_ports import Halted, ImportChanges, JudgedLine

T = TypeVar("T")


class PostgresImports:
    """The port over a pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, work: Callable[[ImportChanges], Awaitable[T]]) -> T:
        async def on_connection(connection: Connection) -> T:
            await connection.fetchval(SQL.import_see_unborn)
            return await work(PostgresImportChanges(connection))

        return await self._database.in_transaction(on_connection)

    async def find(self, program_id: str, import_id: str) -> Import | None:
        row = await self._database.fetchrow(SQL.import_read, program_id, import_id)
        if row is None:
            return None
        totals = rows.totals_of(await self._database.fetch(SQL.import_totals, program_id, import_id))
        return rows.import_of(program_id, import_id, row, totals)

    async def under_way(self) -> Sequence[Halted]:
        found = await self._database.fetch(SQL.imports_under_way)
        return [
            Halted(row["program_id"], row["import_id"], ImportState(row["state"]), row["done_line"]) for row in found
        ]

    async def lines(
        self, program_id: str, import_id: str, verdicts: Collection[Verdict], after: int, limit: int
    ) -> Sequence[JudgedLine]:
        wanted = [verdict.value for verdict in verdicts] or None
        found = await self._database.fetch(SQL.import_list_lines, program_id, import_id, wanted, after, limit)
        return [JudgedLine(row["line_number"], rows.judged_of(row)) for row in found]
