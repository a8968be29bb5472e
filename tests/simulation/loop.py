"""An event loop whose time is simulated, and whose ready tasks run in an order that the seed decides."""

import asyncio
import selectors
from collections import deque
from collections.abc import Coroutine
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


class StuckError(Exception):
    """Nothing is ready and no timer is set: everybody waits for somebody."""


class _Selector(selectors.SelectSelector):
    """Never waits: what the loop would have waited is what its clock jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.jump: Any = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StuckError
        self.jump(max(0.0, timeout))
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """See the module. Deterministic as long as what runs on it takes chance from `random` alone."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._now = 0.0
        selector = _Selector()
        super().__init__(selector)
        selector.jump = self._jump

    def time(self) -> float:
        """Simulated seconds since the beginning."""
        return self._now

    def _jump(self, seconds: float) -> None:
        self._now += seconds

    def _run_once(self) -> None:
        ready: deque[Any] = self._ready  # type: ignore[attr-defined]
        if len(ready) > 1:
            handles = list(ready)
            self.random.shuffle(handles)
            ready.clear()
            ready.extend(handles)
        super()._run_once()  # type: ignore[misc]


def simulate(main: Coroutine[Any, Any, T], random: Random) -> T:
    """Runs `main` to its end on a loop of its own."""
    loop = SimulatedLoop(random)
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(main)
    finally:
        # Processes that live go on for ever, and those that were killed wait for ever.
        while tasks := asyncio.all_tasks(loop):
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        asyncio.set_event_loop(None)
        loop.close()
