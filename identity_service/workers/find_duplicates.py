"""Looking for duplicates of new and changed members, and holding what is found against the programs' rules.

Any number of processes may run both: none takes what another has in hand.
"""

from collections.abc import Awaitable, Callable

from chassis.runtime.application import Worker
from chassis.runtime.workers import repeating

FINDS, JUDGES = "find-duplicates", "judge-duplicates"
IDLE_SECONDS = 1.0
"""How soon after a change a member is looked at, at the latest, while nothing is queued; then a pair."""


def finding_duplicates(look: Callable[[], Awaitable[bool]]) -> Worker:
    """The worker that looks at members."""
    return repeating(FINDS, look, idle_seconds=IDLE_SECONDS)


def judging_duplicates(judge: Callable[[], Awaitable[bool]]) -> Worker:
    """The worker that holds pairs against rules."""
    return repeating(JUDGES, judge, idle_seconds=IDLE_SECONDS)
