"""Tells readers of the log that this process has appended to it."""

import asyncio


class AppendSignal:
    """Wakes everybody who waits, each time something was appended."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Something was appended."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_seconds: float) -> None:
        """Returns at the next append, or after the timeout."""
        event = self._event
        try:
            async with asyncio.timeout(timeout_seconds):
                await event.wait()
        except TimeoutError:
            return
