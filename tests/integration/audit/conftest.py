"""One migrated database, a pool on it as the serving role, and the keep; each test begins with an empty log."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from pydantic import SecretStr

from chassis.runtime.postgres import Database, open_database
from deploy.local.databases import Database as Migrated
from tests.integration.audit.keep import House, nothing, open_keep
from tests.support.servers import Databases

_EMPTY = """
UPDATE audit_head SET number = 0, hash = decode(repeat('00', 32), 'hex'), record_time = 'epoch';
TRUNCATE audit_log
"""
"""The head first, as who appends does: a record that comes beside its call may still be on its way."""


@pytest_asyncio.fixture(scope="session")
async def migrated(databases: Databases) -> AsyncIterator[Migrated]:
    """A database with the log's tables; those of rules are beside them."""
    async with databases.fresh("rules") as database:
        yield database


@pytest_asyncio.fixture(scope="session")
async def pool(migrated: Migrated) -> AsyncIterator[Database]:
    """As the serving role."""
    async with open_database(SecretStr(migrated.url), application_name="audit", pool_size=4) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory, pool: Database) -> AsyncIterator[House]:
    """The service."""
    async with open_keep(tmp_path_factory.mktemp("audit"), pool) as opened:
        yield opened


@pytest_asyncio.fixture
async def house(running: House, migrated: Migrated) -> House:
    """The service with an empty log."""
    connection = await asyncpg.connect(migrated.owner_url)
    try:
        await connection.execute(_EMPTY)
    finally:
        await connection.close()
    running.keeper.answer, running.keeper.loaded = nothing, []
    running.restarted()
    return running
