"""Merges and unmerges in PostgreSQL (ports `LinkChanges`, `LinkRegistry`)."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TypeVar

from chassis.runtime.postgres import Connection, Database
from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberKey
from identity_service.domain.merging import Decision, LinkChange, Linked
from identity_service.store.bell import Bell
from identity_service.store.changes import PostgresChanges
from identity_service.store.lineages import change_of_row
from identity_service.store.statements import SQL
from identity_service.use_cases.merge_ports import LinkChanges

_INSERT_LINK = SQL.insert_link
_DELETE_LINK = SQL.delete_link
_SET_MERGE_SEQ = SQL.set_merge_seq
_NOTE_DUE = SQL.note_due
_READ_OWNER = SQL.read_owner
_READ_ERASED = SQL.read_erased
_APPEND_LINK_CHANGE = SQL.append_link_change
_READ_LINK_CHANGE = SQL.read_link_change

T = TypeVar("T")


class PostgresLinkChanges(PostgresChanges):
    """The port over a connection inside a transaction. `appended` once the feed has grown."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.appended = False

    async def owner(self, fingerprint: bytes) -> str | None:
        row = await self._connection.fetchrow(_READ_OWNER, fingerprint)
        return None if row is None else str(row["member_id"])

    async def erased(self, members: Collection[MemberKey]) -> frozenset[str]:
        rows = await self._connection.fetch(_READ_ERASED, *key_arrays(members))
        return frozenset(row["member_id"] for row in rows)

    async def add_link(self, member: MemberKey, survivor: MemberKey, now: datetime) -> None:
        survivor_columns = (survivor.bucket, survivor.member_id)
        await self._connection.execute(
            _INSERT_LINK, member.bucket, member.program_id, member.member_id, *survivor_columns, now
        )

    async def remove_link(self, member: MemberKey) -> str:
        return str(await self._connection.fetchval(_DELETE_LINK, member.bucket, member.program_id, member.member_id))

    async def set_merge_seq(self, members: Collection[MemberKey], merge_seq: int) -> None:
        await self._connection.execute(_SET_MERGE_SEQ, *key_arrays(members), merge_seq)

    async def note_linked(self, members: Collection[MemberKey]) -> None:
        await self._connection.execute(_NOTE_DUE, *key_arrays(members))

    async def append_change(
        self,
        program_id: str,
        linked: Linked,
        decision: Decision,
        caller: Caller,
        request: tuple[str, bytes],
        now: datetime,
    ) -> LinkChange:
        request_id, key_hash = request
        self.appended = True
        row = await self._connection.fetchrow(
            _APPEND_LINK_CHANGE,
            program_id,
            linked.kind.value,
            linked.absorbed,
            linked.linked,
            linked.root,
            list(linked.root_homes),
            list(linked.absorbed_homes),
            linked.merge_seq,
            now,
            decision.reason,
            decision.decided_by,
            decision.evidence_ref,
            decision.duplicate_id,
            decision.rule_version,
            caller.subject,
            request_id,
            key_hash,
        )
        assert row is not None, "the head was inserted or moved on"
        return LinkChange(program_id, row["position"], linked, row["change_time"], decision, caller.subject, request_id)

    async def change_of(self, key_hash: bytes) -> LinkChange:
        row = await self._connection.fetchrow(_READ_LINK_CHANGE, key_hash)
        assert row is not None, "the request was carried out"
        return change_of_row(row)


class PostgresLinkRegistry:
    """The port over a pool; rings the bell when a change of links was committed."""

    def __init__(self, database: Database, bell: Bell) -> None:
        self._database = database
        self._bell = bell

    async def change(self, work: Callable[[LinkChanges], Awaitable[T]]) -> T:
        async def on_connection(connection: Connection) -> tuple[T, bool]:
            changes = PostgresLinkChanges(connection)
            return await work(changes), changes.appended

        done, appended = await self._database.in_transaction(on_connection)
        if appended:
            self._bell.ring()
        return done


def key_arrays(members: Collection[MemberKey]) -> tuple[list[int], list[str], list[str]]:
    """Keys as statements take them."""
    return (
        [member.bucket for member in members],
        [member.program_id for member in members],
        [member.member_id for member in members],
    )
