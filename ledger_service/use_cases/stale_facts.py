"""Committing what was judged by facts of a member: judged again as long as they changed before it was applied.

Twice it is simply tried again. A member of whom a fact changes with each command (every fifth purchase) and who buys at
many tills at once could miss for ever: after the third miss the member's later commands of this process wait behind
this one, so that only other processes can still come in between.
"""

from asyncio import Lock
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Command
from ledger_service.domain.fact_refusals import STALE_FACTS
from ledger_service.domain.facts import NOTHING_READ
from ledger_service.use_cases.ports import Lanes, Outcome

C = TypeVar("C", bound=Command)

MISSES_BEFORE_WAITING = 3
MOST_TRIES = 20


class FactLanes:
    """The lanes, for commands that rest on facts. Anything else goes straight through, unless its member is waited
    for."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._turns = _Turns()

    async def submit(self, command: C, judge_again: Callable[[], Awaitable[C | Outcome]]) -> Outcome:
        """The outcome; `judge_again` makes the command anew, or finds that there is an outcome already. STALE_FACTS if
        the facts changed every time."""
        wallet = command.origin.wallet
        made: C | Outcome = command
        await self._turns.over(wallet)
        for _ in range(MISSES_BEFORE_WAITING):
            outcome = await self._try(made)
            if outcome is not None:
                return outcome
            made = await judge_again()
        async with self._turns.alone(wallet):
            for _ in range(MOST_TRIES - MISSES_BEFORE_WAITING - 1):
                outcome = await self._try(made)
                if outcome is not None:
                    return outcome
                made = await judge_again()
            return made if isinstance(made, Outcome) else await self._lanes.submit(made)

    @property
    def waited_for(self) -> int:
        """How many members' commands wait now."""
        return self._turns.members

    async def _try(self, made: Command | Outcome) -> Outcome | None:
        """The outcome; None if facts have changed."""
        if isinstance(made, Outcome):
            return made
        try:
            return await self._lanes.submit(made)
        except Refusal as refusal:
            if refusal.reason != STALE_FACTS.name or made.rests_on == NOTHING_READ:
                raise
            return None


class _Turns:
    """Members with whom one command at a time is busy; others wait in order of arrival."""

    def __init__(self) -> None:
        self._locks: dict[MemberKey, Lock] = {}
        self._users: dict[MemberKey, int] = {}

    @property
    def members(self) -> int:
        """With how many somebody is busy."""
        return len(self._locks)

    async def over(self, wallet: MemberKey) -> None:
        """Returns when nobody is busy with the member. Nothing is awaited if nobody is."""
        if wallet in self._locks:
            async with self.alone(wallet):
                pass

    @asynccontextmanager
    async def alone(self, wallet: MemberKey) -> AsyncIterator[None]:
        """Is busy with the member for the block, as the only one."""
        lock = self._locks.setdefault(wallet, Lock())
        self._users[wallet] = self._users.get(wallet, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[wallet] -= 1
            if not self._users[wallet]:
                del self._users[wallet], self._locks[wallet]
