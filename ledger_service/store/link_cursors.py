"""How far the links of members were followed; see `use_cases.link_ports.LinkCursors`."""

from collections.abc import Mapping

from chassis.runtime.postgres import Database
from ledger_service.store.statements import SQL


class PostgresLinkCursors:
    """A row for each program."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> Mapping[str, int]:
        """The last position of each program."""
        return {row["program"]: row["position"] for row in await self._database.fetch(SQL.read_link_cursors)}

    async def move(self, program: str, position: int) -> None:
        """Up to this one all were told; never goes back."""
        async with self._database.acquire() as connection:
            await connection.execute(SQL.move_link_cursor, program, position)
