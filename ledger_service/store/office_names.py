"""Request ids of imports, poolings and alerts in PostgreSQL (port `Names`)."""

from chassis.runtime.postgres import Connection, Database
from ledger_service.domain import refusals
from ledger_service.store.statements import SQL
from ledger_service.use_cases.office_names import Name


class PostgresNames:
    """The port over a pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self, name: Name) -> bool:
        row = await self._database.fetchrow(SQL.find_import_request, name.key.key)
        if row is not None and row["fingerprint"] != name.key.fingerprint:
            raise refusals.request_id_reused(name.request_id)
        return row is not None

    async def keep(self, name: Name) -> None:
        async with self._database.acquire() as connection:
            await keep(connection, name)


async def keep(connection: Connection, name: Name) -> None:
    """Keeps a name with what the transaction does. REQUEST_ID_REUSED if another call was carried out under it."""
    kept: bytes = await connection.fetchval(SQL.claim_import_request, name.key.key, name.key.fingerprint)
    if kept != name.key.fingerprint:
        raise refusals.request_id_reused(name.request_id)
