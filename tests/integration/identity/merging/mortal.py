"""A registry whose process dies at a given statement, or after the last one."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from chassis.runtime.postgres import Connection, Database
from identity_service.store.bell import Bell
from identity_service.store.merges import PostgresLinkChanges, PostgresLinkRegistry
from identity_service.use_cases.merge_ports import LinkChanges
from tests.support.mortal import Died, Mortal

T = TypeVar("T")


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
