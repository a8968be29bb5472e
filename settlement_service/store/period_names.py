"""Periods by number and name (port `PeriodNames`)."""

from typing import cast

from chassis.runtime.postgres import Connection, Database
from settlement_service.domain import refusals
from settlement_service.store.statements import SQL

_FIND = SQL.find_period_sequence
_OPEN = SQL.read_open_period


class PeriodNamesStore:
    """Periods in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, program: str, name: str) -> int:
        """As the port says."""
        sequence = await self._database.fetchval(_FIND, program, name)
        if sequence is None:
            raise refusals.period_not_found(program, name)
        return int(sequence)

    async def open(self, program: str) -> int:
        """As the port says."""
        return int(await self._database.fetchval(_OPEN, program))

    async def find_or_open(self, program: str, name: str) -> int:
        """As the port says."""
        return await self.find(program, name) if name else await self.open(program)


async def open_period(connection: Connection, program: str) -> int:
    """The number of the first period that nobody has begun to close, within somebody's transaction."""
    return cast(int, await connection.fetchval(_OPEN, program))
