"""Duplicates in PostgreSQL (ports `DuplicateChanges`, `DuplicateRegistry`)."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from chassis.runtime.postgres import Connection, Database
from identity_service.domain.caller import Caller
from identity_service.domain.duplicates import Duplicate, MergeRule, State, plain_clauses, plain_evidence
from identity_service.domain.members import MemberKey
from identity_service.domain.merging import LinkChange
from identity_service.domain.near import Comparable
from identity_service.store.bell import Bell
from identity_service.store.lineages import change_of_row
from identity_service.store.merges import PostgresLinkChanges, key_arrays
from identity_service.store.pairs import comparable_of_row, pair_of_row, rule_of_row
from identity_service.store.statements import SQL
from identity_service.use_cases.duplicate_ports import Due, DuplicateChanges, Filed, Pending

_READ_PENDING = SQL.read_pending
_TAKE_DUE = SQL.take_due
_MARK_KEYED = SQL.mark_keyed
_DROP_DUE = SQL.drop_due
_NOTE_DUE = SQL.note_due
_READ_COMPARABLES = SQL.read_comparables
_KEEP_TO_INDEXES = SQL.keep_to_indexes
_FILE_MEMBER = SQL.file_member
_READ_FILED = SQL.read_filed
_READ_NAMINGS = SQL.read_namings
_NOTE_NAMED = SQL.note_named
_READ_PARTED = SQL.read_parted
_READ_DUPLICATES_OF = SQL.read_duplicates_of
_LOCK_DUPLICATE = SQL.lock_duplicate
_LIST_DUPLICATES = SQL.list_duplicates
_LIST_DUPLICATES_OF = SQL.list_duplicates_of
_SAVE_DUPLICATE = SQL.save_duplicate
_READ_PAIR_TO_JUDGE = SQL.read_pair_to_judge
_READ_MERGE_RULE = SQL.read_merge_rule
_APPEND_MERGE_RULE = SQL.append_merge_rule
_READ_LINK_CHANGE = SQL.read_link_change

_OF_LATE = timedelta(days=1)

T = TypeVar("T")


class PostgresDuplicateChanges(PostgresLinkChanges):
    """The port over a connection inside a transaction."""

    async def take_due(self, keyed: bool, most: int) -> Sequence[Due]:
        rows = await self._connection.fetch(_TAKE_DUE, keyed, most)
        return [Due(row["due_id"], MemberKey(row["bucket"], row["program_id"], row["member_id"])) for row in rows]

    async def mark_keyed(self, due: Collection[int]) -> None:
        await self._connection.execute(_MARK_KEYED, list(due))

    async def drop_due(self, due: Collection[int]) -> None:
        await self._connection.execute(_DROP_DUE, list(due))

    async def comparables(self, members: Collection[MemberKey]) -> Mapping[MemberKey, Comparable]:
        rows = await self._connection.fetch(_READ_COMPARABLES, *key_arrays(members))
        return {known.key: known for known in map(comparable_of_row, rows)}

    async def file(self, member: MemberKey, forms: Collection[int]) -> None:
        place = (member.bucket, member.program_id, member.member_id)
        await self._connection.execute(_FILE_MEMBER, *place, sorted(forms))

    async def filed(self, forms: Collection[int], most: int) -> Sequence[Filed]:
        rows = await self._connection.fetch(_READ_FILED, list(forms), most)
        return [Filed(row["form"], MemberKey(row["bucket"], row["program_id"], row["member_id"])) for row in rows]

    async def naming_callers(self, member: MemberKey) -> Mapping[str, int]:
        rows = await self._connection.fetch(_READ_NAMINGS, member.program_id, member.member_id)
        return {row["other_member_id"]: row["callers"] for row in rows}

    async def parted(self, program_id: str, member_id: str, others: Collection[str]) -> frozenset[str]:
        rows = await self._connection.fetch(_READ_PARTED, program_id, member_id, list(others))
        return frozenset(row["member_id"] for row in rows)

    async def duplicates_of(self, member: MemberKey) -> Sequence[Duplicate]:
        rows = await self._connection.fetch(_READ_DUPLICATES_OF, member.program_id, member.member_id)
        return [pair_of_row(row) for row in rows]

    async def lock_duplicate(self, program_id: str, duplicate_id: str) -> Duplicate | None:
        row = await self._connection.fetchrow(_LOCK_DUPLICATE, program_id, duplicate_id)
        return None if row is None else pair_of_row(row)

    async def save_duplicate(self, duplicate: Duplicate) -> None:
        await self._connection.execute(
            _SAVE_DUPLICATE,
            duplicate.program_id,
            duplicate.duplicate_id,
            duplicate.low,
            duplicate.high,
            duplicate.score,
            json.dumps(plain_evidence(duplicate.evidence)),
            duplicate.evidence_version,
            duplicate.state.value,
            duplicate.find_time,
            duplicate.change_time,
            duplicate.reason,
            duplicate.decided_by,
            duplicate.rule_version,
            duplicate.judged_rule_version,
        )

    async def change_if_any(self, key_hash: bytes) -> LinkChange | None:
        row = await self._connection.fetchrow(_READ_LINK_CHANGE, key_hash)
        return None if row is None else change_of_row(row)

    async def to_judge(self) -> Duplicate | None:
        row = await self._connection.fetchrow(_READ_PAIR_TO_JUDGE)
        return None if row is None else pair_of_row(row)

    async def rule(self, program_id: str, version: int) -> MergeRule | None:
        row = await self._connection.fetchrow(_READ_MERGE_RULE, program_id, version)
        return None if row is None else rule_of_row(row)

    async def append_rule(self, program_id: str, rule: MergeRule, caller: Caller, request_id: str) -> bool:
        clauses = json.dumps(plain_clauses(rule.clauses))
        stated = (rule.reason, rule.decided_by, rule.set_time, caller.subject, request_id)
        row = await self._connection.fetchrow(_APPEND_MERGE_RULE, program_id, rule.version, clauses, *stated)
        return row is not None


class PostgresDuplicateRegistry:
    """The port over a pool; rings the bell when a change of links was committed."""

    def __init__(self, database: Database, bell: Bell) -> None:
        self._database = database
        self._bell = bell

    async def change(self, work: Callable[[DuplicateChanges], Awaitable[T]]) -> T:
        async def on_connection(connection: Connection) -> tuple[T, bool]:
            await connection.fetchval(_KEEP_TO_INDEXES)
            changes = PostgresDuplicateChanges(connection)
            return await work(changes), changes.appended

        done, appended = await self._database.in_transaction(on_connection)
        if appended:
            self._bell.ring()
        return done

    async def pending(self) -> Pending:
        row = await self._database.fetchrow(_READ_PENDING)
        assert row is not None, "it always has one row"
        return Pending(row["members"], row["pairs"])

    async def list(
        self, program_id: str, state: State, least_score: int, after: tuple[int, str] | None, most: int
    ) -> Sequence[Duplicate]:
        place = after or (None, None)
        rows = await self._database.fetch(_LIST_DUPLICATES, program_id, state.value, least_score, *place, most)
        return [pair_of_row(row) for row in rows]

    async def list_of(
        self,
        program_id: str,
        members: Collection[str],
        state: State,
        least_score: int,
        after: tuple[int, str] | None,
        most: int,
    ) -> Sequence[Duplicate]:
        asked = (program_id, [*members], state.value, least_score, *(after or (None, None)), most)
        return [pair_of_row(row) for row in await self._database.fetch(_LIST_DUPLICATES_OF, *asked)]

    async def note_named(self, program_id: str, members: Sequence[str], caller: str, now: datetime, most: int) -> None:
        first, *others = sorted(set(members))

        async def on_connection(connection: Connection) -> None:
            lower = [first] * len(others)
            noted = await connection.execute(_NOTE_NAMED, program_id, lower, others, caller, now, now - _OF_LATE, most)
            if noted:
                await connection.execute(_NOTE_DUE, *key_arrays([MemberKey.of(program_id, first)]))

        await self._database.in_transaction(on_connection)
