"""Processes that die in the midst of a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from chassis.runtime.postgres import Connection, Isolation
from chassis.runtime.postgres import Database as Pool
from chassis.runtime.statements import Statement


class Died(Exception):  # noqa: N818  stands for the end of a process
    """The process is gone."""


class Mortal(Connection):
    """A connection whose process dies at the given statement."""

    __slots__ = ("left",)

    def __init__(self, raw: object, left: int) -> None:
        super().__init__(raw)  # type: ignore[arg-type]
        self.left = left

    async def fetch(self, statement: Statement, *arguments: object) -> list[asyncpg.Record]:
        self._step()
        return await super().fetch(statement, *arguments)

    async def fetchrow(self, statement: Statement, *arguments: object) -> asyncpg.Record | None:
        self._step()
        return await super().fetchrow(statement, *arguments)

    async def fetchval(self, statement: Statement, *arguments: object) -> object:
        self._step()
        return await super().fetchval(statement, *arguments)

    async def execute(self, statement: Statement, *arguments: object) -> int:
        self._step()
        return await super().execute(statement, *arguments)

    def _step(self) -> None:
        if self.left == 0:
            raise Died
        self.left -= 1


class MortalPool(Pool):
    """A pool that dies once, at a step of its first transaction that writes, at the latest when that is committed."""

    def __init__(self, pool: Pool, step: int) -> None:
        super().__init__(pool._pool)
        self.step: int | None = step

    @asynccontextmanager
    async def transaction(
        self, *, isolation: Isolation = "read_committed", readonly: bool = False
    ) -> AsyncIterator[Connection]:
        step, self.step = (None, self.step) if readonly else (self.step, None)
        async with super().transaction(isolation=isolation, readonly=readonly) as connection:
            yield connection if step is None else Mortal(connection._raw, step)
        if step is not None:
            raise Died
