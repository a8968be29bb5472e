"""The ledger's engine over real PostgreSQL and Valkey, without gRPC and peers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from chassis.runtime.clock import Clock, SystemClock
from chassis.runtime.lease import open_leases
from chassis.runtime.postgres import Database, open_database
from chassis.values.ids import bucket_of, partition_of
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.integrity import IntegrityCheck
from ledger_service.domain.wallet import WalletView
from ledger_service.lanes.guard import MemberGuard
from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.lanes.lane import Lane
from ledger_service.lanes.signal import AppendSignal
from ledger_service.store.auditor import PostgresAuditor
from ledger_service.store.batch import PostgresBatches
from ledger_service.store.history import PostgresHistory
from ledger_service.store.log import PostgresLog
from ledger_service.store.outcomes import PostgresOutcomes
from ledger_service.store.ownership import PostgresOwnership
from ledger_service.store.reader import PostgresReader
from ledger_service.use_cases.commit_ports import BatchStore
from ledger_service.use_cases.standing_ports import NO_LADDERS, ProgramLadders


@dataclass(frozen=True)
class Engine:
    """One owner of all lanes, and what reads beside it."""

    keeper: LaneKeeper
    lanes: dict[int, Lane]
    database: Database
    outcomes: PostgresOutcomes
    reader: PostgresReader
    auditor: PostgresAuditor
    log: PostgresLog
    history: PostgresHistory
    clock: Clock

    def lane_of(self, wallet: MemberKey) -> Lane:
        """The lane of a wallet."""
        return self.lanes[partition_of(bucket_of(*wallet), len(self.lanes))]

    async def wallet(self, program: str, member: str, soon_days: int = 0) -> WalletView:
        """A wallet as it is now, with what lapses in that many days."""
        key, now = MemberKey(program, member), self.clock.now()
        return await self.reader.wallet(key, (member,), now, replay_clock=False, soon_days=soon_days)

    async def broken(self, program: str) -> list[IntegrityCheck]:
        """The checks that do not hold."""
        return [check async for check in self.auditor.checks(program) if check.violations]


@asynccontextmanager
async def open_engine(
    database_url: str,
    redis_url: str,
    *,
    owner: str = "test",
    batch_size: int = 250,
    clock: Clock | None = None,
    store: Callable[[BatchStore], BatchStore] = lambda store: store,
    guard: Callable[[MemberGuard], MemberGuard] = lambda guard: guard,
    take: Callable[[LaneKeeper], Awaitable[object]] = LaneKeeper.take_all,
    ladders: ProgramLadders = NO_LADDERS,
) -> AsyncIterator[Engine]:
    """An engine that owns its lanes; `take` says how it comes by them. `store` and `guard` may wrap those parts."""
    used_clock = clock or SystemClock()
    async with (
        open_database(SecretStr(database_url), application_name=owner, pool_size=8) as database,
        open_leases(SecretStr(redis_url)) as leases,
    ):
        outcomes, ownership, signal = PostgresOutcomes(database), PostgresOwnership(database), AppendSignal()
        batches, lock = store(PostgresBatches(database, ladders)), guard(MemberGuard(leases, owner))
        lanes = {
            partition: Lane(partition, batches, ownership, outcomes, lock, used_clock, signal, batch_size)
            for partition in range(await ownership.partitions())
        }
        keeper = LaneKeeper(lanes, ownership, owner)
        await take(keeper)
        yield Engine(
            keeper,
            lanes,
            database,
            outcomes,
            PostgresReader(database),
            PostgresAuditor(database, database, ladders),
            PostgresLog(database, signal.wait),
            PostgresHistory(database),
            used_clock,
        )
        await keeper.give_up()
