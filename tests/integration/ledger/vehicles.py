"""Both stores behind one face: PostgreSQL, and the one in memory that the simulation runs on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from chassis.values.refusal import Refusal
from ledger_service.domain.commands import BaseCommand, Command
from ledger_service.lanes.commit import Decided, commit_batch
from ledger_service.lanes.guard import UNGUARDED
from ledger_service.store.batch import PostgresBatches
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.ownership import PostgresOwnership
from ledger_service.use_cases.commit_ports import BatchStore, Head
from ledger_service.use_cases.lane_ports import LaneOwnership, LedgerProcess
from ledger_service.use_cases.ports import Outcome, Outcomes
from tests.simulation.database import MemoryDatabase
from tests.simulation.lookups import MemoryOutcomes, MemoryOwnership
from tests.simulation.store import MemoryBatches
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

ME, OTHER = LedgerProcess("me", "here"), LedgerProcess("other", "there")


@dataclass(frozen=True)
class Vehicle:
    """A store, however it is made."""

    batches: BatchStore
    outcomes: Outcomes
    ownership: LaneOwnership

    async def head(self) -> Head:
        """Lane 0, taken."""
        await self.ownership.keep(ME, 60)
        taken = await self.ownership.take(ME.name, 60, 1)
        return taken[0] if taken else next(iter(await self.ownership.keep(ME, 60)))

    async def commit(self, head: Head, *commands: Command) -> Decided:
        """One batch."""
        fences = {command.origin.wallet: UNGUARDED for command in commands}
        return await commit_batch(self.batches, head, commands, fences, NOON)

    async def heard(self, command: BaseCommand) -> Outcome | str | None:
        """What is kept under a command's request id."""
        try:
            return await self.outcomes.of_request(command.origin.request, command.origin.request_id)
        except Refusal as refusal:
            return refusal.reason


@asynccontextmanager
async def in_memory(_databases: Databases) -> AsyncIterator[Vehicle]:
    """A store of its own in memory."""
    database = MemoryDatabase(1)
    yield Vehicle(MemoryBatches(database), MemoryOutcomes(database), MemoryOwnership(database))


@asynccontextmanager
async def in_postgres(databases: Databases) -> AsyncIterator[Vehicle]:
    """A database of its own."""
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as fresh,
        open_database(SecretStr(fresh.url), application_name="conformance", pool_size=8) as database,
    ):
        yield Vehicle(PostgresBatches(database), PostgresOutcomes(database), PostgresOwnership(database))
