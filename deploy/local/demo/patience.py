"""Trying again, as a till does: the same call under the same request id, while the refusal says "not now"."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from chassis.values.refusal import Refusal

T = TypeVar("T")

TRIES = 60
_PAUSE_SECONDS = 0.1
_SOON = frozenset({"PROGRAM_NOT_FOUND"})
"""A program that was just made live is known to every service a moment later."""


async def patiently(call: Callable[[], Awaitable[T]], tries: int = TRIES) -> T:
    """The answer of a call that may be repeated. A refusal that time does not heal is raised at once."""
    for _ in range(tries - 1):
        try:
            return await call()
        except Refusal as refusal:
            if not refusal.transient and refusal.reason not in _SOON:
                raise
            await asyncio.sleep(refusal.retry_after_seconds or _PAUSE_SECONDS)
    return await call()
