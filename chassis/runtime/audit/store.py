"""The log's two tables: rows ⇄ records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.runtime.audit.record import Call, Entry, Link, Phase, Record, Subject, recorded
from chassis.runtime.postgres import Connection, Database, Row
from chassis.runtime.statements import Statements

SQL = Statements.load("chassis.runtime.audit")
_LOCK, _MOVE, _APPEND = SQL.lock_audit_head, SQL.move_audit_head, SQL.append_audit
_HEAD, _READ, _LIST, _LIST_OF = SQL.read_audit_head, SQL.read_audit, SQL.list_audit, SQL.list_audit_of
_BOUNDS = SQL.read_audit_bounds


@dataclass(frozen=True, slots=True)
class Question:
    """Which records. `program_id` None: of all programs and of none; the other None: any. Times are half-open."""

    program_id: str | None
    from_time: datetime
    before_time: datetime
    caller: str | None = None
    subject_id: str | None = None
    method: str | None = None
    result: str | None = None
    unfinished_only: bool = False


class AuditStore:
    """Reads and appends."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entries: Sequence[Entry]) -> Sequence[Record]:
        """The records of the entries, in order, in one transaction. A record is never earlier than the one before."""

        async def work(connection: Connection) -> Sequence[Record]:
            head = await connection.fetchrow(_LOCK)
            if head is None:
                raise LookupError("the audit log has lost its head row")
            records: list[Record] = []
            link, time = Link(head["number"], head["hash"]), head["record_time"]
            for entry in entries:
                time = max(time, entry.time)
                records.append(recorded(link, replace(entry, time=time)))
                link = records[-1].link
            await connection.executemany(_APPEND, [_row(record) for record in records])
            await connection.execute(_MOVE, link.number, link.hash, time)
            return records

        return await self._database.in_transaction(work)

    async def head(self) -> Link:
        """The end of the chain."""
        row = await self._database.fetchrow(_HEAD)
        if row is None:
            raise LookupError("the audit log has lost its head row")
        return Link(row["number"], row["hash"])

    async def bounds(self) -> tuple[Link, int, int]:
        """The end of the chain, and the numbers of the first and last record there is, as they should be if there is
        none."""
        row = await self._database.fetchrow(_BOUNDS)
        if row is None:
            raise LookupError("the audit log has lost its head row")
        first, last = row["first_number"], row["last_number"]
        return Link(row["number"], row["hash"]), 1 if first is None else first, last or 0

    async def after(self, number: int, up_to: int, most: int) -> Sequence[Record]:
        """The records that follow a number, in order. Raises ValueError for a row that is no record."""
        return [_record(row) for row in await self._database.fetch(_READ, number, up_to, most)]

    async def newest(self, question: Question, below: int, most: int) -> Sequence[Record]:
        """The records of a question below a number, the newest first."""
        whole, program = question.program_id is None, question.program_id or ""
        arguments = [below, whole, program, question.from_time, question.before_time, question.caller]
        arguments += [question.method, question.result, question.unfinished_only, most]
        if question.subject_id is None:
            rows = await self._database.fetch(_LIST, *arguments)
        else:
            rows = await self._database.fetch(_LIST_OF, *arguments, question.subject_id)
        return [_record(row) for row in rows]


def _row(record: Record) -> Sequence[object]:
    entry, call = record.entry, record.entry.call
    return (
        record.link.number,
        entry.time,
        int(entry.phase),
        entry.intent_number,
        call.method,
        call.caller,
        list(call.roles),
        call.program_id,
        [subject.kind for subject in call.subjects],
        [subject.id for subject in call.subjects],
        call.origin,
        call.certificate,
        call.caller_location_id,
        entry.result,
        entry.suppressed,
        call.request_id,
        call.trace_id,
        entry.items,
        entry.refused_items,
        record.content_hash,
        record.link.hash,
    )


def _record(row: Row) -> Record:
    call = Call(
        method=row["method"],
        caller=row["caller"],
        roles=tuple(row["roles"]),
        program_id=row["program_id"],
        subjects=tuple(Subject(*pair) for pair in zip(row["subject_kinds"], row["subject_ids"], strict=True)),
        origin=row["origin"],
        certificate=row["certificate"],
        caller_location_id=row["caller_location_id"],
        request_id=row["request_id"],
        trace_id=row["trace_id"],
    )
    counts = (row["intent_number"], row["suppressed"], row["items"], row["refused_items"])
    entry = Entry(row["record_time"], Phase(row["phase"]), call, row["result"], *counts)
    return Record(Link(row["number"], row["hash"]), entry, row["content_hash"])
