"""Hears from PostgreSQL (LISTEN) that some instance has made a revision live.

Needs a connection of its own for as long as it listens, straight to the server: a pooler in transaction mode does
not pass notifications on. Whoever does not hear them finds new revisions at the next tick.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from pydantic import SecretStr

CHANNEL = "program_published"
CONNECT_SECONDS = 5.0


class Announcements:
    """What was heard on one connection since it was last asked."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._something = asyncio.Event()

    async def next(self, patience_seconds: float) -> bool:
        """Wait for an announcement; False if none came in that time and the connection still answers.

        Raises ConnectionError, or the error of asyncpg, if the connection is lost.
        """
        try:
            async with asyncio.timeout(patience_seconds):
                await self._something.wait()
        except TimeoutError:
            # A silent connection may be a dead one; listening again changes nothing and asks the server.
            await self._connection.execute(f"LISTEN {CHANNEL}", timeout=CONNECT_SECONDS)
            return False
        self._something.clear()
        if self._connection.is_closed():
            raise ConnectionError("the listening connection was closed")
        return True

    def heard(self, *_what: object) -> None:
        """Something was announced, or the connection ended: both are a reason to look."""
        self._something.set()


@asynccontextmanager
async def listening(url: SecretStr, application_name: str) -> AsyncIterator[Announcements]:
    """Listen until the end of the block."""
    connection = await asyncpg.connect(
        url.get_secret_value(),
        timeout=CONNECT_SECONDS,
        server_settings={"application_name": f"{application_name}-listener"},
    )
    try:
        announcements = Announcements(connection)
        connection.add_termination_listener(announcements.heard)
        await connection.add_listener(CHANNEL, announcements.heard)
        yield announcements
    finally:
        await connection.close(timeout=CONNECT_SECONDS)
