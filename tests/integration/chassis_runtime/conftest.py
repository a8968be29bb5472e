"""Fixtures for the machinery's tests against real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from pydantic import SecretStr

from chassis.runtime.postgres import Database, open_database
from deploy.local.databases import Database as EmptyDatabase
from tests.integration.chassis_runtime.own_valkey import OwnValkey, own_valkey
from tests.support.servers import Databases
from tests.unit.chassis_runtime.packages import make_package

__all__ = ["make_package"]


@pytest_asyncio.fixture
async def empty_database(databases: Databases) -> AsyncIterator[EmptyDatabase]:
    """A database without tables, and the URLs of its two roles."""
    async with databases.empty() as database:
        yield database


@pytest_asyncio.fixture
async def database(empty_database: EmptyDatabase) -> AsyncIterator[Database]:
    """A pool on an empty database, as its owner, so that tests can make tables."""
    async with open_database(SecretStr(empty_database.owner_url), application_name="test", pool_size=8) as opened:
        yield opened


@pytest_asyncio.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[OwnValkey]:
    """A Valkey of the test's own, to be paused, emptied and killed."""
    async with own_valkey(tmp_path) as server:
        yield server
