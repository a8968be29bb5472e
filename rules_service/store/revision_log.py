"""Every revision that ever was live, and the one transaction that adds to them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from chassis.runtime.postgres import Connection, Database, Row
from chassis.runtime.statements import Statements
from rules_service.domain.content_reader import read_program
from rules_service.domain.program_file import ProgramFile
from rules_service.domain.revision import Revision
from rules_service.use_cases.ports import KeptChange

SQL = Statements.load("rules_service.store")

_LOCK_PROGRAM = SQL.lock_program
_LIST_HEADS = SQL.list_heads
_FIND_LIVE = SQL.find_live
_FIND_HEAD = SQL.find_head
_FIND_AT_SEQUENCE = SQL.find_at_sequence
_FIND_NAMED = SQL.find_named
_FIND_LIVE_AT = SQL.find_live_at
_LIST_FILES = SQL.list_files
_FIND_CHANGE_REQUEST = SQL.find_change_request
_INSERT_REVISION = SQL.insert_revision
_INSERT_PUBLICATION = SQL.insert_publication
_INSERT_FILE = SQL.insert_file
_INSERT_CHANGE_REQUEST = SQL.insert_change_request
_ANNOUNCE = SQL.announce


class PostgresRevisionLog:
    """The log on a database. Each method is one statement unless it says otherwise."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def heads(self) -> Mapping[str, int]:
        """The live sequence of every program."""
        return {row["program_id"]: row["sequence"] for row in await self._database.fetch(_LIST_HEADS)}

    async def at(self, program_id: str, sequence: int) -> Revision | None:
        """The revision a sequence made live."""
        return await _revision(await self._database.fetchrow(_FIND_AT_SEQUENCE, program_id, sequence))

    async def live(self, program_id: str) -> Revision | None:
        """What is live."""
        return await _revision(await self._database.fetchrow(_FIND_LIVE, program_id))

    async def named(self, program_id: str, revision: str) -> Revision | None:
        """A revision by its hash, at the last sequence that made it live."""
        return await _revision(await self._database.fetchrow(_FIND_NAMED, program_id, revision))

    async def live_at(self, program_id: str, record_time: datetime) -> str | None:
        """The revision that was live at a time."""
        revision: str | None = await self._database.fetchval(_FIND_LIVE_AT, program_id, record_time)
        return revision

    async def files(self, program_id: str, sequence: int) -> tuple[ProgramFile, ...]:
        """The files a sequence was made from, by path."""
        rows = await self._database.fetch(_LIST_FILES, program_id, sequence)
        return tuple(ProgramFile(row["path"], row["content"]) for row in rows)

    async def kept(self, program_id: str, caller: str, request_id: str) -> KeptChange | None:
        """The change made under the id."""
        return _kept(await self._database.fetchrow(_FIND_CHANGE_REQUEST, program_id, caller, request_id))

    @asynccontextmanager
    async def changing(self, program_id: str) -> AsyncIterator["PostgresChangeBook"]:
        """A transaction that holds the program's lock."""
        async with self._database.transaction() as connection:
            await connection.fetchval(_LOCK_PROGRAM, program_id)
            yield PostgresChangeBook(connection)


class PostgresChangeBook:
    """A program under its lock, on the connection of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def head(self, program_id: str) -> int:
        """The sequence that is live; 0 if nothing is."""
        sequence: int | None = await self._connection.fetchval(_FIND_HEAD, program_id)
        return sequence or 0

    async def kept(self, program_id: str, caller: str, request_id: str) -> KeptChange | None:
        """The change made under the id."""
        return _kept(await self._connection.fetchrow(_FIND_CHANGE_REQUEST, program_id, caller, request_id))

    async def publish(self, revision: Revision, text: str) -> None:
        """Store the content if it is new, make it live, announce it at commit: three statements."""
        named = revision.program_id, revision.revision
        await self._connection.execute(_INSERT_REVISION, *named, text)
        await self._connection.execute(
            _INSERT_PUBLICATION, revision.program_id, revision.sequence, revision.revision, revision.record_time
        )
        await self._connection.fetchval(_ANNOUNCE, revision.program_id)

    async def keep_files(self, program_id: str, sequence: int, files: Sequence[ProgramFile]) -> None:
        """Keep the files a sequence was made from."""
        rows = [(program_id, sequence, file.path, file.content) for file in files]
        await self._connection.executemany(_INSERT_FILE, rows)

    async def keep(self, program_id: str, caller: str, request_id: str, change: KeptChange) -> None:
        """Keep what became of a request."""
        await self._connection.execute(
            _INSERT_CHANGE_REQUEST,
            program_id,
            caller,
            request_id,
            change.intent_hash,
            change.base_sequence,
            change.sequence,
        )


async def _revision(row: Row | None) -> Revision | None:
    """Off the event loop: a large program takes a while to read, and orders are judged meanwhile."""
    return None if row is None else await asyncio.to_thread(_read, row)


def _read(row: Row) -> Revision:
    program = read_program(json.loads(row["content"]))
    return Revision(row["program_id"], row["revision"], row["sequence"], row["record_time"], program)


def _kept(row: Row | None) -> KeptChange | None:
    return KeptChange(row["intent_hash"], row["base_sequence"], row["sequence"]) if row is not None else None
