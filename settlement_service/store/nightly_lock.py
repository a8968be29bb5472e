"""One process at a time runs the nightly round (port `Turn`)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from chassis.runtime.postgres import Database
from chassis.values.refusal import Refusal
from settlement_service.store.statements import SQL

_TRY = SQL.try_nightly_lock
_RELEASE = SQL.release_nightly_lock


class NightlyLock:
    """An advisory lock of a session: a process that dies gives it back with its connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def take(self) -> AsyncIterator[bool]:
        """As the port says."""
        async with self._database.acquire() as connection:
            mine = bool(await connection.fetchval(_TRY))
            try:
                yield mine
            finally:
                if mine:
                    with suppress(Refusal):
                        await connection.fetchval(_RELEASE)
