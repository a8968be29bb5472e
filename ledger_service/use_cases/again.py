"""Trying again where what a command was made on has changed before it was applied: what it names was posted, claimed or
voided, or its member was merged or parted."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals

T = TypeVar("T")

TRIES = 5

_ANEW = {refusals.OVERTAKEN.name, refusals.MEMBER_MOVED.name}


async def again(call: Callable[[], Awaitable[T]]) -> T:
    """What `call` gives; made anew as long as it was overtaken or its member moved, a few times."""
    for _ in range(TRIES - 1):
        try:
            return await call()
        except Refusal as refusal:
            if refusal.reason not in _ANEW:
                raise
    return await call()
