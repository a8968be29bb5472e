"""Looking for duplicates of new and changed members, and holding what is found against the programs' rules."""

from collections.abc import Awaitable, Callable

from chassis.runtime.application import Worker
from chassis.runtime.workers import repeating

NAME = "find-duplicates"
IDLE_SECONDS = 1.0
"""How soon after a change a member is looked at, at the latest, while nothing is queued."""


def finding_duplicates(look: Callable[[], Awaitable[bool]], judge: Callable[[], Awaitable[bool]]) -> Worker:
    """The worker. Any number of processes may run it: none looks at what another has in hand."""

    async def step() -> bool:
        looked = await look()
        return await judge() or looked

    return repeating(NAME, step, idle_seconds=IDLE_SECONDS)
