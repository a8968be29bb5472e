"""A simulated world: processes, clients, and what happens to them, all from one seed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar
from unittest.mock import patch

from chassis.runtime.reasons import unavailable
from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Command
from ledger_service.lanes import keeper
from ledger_service.store import codec
from tests.simulation.cuts import CutsHeard
from tests.simulation.database import MemoryDatabase
from tests.simulation.intents import Intents
from tests.simulation.leases import LeaseServer
from tests.simulation.loop import StuckError, simulate
from tests.simulation.processes import NO_FAULTS, Faults, Process, is_final
from tests.simulation.service import Wish

T = TypeVar("T")

BEGINNING = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATIENCE_SECONDS = 2.0
"""How long a client waits for an answer before it asks again, perhaps elsewhere."""

MOST_TRIES = 200
"""Nothing is in the way of a call for so long."""


@dataclass(frozen=True)
class Scenario:
    """How large a world is and how rough."""

    processes: int = 2
    partitions: int = 2
    members: int = 3
    clients: int = 6
    commands: int = 12
    faults: Faults = NO_FAULTS
    kills: int = 0
    stops: int = 0
    outages: int = 0
    losses: int = 0
    cuts: int = 0
    merges: int = 0


@dataclass
class Heard:
    """What a client asked and was told at last: an answer's bytes, or a decided refusal; None if it gave up."""

    wish: Wish
    asked: float
    told: float = 0.0
    answer: bytes | None = None
    refusal: Refusal | None = None


@dataclass
class World:
    """Everything of one run."""

    scenario: Scenario
    random: Random
    database: MemoryDatabase
    server: LeaseServer = field(default_factory=LeaseServer)
    processes: dict[str, Process] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    made: dict[tuple[str, str], list[Command]] = field(default_factory=dict)
    cut: CutsHeard = field(default_factory=CutsHeard)
    born: int = 0

    def now(self) -> datetime:
        """The clock of every process."""
        return BEGINNING + timedelta(seconds=asyncio.get_running_loop().time())

    def start_process(self) -> Process:
        """One more process."""
        self.born += 1
        name = f"ledger-{self.born}"
        process = Process(
            name, self.database, self.server, self, self.random, self.scenario.faults, self.processes, self.made
        )
        self.processes[name] = process
        return process

    @property
    def alive(self) -> list[Process]:
        """The processes that can be called."""
        return [process for process in self.processes.values() if not process.dead]

    # --- clients

    async def ask(self, wish: Wish) -> Heard:
        """Makes a call until it is answered or refused for good, each time to any process that lives."""
        heard = Heard(wish, asyncio.get_running_loop().time())
        for _ in range(MOST_TRIES):
            try:
                outcome = await self._ask_once(lambda process: process.call(wish))
                heard.answer = codec.encode(outcome.answer)
                break
            except Refusal as refusal:
                if is_final(refusal):
                    heard.refusal = refusal
                    break
            await asyncio.sleep(self.random.random())
        else:
            raise StuckError(f"never answered: {wish.request_id}")
        heard.told = asyncio.get_running_loop().time()
        return heard

    async def _ask_once(self, ask: Callable[[Process], Awaitable[T]]) -> T:
        """The answer of any process that lives."""
        process = self.random.choice(self.alive)
        call = asyncio.ensure_future(ask(process))
        death = asyncio.ensure_future(process.death())
        done, _ = await asyncio.wait([call, death], timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        death.cancel()
        if call not in done:
            # As a server does when its caller has gone: the commit goes on without a reader.
            call.cancel()
            raise unavailable("ledger")
        return call.result()

    async def client(self, intents: Intents) -> None:
        """A till: one command after another, some of them sent twice at the same time."""
        for _ in range(self.scenario.commands):
            wish: Wish | None = intents.next()
            while wish is not None:
                calls = [self.ask(wish) for _ in range(1 + (self.random.random() < 0.15))]
                self.heard += await asyncio.gather(*calls)
                wish = intents.after()
            await asyncio.sleep(self.random.random() * 0.2)

    async def finance(self) -> None:
        """Cuts one period after the other, each until it is told that it is cut."""
        for number in range(self.scenario.cuts):
            await asyncio.sleep(self.random.random() * 0.5)
            period = f"{1990 + number // 12}-{number % 12 + 1:02}"
            for _ in range(MOST_TRIES):
                try:
                    self.cut.cuts.append(await self._ask_once(lambda process, period=period: process.cut(period)))  # type: ignore[misc]
                    break
                except Refusal as refusal:
                    if is_final(refusal):
                        raise
                await asyncio.sleep(self.random.random() * 0.2)
            else:
                raise StuckError(f"never cut: {period}")

    async def clerk(self, members: Sequence[str]) -> None:
        """Merges members and parts them again, each a moment later."""
        links = self.database.links
        for _ in range(self.scenario.merges):
            await asyncio.sleep(self.random.random() * 0.3)
            one, other = self.random.sample(members, 2)
            if links.root(one) != links.root(other) and self.random.random() < 0.6:
                links.merge(one, other)
            elif links.survivor_of:
                links.unmerge(self.random.choice(sorted(links.survivor_of)))

    # --- what happens

    async def trouble(self) -> None:
        """Kills, stops and outages at random moments; in the end a process is alive and the server answers."""
        scenario = self.scenario
        deeds: list[Callable[[], None]] = [
            *[self._kill] * scenario.kills,
            *[self._stop] * scenario.stops,
            *[self._outage] * scenario.outages,
            *[self.server.forget] * scenario.losses,
        ]
        self.random.shuffle(deeds)
        for deed in deeds:
            await asyncio.sleep(self.random.random() * 1.5)
            deed()

    def _kill(self) -> None:
        self.random.choice(self.alive).kill()
        self.start_process()

    def _stop(self) -> None:
        self.random.choice(self.alive).stop(self.random.choice((0.3, 2.0, 4.0, 7.0)))

    def _outage(self) -> None:
        self.server.away = True
        asyncio.get_running_loop().call_later(self.random.random() * 3, setattr, self.server, "away", False)

    async def run(self) -> None:
        """Lets the clients work through the trouble."""
        for _ in range(self.scenario.processes):
            self.start_process()
        shared = Intents.shared(self.random, self.scenario.members, self.now)
        clients = [self.client(Intents(shared, f"till-{number}")) for number in range(self.scenario.clients)]
        await asyncio.gather(self.trouble(), self.finance(), self.clerk(shared.members), *clients)


def run_world(seed: int, scenario: Scenario) -> World:
    """A whole run from its seed."""
    random = Random(seed)
    world = World(scenario, random, MemoryDatabase(scenario.partitions))
    with _loop_clock():
        simulate(world.run(), random)
    return world


@contextmanager
def _loop_clock() -> Iterator[None]:
    """The keeper counts its leases by the monotonic clock: here that is the loop's."""

    class _Clock:
        @staticmethod
        def monotonic() -> float:
            return asyncio.get_running_loop().time()

    with patch.object(keeper, "time", _Clock):
        yield
