"""One running identity service for the tests of this folder; each uses members and request ids of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from deploy.local.stack import LocalStack
from tests.integration.identity.house import House, People, Stub, open_house
from tests.support.servers import Databases


@pytest_asyncio.fixture(scope="session")
async def house(servers: LocalStack, databases: Databases) -> AsyncIterator[House]:
    """The service, knowing the programs `grove` and `isle`."""
    async with databases.fresh("identity") as database, open_house(servers, database, ("grove", "isle")) as house:
        yield house


@pytest_asyncio.fixture(scope="session")
async def till(house: House) -> AsyncIterator[Stub]:
    """A caller that may see every program."""
    async with house.stub() as stub:
        yield stub


@pytest_asyncio.fixture(scope="session")
async def office(house: House) -> AsyncIterator[People]:
    """Headquarters, asking of persons."""
    async with house.people() as stub:
        yield stub
