"""Chores: what the ledger does on its own beside the calls it serves, each in a loop of its own."""

from collections.abc import Awaitable, Callable, Mapping

from chassis.runtime.application import Worker
from chassis.runtime.workers import repeating

IDLE_SECONDS = 2.0
"""How long a chore rests when it found no more to do. Nobody waits for it: whoever touches or reads a wallet meets
what is due as done."""

LONGEST_BACKOFF_SECONDS = 30.0

Chore = Callable[[], Awaitable[bool]]
"""Does a bounded part of its work; True if there may be more."""


def chore_workers(chores: Mapping[str, Chore]) -> tuple[Worker, ...]:
    """A worker for each chore by name: one that fails or has much to do does not hold up the others."""
    return tuple(
        repeating(name, chore, idle_seconds=IDLE_SECONDS, max_backoff_seconds=LONGEST_BACKOFF_SECONDS)
        for name, chore in chores.items()
    )
