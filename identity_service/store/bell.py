"""Waking, within one process, those who wait for something to be written."""

import asyncio
from contextlib import suppress


class Bell:
    """Rung after a commit. Whoever misses it looks again by himself after a while."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def wait(self, timeout_seconds: float) -> None:
        """Returns when the bell is rung, or after the timeout."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._rung.wait()
