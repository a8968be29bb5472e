"""A settlement service with an empty database of its own for each test."""

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from tests.integration.settlement.house import House, open_house
from tests.integration.settlement.office import Office, open_office
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


@pytest_asyncio.fixture(scope="session")
async def shared_office(servers: LocalStack, databases: Databases) -> AsyncIterator[Office]:
    """NettingService and its database, which tests share."""
    async with databases.fresh("settlement") as database, open_office(servers, database) as office:
        yield office


_PROGRAMS = itertools.count(1)


@pytest.fixture
def office(shared_office: Office) -> Office:
    """NettingService over empty books of a program of its own."""
    return shared_office.of_program(f"program-{next(_PROGRAMS)}")
