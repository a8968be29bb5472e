"""Keeps the directory of programs as the rules service tells it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from chassis.runtime.application import Worker
from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import WORKER_FAILURES
from chassis.values.refusal import Refusal
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.ports import ProgramFeed

PAUSE_SECONDS = 0.5
"""Between a stream that ended and the next one."""
FIRST_TELLING_SECONDS = 5.0
"""How long the start waits to be told; a service that starts before the rules refuses with UNAVAILABLE meanwhile."""

_NAME = "programs"

_log = get_logger(__name__)


@asynccontextmanager
async def following_programs(feed: ProgramFeed, programs: ProgramDirectory) -> AsyncIterator[Worker]:
    """Enters once every program that exists has been told, or after a bounded wait. Follows for as long as the feed
    tells, and again whenever it breaks; the worker ends at once when it is told to."""
    caught_up = asyncio.Event()
    loop = asyncio.create_task(_follow_again_and_again(feed, programs, caught_up))

    async def run(stopping: asyncio.Event) -> None:
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait([loop, told], return_when=asyncio.FIRST_COMPLETED)
        told.cancel()

    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_TELLING_SECONDS):
                await caught_up.wait()
        yield Worker(_NAME, run)
    finally:
        loop.cancel()
        await asyncio.wait([loop])


async def _follow_again_and_again(feed: ProgramFeed, programs: ProgramDirectory, caught_up: asyncio.Event) -> None:
    while True:
        try:
            await _follow(feed, programs, caught_up)
        except Exception as error:
            WORKER_FAILURES.add(1, {"worker": _NAME})
            reason = error.reason if isinstance(error, Refusal) else type(error).__name__
            _log.warning("the rules service stopped telling", reason=reason)
        finally:
            programs.interrupted()
        await asyncio.sleep(PAUSE_SECONDS)


async def _follow(feed: ProgramFeed, programs: ProgramDirectory, caught_up: asyncio.Event) -> None:
    async for told in feed.follow():
        if told is None:
            programs.caught_up()
            caught_up.set()
        else:
            programs.learn(told.facts)
