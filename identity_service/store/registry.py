"""The members of all programs in PostgreSQL (port `Registry`)."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeVar

from chassis.runtime.postgres import Connection, Database
from identity_service.domain.members import Found, MemberKey, Resolution
from identity_service.store.changes import PostgresChanges
from identity_service.store.links import follow
from identity_service.store.profiles import profile_of
from identity_service.store.statements import SQL
from identity_service.use_cases.ports import Changes, References

_FIND_MEMBERS = SQL.find_members

T = TypeVar("T")


class PostgresRegistry:
    """The port over a pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, work: Callable[[Changes], Awaitable[T]]) -> T:
        async def on_connection(connection: Connection) -> T:
            return await work(PostgresChanges(connection))

        return await self._database.in_transaction(on_connection)

    async def find(self, references: References) -> Mapping[int, Found]:
        keys = [key for _, key in references.by_id]
        rows = await self._database.fetch(
            _FIND_MEMBERS,
            [position for position, _ in references.by_id],
            [key.bucket for key in keys],
            [key.program_id for key in keys],
            [key.member_id for key in keys],
            [position for position, _ in references.by_fingerprint],
            [fingerprint for _, fingerprint in references.by_fingerprint],
        )
        return {
            row["position"]: Found(
                MemberKey(row["bucket"], row["program_id"], row["member_id"]),
                row["merge_seq"],
                row["home_location_id"],
                row["enroll_time"],
                profile_of(row),
            )
            for row in rows
        }

    async def follow(self, members: Collection[MemberKey]) -> Mapping[MemberKey, Resolution]:
        async with self._database.acquire() as connection:
            return await follow(connection, members)
