"""One round: load, kill a process at a random moment, start it again, and prove that nothing was lost or doubled."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from loyalty.rules.v1 import rules_service_pb2 as rules

from deploy.local.mesh import Mesh, open_mesh
from deploy.local.services import service_of
from deploy.local.stack import LocalStack
from tests.fault.many_ledgers import ledger_at, patiently
from tests.fault.model import Model
from tests.load.acks import Ack, read_acks
from tests.load.calls import REQUESTS, Intent, make_until_answered
from tests.load.generator import Load, RunningLoad, now
from tests.load.office import FOLDER
from tests.support.mesh import ALL_ROLES, Till, open_till

PROCESSES = ("ledger", "identity", "rules", "settlement", "postgres", "valkey")
EARLIER_SAMPLE = 100
"""So many acknowledgements of earlier rounds are asked for again in each round, besides all of this one."""
CALLS_AT_ONCE = 32
PROVEN_WITHIN_SECONDS = 60.0


@dataclass(slots=True)
class Tally:
    """What the rounds of one process came to."""

    process: str
    kills: int = 0
    acked: int = 0
    retried: int = 0
    done_before: int = 0
    replayed: int = 0
    start_seconds: list[float] = field(default_factory=list)
    recovery_seconds: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, load: RunningLoad) -> None:
        """Counts one round's load."""
        self.kills += 1
        self.acked += load.acked
        self.retried += load.retried
        self.done_before += load.done_before

    def told(self) -> str:
        """As a line of text. Recovery is from ready to the answer of the last of all clients."""
        started, recovered = sorted(self.start_seconds), sorted(self.recovery_seconds)
        return (
            f"{self.process:<10} {self.kills:>3} kills, {self.acked:>6,} acknowledged of "
            f"{len(self.kinds)} kinds, {self.retried:>5,} repeated "
            f"({self.done_before} had been carried out), {self.replayed:>6,} asked again; ready {_spread(started)} "
            f"after the kill, all clients answered {_spread(recovered)} after that"
        )


def _spread(seconds: list[float]) -> str:
    return f"{seconds[len(seconds) // 2]:.2f} s (at most {seconds[-1]:.2f})" if seconds else "never"


class Rounds:
    """The rounds of one program."""

    def __init__(
        self, stack: LocalStack, till: Till, meshes: Mapping[str, Mesh], directory: Path, random: Random
    ) -> None:
        """`meshes` by the address of the ledger that each calls."""
        self._stack = stack
        self._till = till
        self._meshes = meshes
        self._random = random
        self._load = Load(meshes, till.program, directory, random)
        self._model = Model()
        self._earlier: list[Ack] = []
        self._read: set[Path] = set()

    async def warm_up(self) -> None:
        """The program, the first members and sales, before anything is killed."""
        self._load.office.revision = await self._till.apply(FOLDER, FOLDER.name)
        self._load.members.append(await self._till.enroll("CARD-1"))
        await self._known_to_ledger()
        running = self._load.start()
        await running.answered_since(now())
        await running.stop()
        assert running.surprises == []
        await self._prove(Tally("none"))

    async def _known_to_ledger(self) -> None:
        for mesh in self._meshes.values():
            till = Till(mesh, self._till.program)
            await patiently(partial(till.wallet, self._load.members[0]), also="PROGRAM_NOT_FOUND")

    async def round(self, tally: Tally, *victims: str) -> None:
        """Kills the victims at one random moment, starts them again, and proves everything."""
        others = [process for process in self._stack.processes if process.name not in victims]
        pids = [process.pid for process in others]
        running = self._load.start()
        try:
            await self._kill(running, tally, victims)
            await running.stop()
        except BaseException:
            running.cancel()
            raise
        tally.add(running)
        assert running.surprises == []
        assert [process.pid for process in others] == pids
        await self._prove(tally)

    async def _kill(self, running: RunningLoad, tally: Tally, victims: Sequence[str]) -> None:
        random = self._random
        await running.answered(random.randint(5, 150))
        await asyncio.sleep(random.uniform(0, 0.03))
        for victim in random.sample(victims, len(victims)):
            self._stack.kill(victim)
        killed = now()
        await asyncio.sleep(random.uniform(0, 0.4))
        for victim in (process.name for process in self._stack.processes if process.name in victims):
            await self._stack.start(victim)
        ready = now()
        await running.answered_since(ready)
        tally.start_seconds.append(ready - killed)
        tally.recovery_seconds.append(now() - ready)
        await asyncio.sleep(random.uniform(0, 0.2))

    async def everything_again(self, tally: Tally) -> None:
        """Asks for every acknowledgement of all rounds once more."""
        tally.replayed += await self._ask_again(self._earlier)

    # --- proofs

    async def _prove(self, tally: Tally) -> None:
        acks = self._new_acks()
        tally.kinds.update(ack.rpc for ack in acks)
        self._model.take(acks)
        self._till.reached = self._model.reached
        assert self._model.faults() == []
        sample = self._random.sample(self._earlier, min(EARLIER_SAMPLE, len(self._earlier)))
        tally.replayed += await self._ask_again([*acks, *sample])
        self._earlier += acks
        await self._wallets_are_right()
        await self._program_is_the_last_published()
        async with asyncio.timeout(PROVEN_WITHIN_SECONDS):
            assert await self._till.broken() == []

    def _new_acks(self) -> list[Ack]:
        """What this round's clients have on disk, each client's in its order."""
        files = [file for file in self._load.files() if file not in self._read]
        self._read.update(files)
        return [ack for file in files for ack in read_acks(file)]

    async def _ask_again(self, acks: Sequence[Ack]) -> int:
        """Each acknowledged call, sent again, is answered as before and, if it was carried out, told to be so."""
        limit = asyncio.Semaphore(CALLS_AT_ONCE)

        async def again(ack: Ack) -> str | None:
            intent = Intent(ack.rpc, REQUESTS[ack.rpc].FromString(ack.request))
            async with limit:
                told = await make_until_answered(self._till.mesh, intent, PROVEN_WITHIN_SECONDS)
            if told.answer != ack.answer:
                return f"{intent}: acknowledged {ack.answer}, now {told.answer}"
            return None if told.replayed or ack.answer.refusal is not None else f"{intent}: carried out a second time"

        different = [one for one in await asyncio.gather(*map(again, acks)) if one is not None]
        assert different[:3] == []
        return len(acks)

    async def _wallets_are_right(self) -> None:
        members = sorted(self._load.members)
        wallets = await asyncio.gather(*map(self._till.wallet, members))
        stored = {name: (of.wallet.version, of.wallet.balance) for name, of in zip(members, wallets, strict=True)}
        right = self._model.wallets()
        assert stored == {name: right.get(name, (0, 0)) for name in members}

    async def _program_is_the_last_published(self) -> None:
        answer = await self._till.mesh.rules.GetProgram(rules.GetProgramRequest(program_id=self._till.program))
        assert answer.revision.revision == self._load.office.revision


@asynccontextmanager
async def rounds_on(stack: LocalStack, program: str, directory: Path, random: Random) -> AsyncIterator[Rounds]:
    """Rounds on a new program of a running mesh, warmed up; clients call all of its ledgers."""
    async with AsyncExitStack() as opened:
        till = await opened.enter_async_context(open_till(stack, program))
        token = stack.token("till", programs=[program], roles=ALL_ROLES)
        meshes = {
            stack.address(process.name): await opened.enter_async_context(
                open_mesh(ledger_at(stack, process.name), token)
            )
            for process in stack.processes
            if service_of(process.name) == "ledger"
        }
        rounds = Rounds(stack, till, meshes, directory, random)
        await rounds.warm_up()
        yield rounds
