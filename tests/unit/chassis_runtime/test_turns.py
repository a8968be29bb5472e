"""Lines take turns, have bounded places, and lose no turn when somebody leaves."""

import asyncio

import pytest

from chassis.runtime.turns import Turns
from chassis.values.refusal import Refusal


async def has_turns(turns: Turns, line: str, order: list[str]) -> None:
    async with turns.turn(line):
        order.append(line)
        await asyncio.sleep(0)


async def test_a_newcomer_waits_for_one_of_each_line_and_not_for_all() -> None:
    turns, order = Turns("few", at_once=1, per_line=100, in_all=1_000), list[str]()
    flood = [asyncio.create_task(has_turns(turns, line, order)) for line in ("a", "b") for _ in range(50)]
    await asyncio.sleep(0)
    await has_turns(turns, "honest", order)
    assert len(order) - 1 <= 4
    await asyncio.gather(*flood)
    assert sorted(order) == ["a"] * 50 + ["b"] * 50 + ["honest"]


async def test_no_more_have_it_at_once_than_may() -> None:
    turns, having, most = Turns("few", at_once=2, per_line=100, in_all=1_000), 0, 0

    async def one(line: str) -> None:
        nonlocal having, most
        async with turns.turn(line):
            having += 1
            most = max(most, having)
            await asyncio.sleep(0.001)
            having -= 1

    await asyncio.gather(*(one(str(number % 3)) for number in range(20)))
    assert most == 2


async def test_who_goes_away_takes_no_turn_along() -> None:
    turns, order = Turns("few", at_once=1, per_line=100, in_all=1_000), list[str]()
    tasks = [asyncio.create_task(has_turns(turns, str(number % 4), order)) for number in range(40)]
    await asyncio.sleep(0)
    for number, task in enumerate(tasks):
        if number % 3:
            task.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait_for(has_turns(turns, "last", order), 1)


def test_a_full_line_and_a_full_house_are_refused() -> None:
    turns = Turns("few", at_once=1, per_line=2, in_all=3)
    with turns.place("a"), turns.place("a"):
        with pytest.raises(Refusal) as refused, turns.place("a"):
            pass
        assert (refused.value.reason, refused.value.metadata["limit"]) == ("TOO_FREQUENT", "few")
        assert refused.value.retry_after_seconds
        with turns.place("b"), pytest.raises(Refusal), turns.place("c"):
            pass
    with turns.place("a"), turns.place("a"):
        pass
