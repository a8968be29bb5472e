"""Fixtures for all tests. The servers start with the first test that asks for them."""

import gc
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest_asyncio

from deploy.local.services import SERVICES
from deploy.local.stack import LocalStack
from tests.support.collector import Collector, collecting
from tests.support.examples import register_profiles
from tests.support.servers import Databases, throwaway_stack

register_profiles()


def pytest_collection_finish() -> None:
    """Modules and tests stay: the collector need not look at all of them again and again (a fifth of the time)."""
    gc.collect()
    gc.freeze()


@pytest_asyncio.fixture(scope="session")
async def servers() -> AsyncIterator[LocalStack]:
    """One PostgreSQL and one Valkey for the session, without services."""
    async with throwaway_stack() as stack:
        yield stack


@pytest_asyncio.fixture(scope="session")
async def databases(servers: LocalStack) -> AsyncIterator[Databases]:
    """Makes databases on the session's PostgreSQL: ``async with databases.fresh("ledger") as database``."""
    async with aclosing(Databases(servers)) as databases:
        yield databases


@pytest_asyncio.fixture(scope="session")
async def redis_url(servers: LocalStack) -> str:
    """The URL of the session's Valkey. Tests share it: use keys of your own."""
    return servers.valkey.url


@pytest_asyncio.fixture(scope="session")
async def collector() -> AsyncIterator[Collector]:
    """Where the mesh of the session sends its metrics."""
    async with collecting() as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def stack(collector: Collector) -> AsyncIterator[LocalStack]:
    """The whole mesh for the session: both servers and the four services as processes of their own."""
    metrics = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": collector.endpoint, "OTEL_METRIC_EXPORT_INTERVAL": "1000"}
    async with throwaway_stack(*SERVICES, service_environment=metrics) as whole:
        yield whole
