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


class Backoff:
    """How long to pause before something that failed is tried again; 0 after it succeeded."""

    def __init__(self, remedy: str) -> None:
        self._remedy = remedy
        self._longest = 0.0
        self.pause_seconds = 0.0

    def succeeded(self) -> None:
        """What failed long ago slows nothing down."""
        self._longest = self.pause_seconds = 0.0

    def failed(self, error: Exception) -> None:
        """Twice as long as last time, from a tenth of a second to MAX_BACKOFF_SECONDS."""
        self._longest = min(MAX_BACKOFF_SECONDS, 2 * self._longest or 0.1)
        self.pause_seconds = self._longest * random.uniform(0.5, 1.0)
        WORKER_FAILURES.add(1, {"worker": NAME})
        _log.warning(self._remedy, worker=NAME, exc_info=error)


def announcement_worker(
    listen: Callable[[], AbstractAsyncContextManager[Listening]],
    refresh: Callable[[], Awaitable[None]],
    patience_seconds: float,
) -> Worker:
    """A worker that listens and refreshes: once after it began, since something may have been missed, and at every
    announcement. A refresh that fails is tried again while it goes on listening, and a lost connection is made again,
    after a jittered pause that doubles from failure to failure."""
    connecting, looking = Backoff("listening again"), Backoff("looking again")

    async def follow() -> None:
        async with listen() as announcements:
            connecting.succeeded()
            looking.succeeded()
            look = True
            while True:
                if look:
                    await _look(refresh, looking)
                heard = await announcements.next(looking.pause_seconds or patience_seconds)
                look = heard or looking.pause_seconds > 0

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await _until(stopping, follow())
            except Exception as error:
                connecting.failed(error)
                await pause_unless(stopping, connecting.pause_seconds)

    return Worker(NAME, run)


async def _look(refresh: Callable[[], Awaitable[None]], looking: Backoff) -> None:
    try:
        await refresh()
    except Exception as error:
        looking.failed(error)
    else:
        looking.succeeded()


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
