"""Real servers and databases for tests: one PostgreSQL and one Valkey a session, a new database for each need."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping

import asyncpg

from chassis.runtime.migrations import migrate
from deploy.local.databases import Database, create_database, database_of
from deploy.local.ports import Ports
from deploy.local.settings import StackSettings
from deploy.local.stack import LocalStack
from ledger_service.settings import Settings
from tests.support.memory import throwaway_directory

_USUAL_PARTITIONS = Settings.model_fields["partitions"].default

_CHEAP_PASSWORDS = {"scram_iterations": "1"}
"""Thousands of connections are made, and what makes guessing slow makes each of them slow."""


@contextlib.asynccontextmanager
async def throwaway_stack(
    *services: str,
    service_environment: Mapping[str, str] | None = None,
    ledgers: int = 1,
    plaintext: bool = False,
) -> AsyncIterator[LocalStack]:
    """PostgreSQL, Valkey and the named services on free ports, gone afterwards; so many `ledgers` if that is named.

    Without names only the two servers run. fsync is off: nothing here has to survive a power cut.
    """
    with throwaway_directory() as directory:
        settings = StackSettings(
            data_dir=directory / "stack",
            ports=Ports.free(ledgers),
            durable=False,
            plaintext=plaintext,
            postgres_options=_CHEAP_PASSWORDS,
            service_environment=service_environment or {},
        )
        async with ThrowawayStack(settings, only=services) as stack:
            yield stack


class ThrowawayStack(LocalStack):
    """Migrates in this process: one of its own would first import the whole service, which takes longer than that.
    That a service's command does the same is seen wherever a stack is meant to stay."""

    async def migrate(self, service: str, database: Database, extra: Mapping[str, str] | None = None) -> None:
        """Bring a database to the service's current schema; of the settings only the ledger's partitions matter."""
        settings = {**self.settings.service_environment, **(extra or {})}
        await migrate(
            database.owner_url,
            f"{service}_service.migrations",
            app_role=f"{service}_app",
            literals={"partitions": int(settings.get("LEDGER_PARTITIONS", _USUAL_PARTITIONS))},
        )


class Databases:
    """Makes databases on one server: empty ones, and copies of a service's migrated schema.

    A schema is migrated once a session into a template; each copy takes some tens of milliseconds.
    """

    def __init__(self, servers: LocalStack) -> None:
        self._servers = servers
        self._connection: asyncpg.Connection | None = None
        self._lock = asyncio.Lock()
        self._templates: dict[tuple[str, frozenset[tuple[str, str]]], str] = {}
        self._numbers = itertools.count(1)

    @contextlib.asynccontextmanager
    async def fresh(self, service: str, **migration_settings: str) -> AsyncIterator[Database]:
        """A database with the service's current schema and no rows; dropped afterwards.

        Keywords are settings of the migration in full, such as ``LEDGER_PARTITIONS="4"``.
        """
        template = await self._template(service, migration_settings)
        async with self._made(service, template) as database:
            yield database

    @contextlib.asynccontextmanager
    async def empty(self, service: str = "ledger") -> AsyncIterator[Database]:
        """A database without any table, with the owner and app role of a service; dropped afterwards."""
        async with self._made(service, "template1") as database:
            yield database

    async def _template(self, service: str, migration_settings: Mapping[str, str]) -> str:
        key = (service, frozenset(migration_settings.items()))
        if key not in self._templates:
            database = await self._create(service, "template1")
            await self._servers.migrate(service, database, migration_settings)
            self._templates[key] = database.name
        return self._templates[key]

    @contextlib.asynccontextmanager
    async def _made(self, service: str, template: str) -> AsyncIterator[Database]:
        database = await self._create(service, template)
        try:
            yield database
        finally:
            async with self._administrator() as connection:
                await connection.execute(f'DROP DATABASE "{database.name}" WITH (FORCE)')

    async def _create(self, service: str, template: str) -> Database:
        name = f"test_{service}_{next(self._numbers)}"
        async with self._administrator() as connection:
            await create_database(connection, name, service, template)
        return database_of(service, self._servers.postgres, self._servers.secrets, name)

    @contextlib.asynccontextmanager
    async def _administrator(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._lock:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._servers.postgres.url("postgres"))
            yield self._connection

    async def aclose(self) -> None:
        """Closes the connection that makes and drops them."""
        if self._connection is not None:
            await self._connection.close()
