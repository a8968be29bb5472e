"""A migrated database and the use cases of merges over it, for the tests of this folder."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from deploy.local.databases import Database
from tests.integration.identity.merging.forest import Forest
from tests.support.servers import Databases


@pytest_asyncio.fixture(scope="session")
async def forest_database(databases: Databases) -> AsyncIterator[Database]:
    """The database."""
    async with databases.fresh("identity") as database:
        yield database


@pytest_asyncio.fixture(scope="session")
async def forest(forest_database: Database) -> AsyncIterator[Forest]:
    """The use cases."""
    url = SecretStr(forest_database.url)
    async with open_database(url, application_name="forest", pool_size=8) as database:
        yield Forest.over(database)


@pytest_asyncio.fixture
async def sql(forest_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """The database as its owner sees it."""
    connection = await asyncpg.connect(forest_database.owner_url)
    yield connection
    await connection.close()
