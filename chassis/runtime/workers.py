"""Loops beside the rpcs: started in order, stopped in reverse, and never silently dead."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

from chassis.runtime.application import Worker
from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import WORKER_FAILURES
from chassis.runtime.reasons import TOKEN_EXPIRED
from chassis.values.refusal import Refusal

_log = get_logger(__name__)


class Workers:
    """The running workers of a process."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self._running = [_Running(worker) for worker in workers]

    async def first_end(self) -> None:
        """Return when any worker has ended before it was told to; wait for ever if there is none."""
        if not self._running:
            await asyncio.Event().wait()
        await asyncio.wait([running.task for running in self._running], return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, grace_seconds: float) -> None:
        """Stop one after the other, the last started first; one that outlives its grace is cancelled."""
        for running in reversed(self._running):
            await running.stop(grace_seconds)


class _Running:
    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._stopping = asyncio.Event()
        self.task = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        try:
            await self._worker.run(self._stopping)
        except Exception as error:
            _log.error("worker died", worker=self._worker.name, exc_info=error)
            return
        if not self._stopping.is_set():
            _log.error("worker returned before it was told to", worker=self._worker.name)

    async def stop(self, grace_seconds: float) -> None:
        self._stopping.set()
        _done, late = await asyncio.wait([self.task], timeout=grace_seconds)
        if late:
            _log.warning("worker did not stop in time", worker=self._worker.name)
            self.task.cancel()
            await asyncio.wait([self.task])


def repeating(
    name: str,
    step: Callable[[], Awaitable[bool]],
    *,
    idle_seconds: float,
    max_backoff_seconds: float = 5.0,
) -> Worker:
    """A worker that calls `step` again at once while it returns True (there was work), after `idle_seconds` when it
    returns False, and after a doubling, jittered pause when it raises. A failure is logged and counted."""

    async def run(stopping: asyncio.Event) -> None:
        backoff = 0.0
        while not stopping.is_set():
            try:
                pause = 0.0 if await step() else idle_seconds
                backoff = 0.0
            except Exception as error:
                backoff = min(max_backoff_seconds, 2 * backoff or 0.1)
                pause = backoff * random.uniform(0.5, 1.0)
                WORKER_FAILURES.add(1, {"worker": name})
                _log_failure(name, error)
            await pause_unless(stopping, pause)

    return Worker(name, run)


async def pause_unless(stopping: asyncio.Event, seconds: float) -> None:
    """Sleep, but no longer than until the event is set."""
    if seconds <= 0:
        await asyncio.sleep(0)
        return
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return


def _log_failure(worker: str, error: Exception) -> None:
    # A stream ends with its token: its reader opens another one with the token that has come since.
    if isinstance(error, Refusal) and (error.transient or error.reason == TOKEN_EXPIRED.name):
        _log.warning("worker step refused", worker=worker, reason=error.reason, message=error.message)
    else:
        _log.error("worker step failed", worker=worker, exc_info=error)
