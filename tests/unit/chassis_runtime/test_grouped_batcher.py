"""Batches of one group each."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.runtime.grouped_batcher import GroupedBatcher
from chassis.values.refusal import Refusal


class Gated:
    """Handles texts; batches of those that begin with `slow` wait for the gate."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.batches: list[list[str]] = []

    async def handle(self, items: Sequence[str]) -> Sequence[str | Exception]:
        """Each as it is."""
        self.batches.append(list(items))
        if items[0].startswith("slow"):
            await self.gate.wait()
        return list(items)


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_group_does_not_wait_for_another() -> None:
    gated = Gated()
    batcher = GroupedBatcher("t", gated.handle, max_size=10, max_groups=2)
    slow = asyncio.create_task(batcher.submit("slow", "slow 1"))
    await _settle()
    assert await asyncio.wait_for(batcher.submit("quick", "quick 1"), 1) == "quick 1"
    gated.gate.set()
    assert await slow == "slow 1"


async def test_items_gather_by_group() -> None:
    gated = Gated()
    batcher = GroupedBatcher("t", gated.handle, max_size=10, max_groups=2)
    items = [("a", "a 1"), ("b", "b 1"), ("a", "a 2"), ("b", "b 2")]
    assert await asyncio.gather(*(batcher.submit(*item) for item in items)) == [item for _, item in items]
    assert gated.batches == [["a 1", "a 2"], ["b 1", "b 2"]]


async def test_groups_that_have_nothing_make_room_for_others() -> None:
    batcher = GroupedBatcher("t", Gated().handle, max_size=10, max_groups=3)
    for number in range(20):
        assert await batcher.submit(f"g{number}", str(number)) == str(number)
        assert batcher.groups <= 3


async def test_a_group_too_many_is_refused_and_those_there_are_go_on() -> None:
    gated = Gated()
    batcher = GroupedBatcher("t", gated.handle, max_size=10, max_groups=2)
    going = [asyncio.create_task(batcher.submit(f"slow {number}", f"slow {number}")) for number in range(2)]
    await _settle()
    with pytest.raises(Refusal, match="OVERLOADED"):
        await batcher.submit("other", "other")
    gated.gate.set()
    assert await asyncio.gather(*going) == ["slow 0", "slow 1"]
    assert await batcher.submit("other", "other") == "other"
