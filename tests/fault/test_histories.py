"""What clients of three ledgers were told while these were killed, stopped and robbed of their lanes, and Valkey was
emptied and killed, could all have happened one after the other."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from google.protobuf.message import Message

from chassis.values.refusal import Refusal
from deploy.local.process import ManagedProcess
from deploy.local.stack import LocalStack
from tests.fault.deeds import Bench, intent_of
from tests.fault.histories import Historian, out_of_order, windows
from tests.fault.many_ledgers import (
    ILL_TREATMENT,
    LEDGERS,
    PARTITIONS,
    Shoppers,
    move_lane,
    patiently,
    shoppers_in,
)
from tests.fault.recording_ledger import recorded_in, recording
from tests.fault.replay import History, Replay
from tests.fault.rivals import SCENES
from tests.load.shopper import Shopper

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20"))

pytestmark = [pytest.mark.fault, pytest.mark.timeout(60 + 30 * ROUNDS)]
CALLER = "till"
MEMBERS, CLIENTS, STEPS = 6, 12, 25


@dataclass
class Recorded:
    """Three ledgers that write down what they commit, and the tills of a program."""

    shoppers: Shoppers
    records: Path
    processes: list[ManagedProcess]

    async def trouble(self, random: Random, over: asyncio.Event) -> Counter[str]:
        """One thing after the other happens to the ledgers and to Valkey; how often each."""
        done: Counter[str] = Counter()
        while not over.is_set():
            await asyncio.sleep(random.uniform(0, 0.8))
            deed = random.choice(DEEDS)
            await deed(self, random)
            done[deed.__name__] += 1
        return done

    async def killed(self, random: Random) -> None:
        """A ledger dies and comes back."""
        process = random.choice(self.processes)
        process.kill()
        await process.start()

    async def hanging(self, random: Random) -> None:
        """A ledger stops for a moment, or for longer than its leases last."""
        pid = random.choice(self.processes).pid
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(random.choice((0.2, 1.0, 4.0, 6.5)))
        os.kill(pid, signal.SIGCONT)

    async def robbed(self, random: Random) -> None:
        """A lane is moved to some ledger, if it can be had."""
        with suppress(Refusal):
            await move_lane(self.shoppers.stack, random.randrange(PARTITIONS), random.choice(LEDGERS))

    async def valkey_emptied(self, _random: Random) -> None:
        """Nobody holds a lease, and fences begin anew."""
        await ILL_TREATMENT["emptied"](self.shoppers.stack)

    async def valkey_away(self, random: Random) -> None:
        """Valkey dies and comes back."""
        self.shoppers.stack.kill("valkey")
        await asyncio.sleep(random.uniform(0, 1))
        await self.shoppers.stack.start("valkey")

    async def member(self, card: str) -> str:
        """A new member."""
        return await patiently(lambda: self.shoppers.tills[0].enroll(card))

    async def replay(self, historian: Historian) -> Replay:
        """Everything over again."""
        stack, program = self.shoppers.stack, self.shoppers.program
        commands = recorded_in(self.records)
        history = await History.read(stack.postgres.url(stack.database("ledger").name), program, commands)
        replay = Replay(history, commands, windows(historian.calls, program, CALLER))
        await replay.run()
        return replay


DEEDS = (Recorded.killed, Recorded.hanging, Recorded.robbed, Recorded.valkey_emptied, Recorded.valkey_away)


@pytest_asyncio.fixture(scope="module")
async def recorded(three_ledgers: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Recorded]:
    """Recording ledgers in place of the usual ones."""
    records = tmp_path_factory.mktemp("records")
    usual = [three_ledgers.process(name) for name in LEDGERS]
    processes = [recording(process, records) for process in usual]
    for process in usual:
        await process.stop()
    async with AsyncExitStack() as opened:
        for before in usual:
            opened.push_async_callback(before.start)
        for process in processes:
            opened.push_async_callback(process.stop)
            await process.start()
        shoppers = await opened.enter_async_context(shoppers_in(three_ledgers, "histories"))
        yield Recorded(shoppers, records, processes)


async def test_what_was_told_through_all_trouble_is_a_history(
    recorded: Recorded, random: Random, counted: list[str]
) -> None:
    tills, program = recorded.shoppers.tills, recorded.shoppers.program
    historian = Historian([till.mesh for till in tills], random, [])
    done: Counter[str] = Counter()
    for round_ in range(max(1, ROUNDS // 2)):
        members = [await recorded.member(f"HISTORY-{round_}-{number}") for number in range(MEMBERS)]
        shoppers = [
            Shopper(f"H{round_}-{number}", program, members, Random(random.random()), most_members=0)
            for number in range(CLIENTS)
        ]
        scenes = [await scene(Bench(random.choice(tills))) for scene in SCENES.values()]
        over = asyncio.Event()
        trouble = asyncio.create_task(recorded.trouble(random, over))
        await asyncio.gather(*(historian.shop(shopper, STEPS) for shopper in shoppers), play(historian, scenes))
        over.set()
        done += await trouble
    assert out_of_order(historian.calls) == []
    replay = await recorded.replay(historian)
    assert await recorded.shoppers.broken() == []
    counted.append(f"{len(historian.calls)} calls to three ledgers, {dict(done)}")
    counted.append(f"{replay.replayed} events and {replay.refused} refusals replayed")


async def play(historian: Historian, scenes: Sequence[Sequence[Message]]) -> None:
    """One scene after the other."""
    for requests in scenes:
        await historian.all_at_once([intent_of(request) for request in requests])
