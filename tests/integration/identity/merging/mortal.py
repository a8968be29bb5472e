"""A registry whose process dies at a given statement, or after the last one."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from chassis.runtime.postgres import Connection, Database
from chassis.runtime.statements import Statement
from identity_service.store.bell import Bell
from identity_service.store.merges import PostgresLinkChanges, PostgresLinkRegistry
from identity_service.use_cases.merge_ports import LinkChanges

T = TypeVar("T")


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


class MortalRegistry(PostgresLinkRegistry):
    """Dies once, at the statement `step` of its first transaction; where that has fewer, after its commit."""

    def __init__(self, database: Database, step: int) -> None:
        super().__init__(database, Bell())
        self._mortal_database = database
        self.step = step
        self.survived = False

    async def change(self, work: Callable[[LinkChanges], Awaitable[T]]) -> T:
        """As the port says, until it dies."""

        async def dying(connection: Connection) -> T:
            return await work(PostgresLinkChanges(Mortal(connection._raw, self.step)))

        await self._mortal_database.in_transaction(dying)
        self.survived = True
        raise Died
