"""A pool whose process dies at a given statement of whatever it does, counted over all its transactions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from chassis.runtime.postgres import Connection, Database, Isolation
from chassis.runtime.statements import Statement


class Died(Exception):  # noqa: N818  stands for the end of a process
    """The process is gone."""


class Fate:
    """How many statements are left to live."""

    def __init__(self, left: int) -> None:
        self.left = left

    def step(self) -> None:
        """One statement; Died if it is one too many."""
        if self.left == 0:
            raise Died
        self.left -= 1


class _Mortal(Connection):
    __slots__ = ("fate",)

    def __init__(self, raw: object, fate: Fate) -> None:
        super().__init__(raw)  # type: ignore[arg-type]
        self.fate = fate

    async def fetch(self, statement: Statement, *arguments: object) -> list[asyncpg.Record]:
        self.fate.step()
        return await super().fetch(statement, *arguments)

    async def fetchrow(self, statement: Statement, *arguments: object) -> asyncpg.Record | None:
        self.fate.step()
        return await super().fetchrow(statement, *arguments)

    async def fetchval(self, statement: Statement, *arguments: object) -> object:
        self.fate.step()
        return await super().fetchval(statement, *arguments)

    async def execute(self, statement: Statement, *arguments: object) -> int:
        self.fate.step()
        return await super().execute(statement, *arguments)


class DoomedPool(Database):
    """A pool over another's connections. It may die as well between a commit and whatever comes next."""

    def __init__(self, pool: Database, left: int) -> None:
        super().__init__(pool._pool)
        self.fate = Fate(left)

    @asynccontextmanager
    async def transaction(
        self, *, isolation: Isolation = "read_committed", readonly: bool = False
    ) -> AsyncIterator[Connection]:
        async with super().transaction(isolation=isolation, readonly=readonly) as connection:
            yield _Mortal(connection._raw, self.fate)
        self.fate.step()
