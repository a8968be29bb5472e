"""What tills say they sold (port `ControlTotalsKept`)."""

from datetime import date, datetime

from chassis.runtime.postgres import Connection, Database
from settlement_service.domain.command import Command
from settlement_service.domain.till_totals import ControlTotals, TillDay, document_of, totals_of
from settlement_service.store.request_keys import made_before, remember
from settlement_service.store.statements import SQL

_LOCK = SQL.lock_control_totals
_APPEND = SQL.append_control_totals
_READ = SQL.read_control_totals
_DUE = SQL.list_control_totals_due


class ControlTotalsStore:
    """Control totals in PostgreSQL; each submission is a version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def submit(self, command: Command, day: TillDay, totals: ControlTotals, submit_time: datetime) -> int:
        """As the port says."""

        async def work(connection: Connection) -> int:
            if (earlier := await made_before(connection, command)) is not None:
                return int(earlier)
            await connection.execute(_LOCK, command.program, day.scope)
            document = document_of(totals)
            told = (document, command.caller, submit_time)
            version = int(await connection.fetchval(_APPEND, command.program, *_key(day), *told))
            await remember(connection, command, str(version))
            return version

        return await self._database.in_transaction(work)

    async def latest(self, program: str, day: TillDay) -> ControlTotals | None:
        """As the port says."""
        row = await self._database.fetchrow(_READ, program, *_key(day))
        return totals_of(row["document"]) if row else None

    async def due(self, program: str, first: date, last: date) -> list[TillDay]:
        """As the port says."""
        rows = await self._database.fetch(_DUE, program, first, last)
        return [TillDay(row["source"], row["location_id"], row["business_date"].isoformat()) for row in rows]


def _key(day: TillDay) -> tuple[str, str, date]:
    return day.source, day.location_id, date.fromisoformat(day.business_date)
