"""Looks for new revisions when one is announced, so that all instances have it at once without polling."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from chassis.runtime.application import Worker
from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import WORKER_FAILURES
from chassis.runtime.workers import pause_unless

NAME = "announcements"
MAX_BACKOFF_SECONDS = 5.0

_log = get_logger(__name__)


class Listening(Protocol):
    """An open ear."""

    async def next(self, patience_seconds: float) -> bool:
        """Wait for an announcement; False if none came in time. Raises if the connection is lost."""


def announcement_worker(
    listen: Callable[[], AbstractAsyncContextManager[Listening]],
    refresh: Callable[[], Awaitable[None]],
    patience_seconds: float,
) -> Worker:
    """A worker that listens and refreshes: once after it began, since something may have been missed, and at every
    announcement. A lost connection is made again after a doubling, jittered pause."""

    async def follow() -> None:
        async with listen() as announcements:
            await refresh()
            while True:
                if await announcements.next(patience_seconds):
                    await refresh()

    async def run(stopping: asyncio.Event) -> None:
        backoff = 0.0
        while not stopping.is_set():
            try:
                await _until(stopping, follow())
                backoff = 0.0
            except Exception as error:
                backoff = min(MAX_BACKOFF_SECONDS, 2 * backoff or 0.1)
                WORKER_FAILURES.add(1, {"worker": NAME})
                _log.warning("listening again", worker=NAME, exc_info=error)
                await pause_unless(stopping, backoff * random.uniform(0.5, 1.0))

    return Worker(NAME, run)


async def _until(stopping: asyncio.Event, work: Awaitable[None]) -> None:
    """Do the work until it ends, or the event is set, which cancels it. Raises what the work raised."""
    working = asyncio.ensure_future(work)
    told = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait([working, told], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        told.cancel()
        working.cancel()
        await asyncio.gather(working, told, return_exceptions=True)
