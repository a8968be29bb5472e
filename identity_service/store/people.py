"""Persons in PostgreSQL (ports `PersonChanges`, `PersonRegistry`)."""

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar

from chassis.runtime.postgres import Connection, Database, Row
from chassis.values.canonical import Plain
from identity_service.domain.audit import Claim, Origin
from identity_service.domain.consents import Consent, ConsentRecord, Preference, PreferenceRecord
from identity_service.domain.identifiers import Identifier
from identity_service.domain.linked import HistoryAction, HistoryDraft, HistoryEntry, LinkedIdentifier
from identity_service.domain.members import MemberKey
from identity_service.domain.person import Person, ProfileVersion
from identity_service.domain.proof import Accepted
from identity_service.store import identifier_codes
from identity_service.store.changes import PostgresChanges
from identity_service.store.erasure import BLANKED, ERASED
from identity_service.store.person_rows import (
    consent_columns,
    consent_of,
    entry_of,
    linked_of,
    preference_of,
)
from identity_service.store.profiles import details_of, version_of
from identity_service.store.statements import SQL
from identity_service.use_cases.person_ports import HeldCode, Part, PersonChanges, Place

_APPEND_CONSENTS = SQL.append_consents
_APPEND_HISTORY = SQL.append_identifier_history
_APPEND_MOVED_IN = SQL.append_value_moved_in
_APPEND_PREFERENCES = SQL.append_preferences
_DROP_IDENTIFIER = SQL.drop_identifier
_END_LINK = SQL.end_link
_LAST_CONSENTS = SQL.last_consents
_LAST_PREFERENCES = SQL.last_preferences
_LIST_AUDIT = SQL.list_audit_records
_LIST_CONSENTS = SQL.list_consents
_LIST_HISTORY = SQL.list_identifier_history
_LIST_LINK_CHANGES = SQL.list_link_changes_of
_LIST_PREFERENCES = SQL.list_preferences
_LIST_VERSIONS = SQL.list_profile_versions
_HOLD_DUPLICATES = SQL.hold_duplicates
_HOLD_IMPORTS = SQL.hold_imports
_MARK_ERASED = SQL.mark_erased
_READ_FINGERPRINTS = SQL.read_fingerprints
_READ_LINK = SQL.read_link
_READ_LINKED = SQL.read_linked
_READ_PROFILE = SQL.read_profile
_READ_REQUEST = SQL.read_request
_READ_ROOT = SQL.read_root
_TAKE_IDENTIFIERS = SQL.take_identifiers
_VERIFY_LINK = SQL.verify_link

_ENDING = (HistoryAction.UNLINKED, HistoryAction.MOVED_OUT)

T = TypeVar("T")


class PostgresPersonChanges(PostgresChanges):
    """The port over a connection inside a transaction."""

    async def take_identifiers(self, fingerprints: Collection[bytes]) -> None:
        await self._connection.fetch(_TAKE_IDENTIFIERS, list(fingerprints))

    async def link_of(self, member: MemberKey, fingerprint: bytes) -> int | None:
        row = await self._connection.fetchrow(_READ_LINK, *_columns(member), fingerprint)
        return None if row is None else int(row["ordinal"])

    async def accept_code(
        self, use_hash: bytes, proof: Accepted, member: MemberKey, code: HeldCode, now: datetime
    ) -> bool:
        return await identifier_codes.use_up(self._connection, use_hash, proof, member, code, now)

    async def append_history(self, member: MemberKey, draft: HistoryDraft, origin: Origin) -> int:
        number = int(await self._connection.fetchval(_APPEND_HISTORY, *_columns(member), *_entry(draft, origin)))
        if draft.action is HistoryAction.VERIFIED:
            await self._connection.execute(_VERIFY_LINK, *_columns(member), draft.ordinal, number)
        elif draft.action in _ENDING:
            await self._connection.execute(_END_LINK, *_columns(member), draft.ordinal, number)
        return number

    async def drop_identifier(self, fingerprint: bytes) -> None:
        await self._connection.execute(_DROP_IDENTIFIER, fingerprint)

    async def move_in(
        self,
        member: MemberKey,
        claim: Claim,
        identifier: Identifier,
        draft: HistoryDraft,
        origin: Origin,
        *,
        settled: bool,
    ) -> int:
        await self.repoint(member, [claim.fingerprint])
        number = await self.append_history(member, draft, origin)
        value = (claim.fingerprint, claim.kind.value, identifier.value, origin.time, settled)
        await self._connection.execute(_APPEND_MOVED_IN, *_columns(member), number, *value)
        return number

    async def history(self, member: MemberKey, after: int, most: int) -> Sequence[HistoryEntry]:
        rows = await self._connection.fetch(_LIST_HISTORY, *_columns(member), after, most)
        return [entry_of(row) for row in rows]

    async def linked(self, members: Collection[MemberKey]) -> Sequence[LinkedIdentifier]:
        return [linked_of(row) for row in await self._connection.fetch(_READ_LINKED, *_arrays(members))]

    async def versions(self, member: MemberKey, after: int, most: int) -> Sequence[ProfileVersion]:
        rows = await self._connection.fetch(_LIST_VERSIONS, *_columns(member), after, most)
        return [version_of(row) for row in rows]

    async def append_consents(self, member: MemberKey, said: Sequence[Consent], origin: Origin) -> int:
        arguments = (*_columns(member), *consent_columns(said), *_who(origin))
        return int(await self._connection.fetchval(_APPEND_CONSENTS, *arguments))

    async def consents(self, members: Collection[MemberKey], after: Place, most: int) -> Sequence[ConsentRecord]:
        rows = await self._connection.fetch(_LIST_CONSENTS, *_arrays(members), *after, most)
        return [consent_of(row) for row in rows]

    async def append_preferences(self, member: MemberKey, said: Sequence[Preference], origin: Origin) -> int:
        columns = [one.brand_id for one in said], [one.key for one in said], [one.value for one in said]
        return int(await self._connection.fetchval(_APPEND_PREFERENCES, *_columns(member), *columns, *_who(origin)))

    async def preferences(self, members: Collection[MemberKey], after: Place, most: int) -> Sequence[PreferenceRecord]:
        rows = await self._connection.fetch(_LIST_PREFERENCES, *_arrays(members), *after, most)
        return [preference_of(row) for row in rows]

    async def last_preferences(self, members: Collection[MemberKey]) -> Sequence[PreferenceRecord]:
        return [preference_of(row) for row in await self._connection.fetch(_LAST_PREFERENCES, *_arrays(members))]

    async def last_consents(self, members: Collection[MemberKey]) -> Sequence[ConsentRecord]:
        return [consent_of(row) for row in await self._connection.fetch(_LAST_CONSENTS, *_arrays(members))]

    async def fingerprints(self, members: Collection[MemberKey]) -> Collection[bytes]:
        rows = await self._connection.fetch(_READ_FINGERPRINTS, *_arrays(members))
        return {row["fingerprint"] for row in rows}

    async def hold_imports(self) -> None:
        await self._connection.fetchval(_HOLD_IMPORTS)

    async def hold_duplicates(self, members: Collection[MemberKey]) -> None:
        _, program_id, names = _arrays(members)
        await self._connection.fetch(_HOLD_DUPLICATES, program_id, names)

    async def erase(self, members: Collection[MemberKey], now: datetime) -> None:
        for table in (*ERASED, *BLANKED):
            await self._connection.execute(table.statement, *_arrays(members))
        await self._connection.execute(_MARK_ERASED, *_arrays(members), now)

    async def person(self, member: MemberKey) -> Person | None:
        """As `PersonRegistry.person`."""
        followed = (await self.follow([member])).get(member)
        if followed is None:
            return None
        root = MemberKey.of(member.program_id, followed.root_member_id)
        row = await self._connection.fetchrow(_READ_ROOT, *_columns(root))
        assert row is not None, "a root is a member"
        profile = await self._connection.fetchrow(_READ_PROFILE, *_columns(root))
        homes = [MemberKey.of(member.program_id, home) for home in followed.home_member_ids]
        return Person(
            program_id=member.program_id,
            member_id=member.member_id,
            root_member_id=followed.root_member_id,
            home_member_ids=followed.home_member_ids,
            enroll_time=row["enroll_time"],
            enroll_location_id=row["home_location_id"],
            identifiers=tuple(await self.linked(homes)),
            version=0 if profile is None else profile["ordinal"],
            details=details_of(profile),
            erase_time=row["erase_time"],
        )


class PostgresPeople:
    """The port over a pool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, work: Callable[[PersonChanges], Awaitable[T]]) -> T:
        async def on_connection(connection: Connection) -> T:
            return await work(PostgresPersonChanges(connection))

        return await self._database.in_transaction(on_connection)

    async def was_carried_out(self, key_hash: bytes) -> bool:
        return await self._database.fetchrow(_READ_REQUEST, key_hash) is not None

    async def try_code(self, fingerprint: bytes, now: datetime) -> bytes | None:
        async def count(connection: Connection) -> bytes | None:
            return await identifier_codes.count_attempt(connection, fingerprint, now)

        return await self._database.in_transaction(count)

    async def read(self, work: Callable[[PersonChanges], Awaitable[T]]) -> T:
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            return await work(PostgresPersonChanges(connection))

    async def person(self, member: MemberKey) -> Person | None:
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            return await PostgresPersonChanges(connection).person(member)

    async def audit_records(self, members: Collection[MemberKey], after: Place, most: int) -> Sequence[Part]:
        rows = await self._database.fetch(_LIST_AUDIT, *_arrays(members), *after, most)
        return [Part(Place(row["member_id"], row["sequence"]), _audit(row)) for row in rows]

    async def link_changes(self, program_id: str, members: Collection[str], after: int, most: int) -> Sequence[Part]:
        rows = await self._database.fetch(_LIST_LINK_CHANGES, program_id, list(members), after, most)
        return [Part(Place("", row["position"]), _link_change(row)) for row in rows]


def _entry(draft: HistoryDraft, origin: Origin) -> tuple[object, ...]:
    return (
        draft.action.value,
        draft.ordinal,
        draft.kind.value,
        draft.proof.method.value if draft.proof else None,
        draft.proof.reference if draft.proof else "",
        draft.reason.value if draft.reason else None,
        draft.other_member_id,
        *_who(origin),
        draft.proof.location_id if draft.proof else "",
    )


def _who(origin: Origin) -> tuple[datetime, str, str]:
    return origin.time, origin.caller.subject, origin.request_id


def _columns(member: MemberKey) -> tuple[int, str, str]:
    return member.bucket, member.program_id, member.member_id


def _arrays(members: Collection[MemberKey]) -> tuple[list[int], str, list[str]]:
    """At least one member, all of one program."""
    [program_id] = {member.program_id for member in members}
    return [member.bucket for member in members], program_id, [member.member_id for member in members]


def _audit(row: Row) -> dict[str, Plain]:
    told: dict[str, Plain] = {
        name: row[name] for name in ("member_id", "sequence", "action", "caller", "request_id", "trace_id")
    }
    return told | {
        "record_time": row["record_time"].isoformat(),
        "detail": json.loads(row["detail"]),
        "caller_roles": list(row["caller_roles"]),
    }


def _link_change(row: Row) -> dict[str, Plain]:
    names = ("position", "absorbed_member_id", "linked_member_id", "root_member_id", "request_id")
    kind = "MERGED" if row["kind"] == 1 else "UNMERGED"
    return {name: row[name] for name in names} | {"kind": kind, "change_time": row["change_time"].isoformat()}
