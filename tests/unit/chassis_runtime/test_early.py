"""Workers that begin before the process serves."""

import asyncio

import pytest

from chassis.runtime.application import Worker
from chassis.runtime.early import begun


async def test_it_enters_when_the_worker_has_brought_what_is_needed() -> None:
    ready, order = asyncio.Event(), list[str]()

    async def run(stopping: asyncio.Event) -> None:
        await asyncio.sleep(0)
        order.append("brought")
        ready.set()
        await stopping.wait()

    async with begun(Worker("w", run), ready):
        order.append("entered")
    assert order == ["brought", "entered"]


async def test_a_worker_that_fails_before_it_is_ready_is_told() -> None:
    async def run(_stopping: asyncio.Event) -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError):
        async with begun(Worker("w", run), asyncio.Event()):
            raise AssertionError("it must not enter")


async def test_the_handed_on_worker_ends_when_it_is_told_to() -> None:
    ready = asyncio.Event()
    ready.set()

    async def run(stopping: asyncio.Event) -> None:
        await stopping.wait()

    async with begun(Worker("w", run), ready) as watched:
        stopping = asyncio.Event()
        watching = asyncio.ensure_future(watched.run(stopping))
        stopping.set()
        await asyncio.wait_for(watching, 1)
