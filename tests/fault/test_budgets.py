"""One budget, three ledger processes, and sales and returns at all of them: never above the limit, exact at the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random
from typing import TypeVar

import pytest
from loyalty.ledger.v1 import limit_pb2

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.fault.many_ledgers import LEDGERS, Shoppers, lanes_of, move_lane, patiently, shoppers_in, until_shared
from tests.support.mesh import Till, line

T = TypeVar("T")

MEMBERS = 24
SELLERS = 12
EACH = 7
"""Points that a sale wants."""

_PROGRAMS = count(1)


@dataclass
class Market:
    """Tills that sell to many members under one budget, and bring some of it back."""

    shoppers: Shoppers
    random: Random
    members: list[str]
    limit: int
    granted: int = 0
    back: int = 0
    seen: list[int] = field(default_factory=list)
    returning: bool = True
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def set_limit(self, points: int) -> None:
        """A new limit of the budget, in force with the next sale."""
        budget = f"\nbudgets:\n  pot: {{rules: north-base, points: {points}, warn_at: 50%}}\n\nearn_rules:\n"
        await self.shoppers.tills[0].apply(PROGRAMS / "worked-basket", "worked-basket", {"\nearn_rules:\n": budget})
        self.limit = points

    async def used(self) -> int:
        """What is counted by now."""
        request = limit_pb2.ListLimitsRequest(program_id=self.shoppers.program)
        answer = await patiently(lambda: self.random.choice(self.shoppers.tills).mesh.ledger.ListLimits(request))
        return sum(one.used_points for one in answer.limits)

    async def sell(self) -> int:
        """One sale, made to happen, and sometimes its return; what it was granted."""
        document, member = f"d{next(self._numbers)}", self.random.choice(self.members)
        lines = [line(1, "NORTH", 100 * EACH)]
        answer = await self._insist(lambda till: till.sell(member, document, "north-1", lines))
        points = sum(earned.granted for earned in answer.earned)
        self.granted += points
        if points and self.returning and self.random.random() < 0.3:
            await self._insist(lambda till: till.give_back(f"r-{document}", "north-1", document, {1: None}))
            self.back += points
        return points

    async def _insist(self, call: Callable[[Till], Awaitable[T]]) -> T:
        """At one process after the other, until it was done."""
        async with asyncio.timeout(60):
            while True:
                try:
                    return await call(self.random.choice(self.shoppers.tills))
                except Refusal as refusal:
                    if not refusal.transient:
                        raise
                    await asyncio.sleep(0.05)

    async def trade(self, sales: int) -> None:
        """So many sales by sellers at once, while the counter is watched."""
        left = count(sales, -1)

        async def seller() -> None:
            while next(left) > 0:
                await self.sell()

        watching = asyncio.create_task(self._watch())
        await asyncio.gather(*(seller() for _ in range(SELLERS)))
        watching.cancel()

    async def _watch(self) -> None:
        while True:
            self.seen.append(await self.used())
            await asyncio.sleep(0.02)

    async def use_up(self) -> None:
        """Sells, without returns, until every member is granted nothing any more."""
        self.returning = False
        granted = 1
        while granted:
            granted = sum(await asyncio.gather(*(self.sell() for _ in range(2 * MEMBERS))))

    async def balances(self) -> int:
        """The points of all members together."""
        return sum(await asyncio.gather(*map(self.shoppers.balance, self.members)))


@pytest.fixture
async def market(three_ledgers: LocalStack, random: Random) -> AsyncIterator[Market]:
    async with shoppers_in(three_ledgers, f"budget-{next(_PROGRAMS)}") as shoppers:
        await until_shared(three_ledgers)
        members = [await shoppers.tills[0].enroll(f"M-{number}") for number in range(MEMBERS)]
        yield Market(shoppers, random, members, 0)
        assert await shoppers.broken() == []


async def test_sales_and_returns_at_three_processes_never_pass_a_budget_and_end_exactly_at_it(market: Market) -> None:
    await market.set_limit(700)

    await market.trade(250)
    await market.use_up()

    assert await market.used() == await market.balances() == 700
    assert market.granted - market.back == 700
    assert max(market.seen) <= 700


@pytest.mark.parametrize("victim", [pytest.param(LEDGERS[0], marks=pytest.mark.fault), LEDGERS[-1]])
async def test_a_process_that_is_killed_takes_nothing_of_a_budget_with_it(market: Market, victim: str) -> None:
    stack = market.shoppers.stack
    await market.set_limit(700)

    async def kill() -> None:
        await asyncio.sleep(0.5)
        stack.kill(victim)

    await asyncio.gather(market.trade(200), kill())
    await market.use_up()
    await stack.restart(victim)
    for till in market.shoppers.tills:
        await patiently(partial(till.wallet, market.members[0]), also="PROGRAM_NOT_FOUND")

    assert await market.used() == await market.balances() == 700
    assert max(market.seen) <= 700


async def test_a_lane_that_moves_takes_its_allotments_with_it(market: Market) -> None:
    stack = market.shoppers.stack
    await market.set_limit(700)

    async def move() -> None:
        heirs = {stack.address(one): heir for one, heir in zip(LEDGERS, (*LEDGERS[1:], LEDGERS[0]), strict=True)}
        for partition, owner in (await lanes_of(stack)).items():
            await move_lane(stack, partition, heirs[owner])

    await asyncio.gather(market.trade(200), move())
    await market.use_up()

    assert await market.used() == await market.balances() == 700
    assert max(market.seen) <= 700


async def test_a_limit_is_lowered_and_raised_while_it_is_used(market: Market) -> None:
    await market.set_limit(600)
    await market.trade(60)
    before = await market.used()
    await market.set_limit(before - 50)

    await market.trade(60)
    # Nothing is taken from anybody, and nothing granted until so much has come back.
    assert await market.used() <= before
    await market.set_limit(900)
    await market.trade(60)
    await market.use_up()

    assert await market.used() == await market.balances() == 900
    assert max(market.seen) <= 900
