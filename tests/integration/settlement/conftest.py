"""A settlement service with an empty database of its own for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from tests.integration.settlement.house import House, open_house
from tests.support.servers import Databases


@pytest_asyncio.fixture
async def books(databases: Databases) -> AsyncIterator[Database]:
    """An empty database with settlement's schema."""
    async with databases.fresh("settlement") as database:
        yield database


@pytest_asyncio.fixture
async def house(servers: LocalStack, books: Database) -> AsyncIterator[House]:
    """The service, following a ledger whose log is empty."""
    async with open_house(servers, books) as house:
        yield house
