"""One transaction of an import (port `ImportChanges`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import asyncpg

from chassis.runtime.postgres import Connection
from identity_service.domain.caller import Caller
from identity_service.domain.identifiers import IdentifierKind
from identity_service.domain.import_judging import Owner, StagedIdentifier, StagedLine
from identity_service.domain.imports import Header, Import, Judged, Line, Totals, Verdict
from identity_service.domain.members import MemberKey
from identity_service.store import import_rows as rows
from identity_service.store.import_settling import settle
from identity_service.store.links import follow
from identity_service.store.statements import SQL
from identity_service.use_cases.import_ports import Brought


class PostgresImportChanges:
    """The port over a connection inside a transaction that sees what is not switched on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def begin(self, header: Header, caller: Caller, now: datetime) -> None:
        await self._connection.execute(
            SQL.import_begin, *_key(header), header.source_program_id, header.dry_run, caller.subject, now
        )

    async def lock(self, program_id: str, import_id: str) -> Import | None:
        row = await self._connection.fetchrow(SQL.import_lock, program_id, import_id)
        return None if row is None else rows.import_of(program_id, import_id, row, Totals())

    async def move(self, found: Import) -> bool:
        try:
            await self._connection.execute(
                SQL.import_move,
                *_key(found.header),
                found.state.value,
                found.last_line,
                found.done_line,
                found.switch_time,
            )
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def totals(self, header: Header) -> Totals:
        return rows.totals_of(await self._connection.fetch(SQL.import_totals, *_key(header)))

    async def hashes(self, header: Header, numbers: Sequence[int]) -> Mapping[int, bytes]:
        found = await self._connection.fetch(SQL.import_line_hashes, *_key(header), list(numbers))
        return {row["line_number"]: row["content_hash"] for row in found}

    async def owners(self, header: Header, up_to: int, fingerprints: Collection[bytes]) -> dict[bytes, Owner]:
        found = await self._connection.fetch(SQL.import_owners, *_key(header), up_to, list(fingerprints))
        live = {
            MemberKey(row["bucket"], header.program_id, row["member_id"]) for row in found if not row["line_number"]
        }
        followed = await follow(self._connection, live) if live else {}
        roots = {key.member_id: resolution.root_member_id for key, resolution in followed.items()}
        return {
            row["fingerprint"]: Owner(
                member_id=row["member_id"],
                root_id=roots.get(row["member_id"], row["member_id"]),
                # The number that another program gave is that program's own word.
                verified=row["verified"] or row["kind"] == IdentifierKind.POS.value,
                line_number=row["line_number"],
                import_id=row["import_id"],
            )
            for row in found
        }

    async def stage(
        self,
        header: Header,
        lines: Sequence[tuple[Line, bytes, StagedLine, Judged]],
        brought: Mapping[bytes, Brought],
    ) -> None:
        numbers = [line.number for line, *_ in lines]
        judged = rows.judged_columns(one for *_, one in lines)
        await self._connection.execute(
            SQL.import_stage_lines, *_key(header), numbers, [content for _, content, *_ in lines], *judged
        )
        kept = [(line.number, rows.content_of(line.person)) for line, *_ in lines if line.person is not None]
        await self._connection.execute(SQL.import_stage_contents, *_key(header), *_columns(kept, 2))
        mine = {(number, one.ordinal) for one, _, number in brought.values()}
        identifiers = [
            (
                line.number,
                one.ordinal,
                one.kind.value,
                one.fingerprint,
                one.verified,
                (line.number, one.ordinal) in mine,
            )
            for line, _, staged, _ in lines
            for one in staged.identifiers
        ]
        await self._connection.execute(SQL.import_stage_identifiers, *_key(header), *_columns(identifiers, 6))

    async def staged(self, header: Header, after: int, limit: int) -> Sequence[StagedLine]:
        return rows.staged_of(await self._connection.fetch(SQL.import_read_staged, *_key(header), after, limit))

    async def claim(
        self, header: Header, identifiers: Mapping[bytes, tuple[StagedIdentifier, int]]
    ) -> Collection[bytes]:
        asked = [(fingerprint, one.kind.value, line) for fingerprint, (one, line) in identifiers.items()]
        found = await self._connection.fetch(SQL.import_claim, *_key(header), *_columns(asked, 3))
        return {row["fingerprint"] for row in found}

    async def point(self, header: Header, brought: Collection[Brought], unclaim: Collection[bytes]) -> None:
        keys = [(one.fingerprint, _at(header, member_id), line) for one, member_id, line in brought]
        pointed = [(fingerprint, key.bucket, key.member_id, line) for fingerprint, key, line in keys]
        await self._connection.execute(SQL.import_point, *_columns(pointed, 4))
        await self._connection.execute(SQL.import_unclaim, list(unclaim), header.import_id)

    async def keep_judged(
        self, header: Header, after: int, judged: Mapping[int, Judged], brought: Collection[Brought]
    ) -> None:
        columns = rows.judged_columns(judged.values())
        await self._connection.execute(SQL.import_keep_judged, *_key(header), list(judged), *columns)
        mine = [(line, one.ordinal) for one, _, line in brought]
        await self._connection.execute(SQL.import_keep_brought, *_key(header), after, max(judged), *_columns(mine, 2))
        made: dict[str, int] = {}
        for number, one in judged.items():
            if one.verdict in (Verdict.NEW, Verdict.JOINED_IMPORT):
                made.setdefault(one.member_id, number)
        members = [(_at(header, member_id).bucket, member_id, number) for member_id, number in made.items()]
        await self._connection.execute(SQL.import_add_members, *_key(header), *_columns(members, 3))

    async def settle(self, header: Header, after: int, limit: int, caller: Caller, name: str, now: datetime) -> int:
        return await settle(self._connection, header, (after, limit), caller, name, now)

    async def release(self, header: Header, limit: int) -> bool:
        identifiers = await self._connection.execute(SQL.import_release_identifiers, *_key(header), limit)
        members = await self._connection.execute(SQL.import_release_members, *_key(header), limit)
        return bool(identifiers or members)

    async def erase(self, header: Header, limit: int) -> bool:
        contents = await self._connection.execute(SQL.import_erase_contents, *_key(header), limit)
        identifiers = await self._connection.execute(SQL.import_erase_identifiers, *_key(header), limit)
        return bool(contents or identifiers)

    async def used_for(self, key_hash: bytes, intent: bytes, commit_of: Header | None) -> bytes:
        of = (None, None) if commit_of is None else _key(commit_of)
        await self._connection.execute(SQL.import_claim_request, key_hash, intent, *of)
        kept: bytes = await self._connection.fetchval(SQL.import_read_request, key_hash)
        return kept

    async def forget_commits(self, header: Header) -> None:
        await self._connection.execute(SQL.import_forget_requests, *_key(header))


def _key(header: Header) -> tuple[str, str]:
    return header.program_id, header.import_id


def _at(header: Header, member_id: str) -> MemberKey:
    return MemberKey.of(header.program_id, member_id)


def _columns(listed: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [list(column) for column in zip(*listed, strict=True)] if listed else [[] for _ in range(width)]
