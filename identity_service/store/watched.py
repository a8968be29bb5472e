"""The database as changes of members go through it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from chassis.runtime.postgres import Connection, Database, Isolation, Row

T = TypeVar("T")


class WatchedDatabase(Database):
    """A pool that counts what was committed through it, so that this process forgets what it had read before."""

    def __init__(self, pool: "asyncpg.Pool[Row]") -> None:
        super().__init__(pool)
        self._changes = 0

    @property
    def changes(self) -> int:
        """How many changes were committed."""
        return self._changes

    async def in_transaction(
        self, work: Callable[[Connection], Awaitable[T]], *, isolation: Isolation = "read_committed"
    ) -> T:
        """As `Database` does. What raises has changed nothing, and does not count."""
        done = await super().in_transaction(work, isolation=isolation)
        self._changes += 1
        return done
