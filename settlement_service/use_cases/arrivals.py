"""Waking readers when the books of this process have moved on."""

import asyncio
from contextlib import suppress


class BooksMoved:
    """A bell: everybody who waits is woken by each ring."""

    def __init__(self) -> None:
        self._moved = asyncio.Event()

    def ring(self) -> None:
        """The books have moved on."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Returns at the next ring, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._moved.wait()
