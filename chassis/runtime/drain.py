"""Ending streams when a process drains: a stream has no end of its own to wait for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.runtime.reasons import unavailable


class Drain:
    """Knows the tasks that serve streams, and ends them once with UNAVAILABLE and a time to come back."""

    def __init__(self) -> None:
        self._streams: set[asyncio.Task[object]] = set()
        self._ending = False

    @contextmanager
    def ends_this_task(self) -> Iterator[None]:
        """For the block, the current task is a stream that may be ended. A cancellation from elsewhere passes."""
        task = asyncio.current_task()
        assert task is not None
        if self._ending:
            raise unavailable("this process (draining)")
        self._streams.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self._ending or task not in self._streams or task.uncancel() > 0:
                raise
            raise unavailable("this process (draining)") from None
        finally:
            self._streams.discard(task)

    def end_streams(self) -> None:
        """End all streams, and refuse new ones."""
        self._ending = True
        for task in self._streams:
            task.cancel()
