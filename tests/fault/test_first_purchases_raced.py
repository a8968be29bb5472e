"""A welcome is given once: tills at several ledger processes post a member's first purchase at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.fault.many_ledgers import LEDGERS, ledger_at, move_lane, patiently, until_shared
from tests.support.mesh import ALL_ROLES, Till, line

PROGRAM = "welcome-raced"
WELCOME = """funders: {peak: 100%}
  north-welcome:
    brand: NORTH
    when: {purchase: {number: 1}}
    fixed: {points: 100, per: line}
  north-every-fifth:
    brand: NORTH
    when: {purchase: {every: 5, of: program}}
    fixed: {points: 50, per: line}
"""


@pytest_asyncio.fixture(scope="module")
async def tills(three_ledgers: LocalStack) -> AsyncIterator[list[Till]]:
    """A till at each ledger, in one program that welcomes members and gives for every fifth purchase."""
    token = three_ledgers.token("till", programs=[PROGRAM], roles=ALL_ROLES)
    async with AsyncExitStack() as opened:
        meshes = [await opened.enter_async_context(open_mesh(ledger_at(three_ledgers, one), token)) for one in LEDGERS]
        tills = [Till(mesh, PROGRAM) for mesh in meshes]
        await tills[0].apply(PROGRAMS / "worked-basket", "worked-basket", {"funders: {peak: 100%}\n": WELCOME})
        member = await tills[0].enroll("CARD-0")
        for till in tills:
            await patiently(partial(till.wallet, member), also="PROGRAM_NOT_FOUND")
        yield tills


async def buy(till: Till, member: str, document: str) -> dict[str, int]:
    """Buys one thing, again as long as the answer is "not now"; points by rule."""
    answer: ledger.PostOrderResponse = await patiently(
        lambda: till.sell(member, document, "north-1", [line(1, "NORTH", 100)])
    )
    return {one.rule_id: one.granted for one in answer.earned}


async def test_of_two_first_purchases_at_two_ledgers_one_is_welcomed(tills: list[Till]) -> None:
    for number in range(10):
        member = await tills[0].enroll(f"TWO-{number}")
        given = await asyncio.gather(*(buy(till, member, f"two-{number}-{n}") for n, till in enumerate(tills[:2])))
        assert sorted(one.get("north-welcome", 0) for one in given) == [0, 100]


async def test_many_purchases_at_three_ledgers_are_counted_one_by_one(tills: list[Till]) -> None:
    member = await tills[0].enroll("MANY")
    given = await asyncio.gather(*(buy(tills[n % len(tills)], member, f"many-{n}") for n in range(60)))
    assert sum(one.get("north-welcome", 0) for one in given) == 100
    assert sum(one.get("north-every-fifth", 0) for one in given) == 12 * 50


async def test_a_welcome_that_was_brought_back_is_given_again_once(tills: list[Till]) -> None:
    member = await tills[0].enroll("BACK")
    assert (await buy(tills[0], member, "back-1"))["north-welcome"] == 100
    await tills[1].give_back("back-1-return", "north-1", "back-1", {1: None})
    given = await asyncio.gather(*(buy(till, member, f"back-2-{n}") for n, till in enumerate(tills)))
    assert sorted(one.get("north-welcome", 0) for one in given) == [0, 0, 100]


async def test_a_lane_that_moves_meanwhile_makes_no_difference(tills: list[Till], three_ledgers: LocalStack) -> None:
    member = await tills[0].enroll("MOVED")
    buying = asyncio.gather(*(buy(tills[n % len(tills)], member, f"moved-{n}") for n in range(30)))
    for partition in range(4):
        # At the end each process has a lane again, as other tests want it.
        for process in (*LEDGERS, LEDGERS[partition % len(LEDGERS)]):
            await patiently(partial(move_lane, three_ledgers, partition, process))
    given = await buying
    await until_shared(three_ledgers)
    assert sum(one.get("north-welcome", 0) for one in given) == 100
    assert sum(one.get("north-every-fifth", 0) for one in given) == 6 * 50


async def test_everything_ties_out(tills: list[Till]) -> None:
    assert await patiently(tills[0].broken) == []
