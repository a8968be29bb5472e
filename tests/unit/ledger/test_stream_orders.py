"""How an upload is worked off: a bounded window, turns, and what a cut leaves behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import cast

import pytest

from chassis.runtime.clock import SystemClock
from chassis.values.refusal import Refusal
from ledger_service.domain.refusals import overtaken
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.in_turn import InTurn
from ledger_service.use_cases.ports import RefusedOrders
from ledger_service.use_cases.post_orders import PostOrders, Ready
from ledger_service.use_cases.stream_orders import Acknowledgement, StreamOrders, Upload

WINDOW = 4


class Lane:
    """Stands for everything behind an upload: sales are prepared and committed when a test says so."""

    def __init__(self) -> None:
        self.read = 0
        self.queued: list[Refusal] = []
        self.prepared: dict[int, asyncio.Event] = {}
        self.open = asyncio.Event()
        self.cancelled = 0

    async def prepare(self, _caller: str, order: Refusal, uploaded: bool) -> Ready:
        assert uploaded
        slow = self.prepared.get(self.number(order))
        if slow is not None:
            await slow.wait()
        return order

    async def commit(self, ready: Refusal, _in_turn: InTurn) -> Refusal:
        self.queued.append(ready)
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return ready

    def number(self, order: Refusal) -> int:
        return int(order.message)

    async def uploads(self, count: int) -> AsyncIterator[Upload]:
        """So many sales, each known by its number; what becomes of it is told as a refusal for the moment."""
        for number in range(1, count + 1):
            self.read += 1
            refusal = overtaken()
            refusal.message = str(number)
            yield Upload(number, refusal)

    def stream(self) -> StreamOrders:
        nothing = cast(Admission, None), cast(RefusedOrders, None)
        return StreamOrders(cast(PostOrders, self), *nothing, SystemClock(), WINDOW)


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_no_more_is_read_than_the_window_holds() -> None:
    lane = Lane()
    async with aclosing(lane.stream()("till", lane.uploads(20))) as acknowledged:
        first = asyncio.ensure_future(anext(acknowledged))
        await settled()
        assert lane.read == WINDOW
        lane.open.set()
        await first
        await settled()
        assert lane.read == WINDOW
        await anext(acknowledged)
        await settled()
        assert lane.read == WINDOW + 1


async def test_everything_is_acknowledged_once_in_order() -> None:
    lane = Lane()
    lane.open.set()
    told = [one.sequence async for one in lane.stream()("till", lane.uploads(30))]
    assert told == list(range(1, 31))


async def test_who_is_ready_first_still_queues_in_turn() -> None:
    lane = Lane()
    lane.open.set()
    lane.prepared = {1: asyncio.Event(), 3: asyncio.Event()}
    reading = asyncio.create_task(collected(lane, 4))
    await settled()
    assert lane.queued == []
    lane.prepared[3].set()
    lane.prepared[1].set()
    await reading
    assert [lane.number(order) for order in lane.queued] == [1, 2, 3, 4]


async def test_what_still_waits_when_the_stream_is_cut_is_forgotten() -> None:
    lane = Lane()
    async with aclosing(lane.stream()("till", lane.uploads(20))) as acknowledged:
        first = asyncio.ensure_future(anext(acknowledged))
        await settled()
        first.cancel()
        await asyncio.wait([first])
    assert (len(lane.queued), lane.cancelled) == (WINDOW, WINDOW)


async def test_what_ends_the_stream_is_told_after_everything_before_it() -> None:
    lane = Lane()
    lane.open.set()

    async def broken() -> AsyncIterator[Upload]:
        async for upload in lane.uploads(3):
            yield upload
        raise overtaken()

    acknowledged = lane.stream()("till", broken())
    assert [(await anext(acknowledged)).sequence for _ in range(3)] == [1, 2, 3]
    with pytest.raises(Refusal):
        await anext(acknowledged)


async def collected(lane: Lane, count: int) -> list[Acknowledgement]:
    return [one async for one in lane.stream()("till", lane.uploads(count))]
