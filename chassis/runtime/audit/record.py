"""A record, its canonical form, and its place in the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from chassis.values.canonical import Plain, chained_hash, content_hash

CONTENT_TAG = "audit/1"
LINK_TAG = "audit-link/1"
OK = "OK"
CANCELLED = "CANCELLED"
INTERNAL = "INTERNAL"


class Phase(IntEnum):
    """What a record is about; numbers as in the contract."""

    INTENT = 1
    OUTCOME = 2
    READ = 3
    REFUSED = 4
    SUPPRESSED = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """Something a call named: `kind` is the field's name without `_id`."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Call:
    """The call a record is of, as far as it is known before it is served."""

    method: str
    caller: str
    roles: tuple[str, ...] = ()
    program_id: str = ""
    subjects: tuple[Subject, ...] = ()
    origin: str = ""
    certificate: str = ""
    caller_location_id: str = ""
    request_id: str = ""
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded. `intent_number`: of an outcome; `suppressed`: how many, of a summary; `items`: of a call
    about many, how many, and `refused_items` of them for want of authority."""

    time: datetime
    phase: Phase
    call: Call
    result: str = ""
    intent_number: int = 0
    suppressed: int = 0
    items: int = 0
    refused_items: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: the number of a record (0: before the first) and its hash."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A link of the chain with what it records."""

    link: Link
    entry: Entry
    content_hash: bytes


def time_text(moment: datetime) -> str:
    """`2026-10-31T23:59:59.000001Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(number: int, entry: Entry) -> Mapping[str, Plain]:
    """The canonical value: every field of the record under a name of its own."""
    call = entry.call
    # Only where there are items: a record from before there were such fields stays what it was.
    counted = {"items": entry.items, "refused_items": entry.refused_items} if entry.items else {}
    return counted | {
        "number": number,
        "time": time_text(entry.time),
        "phase": entry.phase.name,
        "intent_number": entry.intent_number,
        "method": call.method,
        "caller": call.caller,
        "roles": list(call.roles),
        "program_id": call.program_id,
        "subjects": [[subject.kind, subject.id] for subject in call.subjects],
        "origin": call.origin,
        "certificate": call.certificate,
        "caller_location_id": call.caller_location_id,
        "result": entry.result,
        "suppressed": entry.suppressed,
        "request_id": call.request_id,
        "trace_id": call.trace_id,
    }


def content_of(number: int, entry: Entry) -> bytes:
    """SHA-256 of the canonical form."""
    return content_hash(CONTENT_TAG, plain(number, entry))


def linked(previous: bytes, content: bytes) -> bytes:
    """The next hash of the chain. It rests on the content's hash alone, so that an export may keep a content to itself
    and still prove the chain."""
    return chained_hash(previous, LINK_TAG, content.hex())


def recorded(previous: Link, entry: Entry) -> Record:
    """The record that follows `previous`."""
    number = previous.number + 1
    content = content_of(number, entry)
    return Record(Link(number, linked(previous.hash, content)), entry, content)
