"""Trying again where what a command was made on has changed before it was applied."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals

T = TypeVar("T")

TRIES = 5


async def again(call: Callable[[], Awaitable[T]]) -> T:
    """What `call` gives; made anew as long as it was overtaken, a few times."""
    for _ in range(TRIES - 1):
        try:
            return await call()
        except Refusal as refusal:
            if refusal.reason != refusals.OVERTAKEN.name:
                raise
    return await call()
