"""Ledger processes are killed, stopped and robbed of their lanes under load: tills go on, and nothing is lost."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from functools import partial
from random import Random

import pytest

from chassis.values.refusal import Refusal
from ledger_service.lanes.keeper import LEASE_SECONDS, RENEW_SECONDS
from tests.fault.many_ledgers import LEDGERS, Shoppers, lanes_of, move_lane, patiently
from tests.support.mesh import line

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20"))
MEMBERS = 12


class Load:
    """Tills that sell a point at a time to members of their own, one sale after the other, at changing processes."""

    def __init__(self, shoppers: Shoppers, members: list[str], random: Random) -> None:
        self._shoppers = shoppers
        self._random = random
        self._stop = asyncio.Event()
        self._tasks = [asyncio.create_task(self._sell(member)) for member in members]
        self.sold = dict.fromkeys(members, 0)
        self.answered_at = dict.fromkeys(members, 0.0)
        self.refused: list[str] = []

    async def _sell(self, member: str) -> None:
        while not self._stop.is_set():
            document = f"{member}-{self.sold[member]}-{id(self)}"
            await self._insist(member, document)
            self.sold[member] += 1
            self.answered_at[member] = time.monotonic()

    async def _insist(self, member: str, document: str) -> None:
        async with asyncio.timeout(60):
            while True:
                till = self._random.choice(self._shoppers.tills)
                try:
                    await till.sell(member, document, "north-1", [line(1, "NORTH", 100)])
                    return
                except Refusal as refusal:
                    if not refusal.transient:
                        raise
                    self.refused.append(refusal.reason)
                    await asyncio.sleep(0.05)

    async def all_answered_since(self, moment: float) -> float:
        """Returns when every member was sold something after that moment; seconds after it."""
        async with asyncio.timeout(60):
            while True:
                if min(self.answered_at.values()) > moment:
                    return time.monotonic() - moment
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Ends all tills after their present sale."""
        self._stop.set()
        await asyncio.gather(*self._tasks)


async def killed(shoppers: Shoppers, victim: str) -> None:
    """It ends without a word."""
    shoppers.stack.kill(victim)


async def stopped(shoppers: Shoppers, victim: str) -> None:
    """It is told to end."""
    await shoppers.stack.process(victim).stop()


async def robbed(shoppers: Shoppers, victim: str) -> None:
    """Its lanes are moved to another process."""
    stack = shoppers.stack
    heir = LEDGERS[(LEDGERS.index(victim) + 1) % len(LEDGERS)]
    for partition, owner in (await lanes_of(stack, heir)).items():
        if owner == stack.address(victim):
            await move_lane(stack, partition, heir)


Deed = Callable[[Shoppers, str], Awaitable[None]]
DEEDS: dict[str, tuple[Deed, float]] = {
    "killed": (killed, LEASE_SECONDS + 2 * RENEW_SECONDS),
    "stopped": (stopped, 3 * RENEW_SECONDS),
    "robbed": (robbed, 2 * RENEW_SECONDS),
}
"""What is done to a process, and within how many seconds every till is answered again."""


async def round_of(shoppers: Shoppers, deed: str, victim: str, random: Random) -> tuple[float, Load]:
    """Load, the deed, load; after how many seconds every till was answered again."""
    members = [await shoppers.member_with(1) for _ in range(MEMBERS)]
    # Each till has found its process again after the last round.
    await asyncio.gather(*(patiently(partial(till.wallet, members[0])) for till in shoppers.tills))
    load = Load(shoppers, members, random)
    await load.all_answered_since(time.monotonic())
    done, _ = DEEDS[deed]
    await done(shoppers, victim)
    seconds = await load.all_answered_since(time.monotonic())
    await load.stop()
    # What was moved by hand stays moved; one that comes anew asks for its share.
    await shoppers.stack.restart(victim)
    balances = await asyncio.gather(*map(shoppers.balance, members))
    assert balances == [1 + load.sold[member] for member in members]
    return seconds, load


@pytest.mark.parametrize("deed", DEEDS)
async def test_tills_go_on_and_every_sale_counts_once(
    shoppers: Shoppers, deed: str, random: Random, counted: list[str]
) -> None:
    seconds, load = await round_of(shoppers, deed, random.choice(LEDGERS), random)
    counted.append(
        f"a ledger of three {deed}: every till answered {seconds:.2f} s later, "
        f"{sum(load.sold.values())} sales, {len(load.refused)} times told to wait {sorted(set(load.refused))}"
    )
    assert seconds < DEEDS[deed][1]
    assert await shoppers.broken() == []


async def test_who_is_robbed_of_its_lanes_lets_nobody_wait(shoppers: Shoppers, random: Random) -> None:
    _, load = await round_of(shoppers, "robbed", random.choice(LEDGERS), random)
    assert load.refused == []


@pytest.mark.fault
@pytest.mark.timeout(60 + 30 * ROUNDS)
async def test_tills_go_on_through_whatever_is_done_to_the_processes(
    shoppers: Shoppers, random: Random, counted: list[str]
) -> None:
    sales, waits = 0, []
    for _ in range(ROUNDS):
        deed = random.choice(list(DEEDS))
        seconds, load = await round_of(shoppers, deed, random.choice(LEDGERS), random)
        assert seconds < DEEDS[deed][1], deed
        sales += sum(load.sold.values())
        waits.append(seconds)
    assert await shoppers.broken() == []
    counted.append(f"{ROUNDS} deeds to three ledgers: {sales} sales, answered again after {max(waits):.2f} s at most")
