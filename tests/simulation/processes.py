"""Ledger processes of a simulation: the product's lanes, keeper and router, which may die or stand still."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from chassis.runtime.reasons import unavailable
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.answers import PeriodCut
from ledger_service.domain.commands import Command
from ledger_service.lanes.guard import MemberGuard
from ledger_service.lanes.keeper import RENEW_SECONDS, LaneKeeper
from ledger_service.lanes.lane import Lane
from ledger_service.lanes.router import LaneRouter
from ledger_service.lanes.signal import AppendSignal
from ledger_service.use_cases.cut_period import CutPeriod
from ledger_service.use_cases.lane_ports import LaneView, LedgerProcess
from ledger_service.use_cases.ports import Clock, Outcome
from tests.simulation.cuts import MemoryCuts
from tests.simulation.database import MemoryDatabase
from tests.simulation.leases import LeaseServer, SimulatedLeases
from tests.simulation.lookups import MemoryOutcomes, MemoryOwnership
from tests.simulation.service import PROGRAM, MemoryOrders, MemorySpendReader, Recorder, Wish, cases_of
from tests.simulation.service import World as Peers
from tests.simulation.store import MemoryBatches

IDLE_IN_TRANSACTION_SECONDS = 5.0
"""What the database gives a client that holds locks and says nothing."""


@dataclass(frozen=True)
class Faults:
    """How likely things are, per moment: a lost reply, a cut connection. `slowest`: seconds that a moment may take."""

    lost: float = 0.0
    cut: float = 0.0
    slowest: float = 0.02


NO_FAULTS = Faults()


class Process:
    """One ledger process. What it does to the world goes through `moment`, which never returns once it is dead."""

    def __init__(
        self,
        name: str,
        database: MemoryDatabase,
        server: LeaseServer,
        clock: Clock,
        random: Random,
        faults: Faults,
        neighbours: dict[str, "Process"],
        made: dict[tuple[str, str], list[Command]],
    ) -> None:
        self.name = name
        self.dead = False
        self._died = asyncio.Event()
        self._ready = asyncio.Event()
        self._database = database
        self._random = random
        self._faults = faults
        self._neighbours = neighbours
        self._stands_until = 0.0
        ownership = MemoryOwnership(database, self.moment)
        batches = MemoryBatches(database, name, self.moment)
        outcomes = MemoryOutcomes(database, self.moment)
        guard = MemberGuard(SimulatedLeases(server, self.moment), name)  # type: ignore[arg-type]
        lanes = {
            partition: Lane(partition, batches, ownership, outcomes, guard, clock, AppendSignal(), 7)
            for partition in range(database.partitions)
        }
        self._keeper = LaneKeeper(lanes, ownership, name, name)
        router = Recorder(LaneRouter(self._keeper, self, lanes), made)
        reader, orders = MemorySpendReader(database, self.moment), MemoryOrders(database, self.moment)
        self._cases = cases_of(outcomes, reader, orders, router, clock)
        self._cut = CutPeriod(
            Peers(database, self.moment), MemoryCuts(database, name, self.moment), clock, _nobody, str
        )
        self._tasks = [asyncio.create_task(self._keep())]

    async def _keep(self) -> None:
        while True:
            with suppress(Refusal):
                await self._keeper.renew()
                self._ready.set()
            await asyncio.sleep(RENEW_SECONDS)

    # --- what a call does

    async def call(self, wish: Wish) -> Outcome:
        """A call, as the servicer makes it."""
        await self._ready.wait()
        return await wish.call(self._cases)

    async def cut(self, period: str) -> PeriodCut:
        """Cuts a period, whoever owns the lanes."""
        return (await self._cut(PROGRAM, period, "finance")).cut

    async def submit(self, process: LedgerProcess, commands: Sequence[Command]) -> Sequence[Outcome | Refusal]:
        """See `use_cases.lane_ports.Neighbours`."""
        await self.moment("forward")
        other = self._neighbours.get(process.name)
        if other is None or other.dead:
            raise unavailable("ledger")
        answers = asyncio.create_task(other.take_all(commands))
        death = asyncio.create_task(other.death())
        await asyncio.wait((answers, death), return_when=asyncio.FIRST_COMPLETED)
        death.cancel()
        if not answers.done():
            raise unavailable("ledger")
        await self.moment("forwarded")
        return answers.result()

    async def take_all(self, commands: Sequence[Command]) -> Sequence[Outcome | Refusal]:
        """Commands that another process sent here."""
        return await asyncio.gather(*(self._take(command) for command in commands))

    async def _take(self, command: Command) -> Outcome | Refusal:
        try:
            return await self._keeper.submit(command)
        except Refusal as refusal:
            return refusal

    async def ask_for_lane(self, process: LedgerProcess, asker: str, held: int) -> int | None:
        """Nobody asks in a simulation: lanes move because processes die."""
        raise NotImplementedError

    async def move_lane(self, process: LedgerProcess, partition: int, to: str) -> LaneView:
        """Nobody asks in a simulation."""
        raise NotImplementedError

    # --- what breaks

    async def moment(self, name: str) -> None:
        """A step towards the world: it takes time, its reply may get lost, and a dead process never gets beyond it."""
        await asyncio.sleep(self._random.random() * self._faults.slowest)
        await self._stand()
        if self.dead:
            await asyncio.Event().wait()
        if name in ("committed", "look up") and self._random.random() < self._faults.lost:
            raise unavailable("database")
        if name in ("claim", "load", "load more", "write", "commit") and self._random.random() < self._faults.cut:
            raise unavailable("database")

    async def _stand(self) -> None:
        left = self._stands_until - asyncio.get_running_loop().time()
        if left > 0 and not self.dead:
            await asyncio.sleep(left)
            await self._stand()

    def stop(self, seconds: float) -> None:
        """Stands still: what it holds in the database is ended after a while."""
        loop = asyncio.get_running_loop()
        self._stands_until = loop.time() + seconds
        if seconds > IDLE_IN_TRANSACTION_SECONDS:
            loop.call_later(IDLE_IN_TRANSACTION_SECONDS, self._database.abort, self.name)

    def kill(self) -> None:
        """Dies: the database ends its transactions, and nobody hears from it any more."""
        self.dead = True
        self._died.set()
        for task in self._tasks:
            task.cancel()
        self._database.abort(self.name)

    async def death(self) -> None:
        """Returns when it is dead."""
        await self._died.wait()


def _nobody() -> None:
    """Nobody follows the log here."""


def is_final(refusal: Refusal) -> bool:
    """True if the ledger decided: the caller does not try again."""
    return not refusal.transient and refusal.reason != refusals.LANE_UNOWNED.name
