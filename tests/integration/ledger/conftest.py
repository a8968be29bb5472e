"""Ledgers for one test each."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from chassis.runtime.clock import ManualClock
from tests.integration.ledger.house import House
from tests.integration.ledger.limited import LANES
from tests.integration.ledger.vehicles import Vehicle, in_memory, in_postgres
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases


@pytest.fixture(scope="package", autouse=True)
def plain_logs() -> Iterator[None]:
    """Without it every error is drawn with the locals of all its frames, which takes seconds."""
    before = structlog.get_config()
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.stdlib.add_log_level, renderer])
    yield
    structlog.configure(**before)


@pytest.fixture
async def house(databases: Databases, redis_url: str) -> AsyncIterator[House]:
    """One partition, so that positions are simply counted."""
    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock) as engine,
    ):
        yield House(engine, database, clock)


@pytest.fixture
async def wide(databases: Databases, redis_url: str) -> AsyncIterator[House]:
    """Four lanes."""
    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS=str(LANES)) as database,
        open_engine(database.url, redis_url, clock=clock) as engine,
    ):
        yield House(engine, database, clock)


@pytest.fixture(params=[in_memory, in_postgres], ids=["memory", "postgres"])
async def store(request: pytest.FixtureRequest, databases: Databases) -> AsyncIterator[Vehicle]:
    """Both stores."""
    async with request.param(databases) as vehicle:
        yield vehicle
