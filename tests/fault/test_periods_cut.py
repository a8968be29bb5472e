"""A ledger process is killed while one period after another is cut: each is cut once, everywhere, and tills go on."""

import asyncio
import time
from random import Random

import pytest
from loyalty.ledger.v1 import close_pb2 as close

from ledger_service.lanes.keeper import LEASE_SECONDS, RENEW_SECONDS
from tests.fault.many_ledgers import LEDGERS, PARTITIONS, Shoppers, patiently
from tests.fault.test_lanes_killed import MEMBERS, Load
from tests.support.mesh import Till


class Finance:
    """Cuts months without end, each at a random process until it is told that it is cut."""

    def __init__(self, shoppers: Shoppers, random: Random) -> None:
        self._shoppers = shoppers
        self._random = random
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._cut())
        self.cuts: list[close.PeriodCut] = []

    async def _cut(self) -> None:
        while not self._stop.is_set():
            number = len(self.cuts)
            period = f"{1990 + number // 12}-{number % 12 + 1:02}"
            request = close.CutPeriodRequest(program_id=self._shoppers.program, period=period)
            answer = await patiently(lambda request=request: self._at_random().mesh.ledger.CutPeriod(request))  # type: ignore[misc]
            self.cuts.append(answer.cut)
            await asyncio.sleep(0.02)

    def _at_random(self) -> Till:
        return self._random.choice(self._shoppers.tills)

    async def stop(self) -> None:
        """Ends after the present cut."""
        self._stop.set()
        await self._task


@pytest.mark.timeout(120)
async def test_every_period_is_cut_once_whoever_dies_over_it(
    shoppers: Shoppers, random: Random, counted: list[str]
) -> None:
    members = [await shoppers.member_with(1) for _ in range(MEMBERS)]
    load, finance = Load(shoppers, members, random), Finance(shoppers, random)
    await load.all_answered_since(time.monotonic())
    victim = random.choice(LEDGERS)
    shoppers.stack.kill(victim)
    assert await load.all_answered_since(time.monotonic()) < LEASE_SECONDS + 3 * RENEW_SECONDS
    await load.stop()
    await finance.stop()
    await shoppers.stack.restart(victim)
    asked = close.ListPeriodCutsRequest(program_id=shoppers.program)
    kept = list((await patiently(lambda: shoppers.tills[0].mesh.ledger.ListPeriodCuts(asked))).cuts)
    counted.append(f"a ledger of three killed: {len(kept)} periods cut, {sum(load.sold.values())} sales")
    assert kept == finance.cuts
    assert [cut.sequence for cut in kept] == list(range(1, len(kept) + 1))
    assert {len(cut.barriers) for cut in kept} == {PARTITIONS}
    balances = await asyncio.gather(*map(shoppers.balance, members))
    assert balances == [1 + load.sold[member] for member in members]
    assert await shoppers.broken() == []
