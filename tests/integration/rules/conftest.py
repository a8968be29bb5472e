"""One running rules service for the tests of this folder; each uses programs of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from deploy.local.stack import LocalStack
from tests.integration.rules.house import House, Stub, open_house
from tests.support.servers import Databases


@pytest_asyncio.fixture(scope="session")
async def house(servers: LocalStack, databases: Databases) -> AsyncIterator[House]:
    """The service."""
    async with databases.fresh("rules") as database, open_house(servers, database) as house:
        yield house


@pytest_asyncio.fixture(scope="session")
async def rules(house: House) -> AsyncIterator[Stub]:
    """A caller that may see every program."""
    async with house.stub() as stub:
        yield stub
