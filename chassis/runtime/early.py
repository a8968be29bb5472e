"""Workers that begin before the process serves, because it cannot be ready without what they bring."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.runtime.application import Worker


@asynccontextmanager
async def begun(worker: Worker, ready: asyncio.Event) -> AsyncIterator[Worker]:
    """Runs a worker at once and enters when `ready` is set, however long that takes. Yields the worker to hand on to
    the application: it watches the one that runs already, and ends with it or when it is told to."""
    stopping = asyncio.Event()
    running = asyncio.ensure_future(worker.run(stopping))

    async def watch(told: asyncio.Event) -> None:
        await _either(told, running)

    try:
        await _either(ready, running)
        yield Worker(worker.name, watch)
    finally:
        stopping.set()
        running.cancel()
        await asyncio.wait([running])


async def _either(event: asyncio.Event, running: "asyncio.Future[None]") -> None:
    """Returns when the event is set; raises if the worker ends before."""

    async def is_set() -> None:
        await event.wait()

    waiting = asyncio.ensure_future(is_set())
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        await running
        raise RuntimeError("a worker ended by itself")
