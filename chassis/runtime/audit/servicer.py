"""AuditService for the log of this process's service.

The chassis knows no contract, so the module of its messages is passed in.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from chassis.runtime.audit.export import CSV_HEADER, csv_line, json_line
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.record import Link, Record
from chassis.runtime.audit.store import Question
from chassis.runtime.audit.tokens import number_of, token_of
from chassis.runtime.audit.verifying import verified
from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, Caller, current_caller
from chassis.runtime.fields import FieldReader
from chassis.runtime.reasons import PROGRAM_NOT_ALLOWED, ROLE_NOT_ALLOWED
from chassis.values.integers import INT64_MAX
from chassis.values.refusal import refuse

PAGE = 100
LARGEST_PAGE = 500
EXPORT_PAGE = 1_000
MOST_ANCHORS = 1_000
_LONGEST_TEXT = 256
_HASH_BYTES = 32
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


class AuditServicer:
    """See the contract. `roles`: which of the roles the contract allows may ask this service."""

    def __init__(self, audit: AuditLog, messages: Any, records: Any, roles: frozenset[str]) -> None:
        """`messages` are those of the service, `records` the module of `AuditRecord` and `AuditAnchor`."""
        self._audit = audit
        self._store = audit.store
        self._messages = messages
        self._records = records
        self._roles = roles

    async def ListAuditRecords(self, request: Any, _context: Context) -> Any:
        question, size = _question(request, self._admitted(request.program_id))
        name = _name_of(request)
        below = number_of(name, request.page_token) if request.page_token else INT64_MAX
        found = await self._store.newest(question, below, size + 1)
        more = token_of(name, found[size - 1].link.number) if len(found) > size else ""
        records = [self._message(record) for record in found[:size]]
        return self._messages.ListAuditRecordsResponse(records=records, next_page_token=more)

    async def ExportAuditRecords(self, request: Any, _context: Context) -> AsyncIterator[Any]:
        program = self._admitted(request.program_id)
        name = f"export {request.program_id!r} {request.format}"
        after = number_of(name, request.cursor) if request.cursor else 0
        is_csv = request.format == self._messages.AUDIT_EXPORT_FORMAT_CSV
        line = csv_line if is_csv else json_line
        text = CSV_HEADER if is_csv and not request.cursor else ""
        head = await self._store.head()
        while after < head.number and (records := await self._store.after(after, head.number, EXPORT_PAGE)):
            for record in records:
                text += line(record, program is not None and record.entry.call.program_id != program)
            last = records[-1].link
            yield self._exported(text, name, last)
            after, text = last.number, ""
        if text:
            yield self._exported(text, name, Link(0, bytes(_HASH_BYTES)))

    def _exported(self, text: str, name: str, last: Link) -> Any:
        return self._messages.ExportAuditRecordsResponse(
            text=text, cursor=token_of(name, last.number), anchor=self._anchor(last)
        )

    async def VerifyAuditLog(self, request: Any, _context: Context) -> AsyncIterator[Any]:
        self._require_role(current_caller())
        seen = self._audit.last
        own = {seen.number: seen.hash} if seen.number else {}
        async for progress in verified(self._store, {**own, **_anchors(request)}):
            yield self._messages.VerifyAuditLogResponse(
                checked=progress.checked,
                head=self._anchor(progress.head),
                done=progress.done,
                broken_number=progress.broken,
                finding=progress.finding,
            )

    def _admitted(self, program_id: str) -> str | None:
        """The program asked for; None for all."""
        caller = current_caller()
        self._require_role(caller)
        if program_id:
            caller.require_program(program_id)
            return program_id
        if ANY not in caller.programs:
            raise refuse(PROGRAM_NOT_ALLOWED, "the token does not cover every program; name one")
        return None

    def _require_role(self, caller: Caller) -> None:
        if self._roles.isdisjoint(caller.roles):
            allowed = ",".join(sorted(self._roles))
            raise refuse(ROLE_NOT_ALLOWED, "none of the caller's roles may read this log", {"allowed": allowed})

    def _anchor(self, link: Link) -> Any:
        return self._records.AuditAnchor(number=link.number, hash=link.hash)

    def _message(self, record: Record) -> Any:
        entry, call = record.entry, record.entry.call
        message = self._records.AuditRecord(
            number=record.link.number,
            phase=int(entry.phase),
            intent_number=entry.intent_number,
            method=call.method,
            caller=call.caller,
            roles=call.roles,
            program_id=call.program_id,
            subjects=[self._records.AuditSubject(kind=subject.kind, id=subject.id) for subject in call.subjects],
            origin=call.origin,
            certificate=call.certificate,
            caller_location_id=call.caller_location_id,
            result=entry.result,
            suppressed=entry.suppressed,
            request_id=call.request_id,
            trace_id=call.trace_id,
            content_hash=record.content_hash,
            hash=record.link.hash,
            items=entry.items,
            refused_items=entry.refused_items,
        )
        message.record_time.FromDatetime(entry.time)
        return message


def _question(request: Any, program: str | None) -> tuple[Question, int]:
    fields = FieldReader()
    size = fields.within("page_size", request.page_size, 0, LARGEST_PAGE) or PAGE
    question = Question(
        program_id=program,
        from_time=_time(fields, request, "from_time", _EARLIEST),
        before_time=_time(fields, request, "before_time", _LATEST),
        caller=_filter(fields, request, "caller"),
        subject_id=_filter(fields, request, "subject_id"),
        method=_filter(fields, request, "method"),
        result=_filter(fields, request, "result"),
        unfinished_only=request.unfinished_only,
    )
    fields.finish()
    return question, size


def _filter(fields: FieldReader, request: Any, name: str) -> str | None:
    return fields.text(name, getattr(request, name), _LONGEST_TEXT, 0) or None


def _time(fields: FieldReader, request: Any, name: str, default: datetime) -> datetime:
    return fields.instant(name, getattr(request, name), True) if request.HasField(name) else default


def _name_of(request: Any) -> str:
    """The question without its place, so that a token goes on with no other."""
    named = (request.program_id, request.caller, request.subject_id, request.method, request.result)
    times = (request.from_time.ToNanoseconds(), request.before_time.ToNanoseconds())
    return f"list {named!r} {times!r} {request.unfinished_only}"


def _anchors(request: Any) -> Mapping[int, bytes]:
    fields = FieldReader()
    fields.count("anchors", len(request.anchors), MOST_ANCHORS, 0)
    for place, anchor in enumerate(request.anchors):
        fields.within(f"anchors[{place}].number", anchor.number, 1)
        if len(anchor.hash) != _HASH_BYTES:
            fields.fault(f"anchors[{place}].hash", "must be 32 bytes")
    fields.finish()
    return {anchor.number: anchor.hash for anchor in request.anchors}
