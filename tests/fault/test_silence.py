"""What a connection to PostgreSQL that falls silent holds up, and for how long."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.runtime.postgres import Database, open_database
from chassis.runtime.statements import Statement
from chassis.values.refusal import Code, Refusal
from deploy.local.stack import LocalStack
from tests.fault.relay import Broken, open_relay

STATEMENT_TIMEOUT_MS = 100
OVERDUE_SECONDS = STATEMENT_TIMEOUT_MS / 1000 + 2
TRANSACTION_TIMEOUT_MS = 1_500
LOCKED = 20_261_122
LOCK = Statement("lock", f"SELECT pg_advisory_xact_lock({LOCKED})")
SILENCE = Statement("silence", "SELECT 1 AS silence")
_PREPARES = b"P"


@dataclass
class Silent:
    """Falls silent at one statement: before it, or when the server has prepared it."""

    prepared: bool
    _seen: list[bytes] = field(default_factory=list)

    def from_client(self, data: bytes) -> bytes:
        """Passes on what comes before that."""
        if self._seen or (SILENCE.sql.encode() in data and not self.prepared):
            raise Broken(silent=True)
        if SILENCE.sql.encode() in data:
            self._seen.append(data)
        return data

    def from_server(self, data: bytes) -> bytes:
        """Passes everything on."""
        return data


@asynccontextmanager
async def silent_database(servers: LocalStack, prepared: bool) -> AsyncIterator[Database]:
    """A database whose connections fall silent."""
    async with open_relay(servers.postgres.settings.port, lambda: Silent(prepared)) as relay:
        url = servers.postgres.url("postgres").replace(f":{relay.server_port}/", f":{relay.port}/")
        async with open_database(
            SecretStr(url),
            application_name="silence",
            pool_size=1,
            statement_timeout_ms=STATEMENT_TIMEOUT_MS,
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        ) as database:
            yield database


async def test_it_is_given_up_once_its_statement_is_overdue(servers: LocalStack) -> None:
    async with silent_database(servers, prepared=False) as database:
        began = time.monotonic()
        with pytest.raises(Refusal) as refused:
            async with database.transaction() as connection:
                await connection.fetchval(SILENCE)
        assert refused.value.code is Code.UNAVAILABLE
        assert time.monotonic() - began < OVERDUE_SECONDS + 1
        async with asyncio.timeout(1), database.transaction() as connection:
            assert await connection.fetchval(Statement("again", "SELECT 2")) == 2


async def _lock_and_fall_silent(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(LOCK)
        await connection.fetchval(SILENCE)


async def test_its_locks_are_free_when_its_transaction_is_overdue(servers: LocalStack) -> None:
    async with silent_database(servers, prepared=True) as database:
        other = await asyncpg.connect(servers.postgres.url("postgres"))
        with pytest.raises(Refusal):
            await _lock_and_fall_silent(database)
        async with asyncio.timeout(1):
            await other.execute(f"SELECT pg_advisory_lock({LOCKED})")
        await other.close()
