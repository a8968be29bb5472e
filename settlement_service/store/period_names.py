"""Periods by number and name (port `PeriodNames`)."""

from chassis.runtime.postgres import Database
from settlement_service.domain import refusals
from settlement_service.store.statements import SQL

_FIND = SQL.find_period_sequence
_OPEN = SQL.read_open_sequence


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
