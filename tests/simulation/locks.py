"""Row locks of the simulated database: held until their transaction ends, waited for in order of arrival."""

import asyncio
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

from chassis.runtime.reasons import unavailable


@dataclass(eq=False)
class Holder:
    """A transaction, as far as locks know it."""

    held: set[Hashable] = field(default_factory=set)
    waits_for: Hashable | None = None
    ended: bool = False


class Locks:
    """Who holds what, and who waits."""

    def __init__(self) -> None:
        self._holders: dict[Hashable, Holder] = {}
        self._queues: dict[Hashable, deque[tuple[Holder, asyncio.Future[None]]]] = {}

    async def take(self, holder: Holder, name: Hashable) -> None:
        """Takes a lock, once it is free; refuses UNAVAILABLE if that would close a ring, as a database does."""
        if name in holder.held:
            return
        if name not in self._holders:
            self._give(holder, name)
            return
        if self._closes_ring(holder, name):
            raise unavailable("database")
        free: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(name, deque()).append((holder, free))
        holder.waits_for = name
        try:
            await free
        finally:
            holder.waits_for = None

    def release_all(self, holder: Holder) -> None:
        """Ends a transaction's locks; the next in line get them."""
        holder.ended = True
        for name in list(holder.held):
            del self._holders[name]
            queue = self._queues.get(name, deque())
            while queue:
                next_holder, free = queue.popleft()
                if not free.done() and not next_holder.ended:
                    self._give(next_holder, name)
                    free.set_result(None)
                    break
        holder.held.clear()

    def _give(self, holder: Holder, name: Hashable) -> None:
        self._holders[name] = holder
        holder.held.add(name)

    def _closes_ring(self, holder: Holder, name: Hashable) -> bool:
        seen: Hashable | None = name
        while seen is not None:
            other = self._holders.get(seen)
            if other is holder:
                return True
            seen = other.waits_for if other else None
        return False
