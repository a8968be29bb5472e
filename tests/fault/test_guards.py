"""Never a point too many: tills at several ledger processes spend one member's points at once, whatever Valkey does."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from random import Random

import pytest

from deploy.local.stack import LocalStack
from tests.fault.many_ledgers import ILL_TREATMENT, LEDGERS, Shoppers, spread

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "20"))


@pytest.fixture(params=ILL_TREATMENT)
async def treated(three_ledgers: LocalStack, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """While the test runs Valkey is treated so; afterwards it is there again."""
    treating = asyncio.create_task(_treat(three_ledgers, request.param, 0.05))
    yield request.param
    await treating
    await three_ledgers.start("valkey")


async def _treat(stack: LocalStack, treatment: str, after_seconds: float) -> None:
    await asyncio.sleep(after_seconds)
    await ILL_TREATMENT[treatment](stack)


async def test_two_tills_at_once_spend_the_same_points_once(shoppers: Shoppers, treated: str) -> None:
    for _ in range(5):
        member = await shoppers.member_with(100)
        heard = await spread(shoppers, member, 100, 2)
        assert sorted(heard) == ["INSUFFICIENT_POINTS", "done"]
        assert await shoppers.balance(member) == 0


async def test_two_hundred_at_once_spend_what_is_there_and_no_more(shoppers: Shoppers, treated: str) -> None:
    member = await shoppers.member_with(504)
    heard = await spread(shoppers, member, 5, 200)
    assert Counter(heard) == {"done": 100, "INSUFFICIENT_POINTS": 100}
    assert await shoppers.balance(member) == 4
    assert await shoppers.broken() == []


async def test_repeats_at_all_processes_through_restarts_and_a_lost_memory_have_one_effect(shoppers: Shoppers) -> None:
    member = await shoppers.member_with(100)
    stack = shoppers.stack
    at_once = await asyncio.gather(*(shoppers.spend(member, 30, n, "again") for n in range(50)))
    one_by_one = [await shoppers.spend(member, 30, n, "again") for n in range(10)]
    await ILL_TREATMENT["emptied"](stack)
    emptied = [await shoppers.spend(member, 30, n, "again") for n in range(3)]
    await asyncio.gather(*map(stack.restart, LEDGERS))
    restarted = [await shoppers.spend(member, 30, n, "again") for n in range(3)]
    answers = [one for one in [*at_once, *one_by_one, *emptied, *restarted] if not isinstance(one, str)]
    assert len(answers) == 66
    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
    assert await shoppers.balance(member) == 70
    assert await shoppers.broken() == []


@pytest.mark.fault
@pytest.mark.timeout(60 + 10 * ROUNDS)
@pytest.mark.parametrize("treatment", ILL_TREATMENT)
async def test_the_last_points_are_spent_once_whenever_it_happens(
    shoppers: Shoppers, treatment: str, random: Random, counted: list[str]
) -> None:
    stack, spent = shoppers.stack, 0
    for round_ in range(ROUNDS):
        points, each, calls = random.randint(20, 400), random.randint(2, 9), random.randint(2, 200)
        member = await shoppers.member_with(points)
        treating = asyncio.create_task(_treat(stack, treatment, random.uniform(0, 0.3)))
        heard = Counter(await spread(shoppers, member, each, calls))
        await treating
        await stack.start("valkey")
        assert heard["done"] == min(calls, points // each), (round_, points, each, calls, heard)
        assert await shoppers.balance(member) == points - each * heard["done"]
        spent += heard["done"]
    assert await shoppers.broken() == []
    counted.append(f"Valkey {treatment}, {ROUNDS} rounds of tills at three ledgers: {spent} redemptions, none too many")
