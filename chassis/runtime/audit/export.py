"""The chain as text: JSON Lines or CSV. What is not the asker's is sealed: number and hashes alone.

In CSV a text that a spreadsheet would take for a formula (it begins with one of `= + - @`, a tab or a carriage return)
has an apostrophe before it, as OWASP advises; a text that begins with apostrophes and one of them gets one more, so
that nothing is lost.
"""

import json
from collections.abc import Iterable

from chassis.runtime.audit.record import Record, plain
from chassis.values.canonical import Plain

COLUMNS = (
    "number",
    "time",
    "phase",
    "intent_number",
    "method",
    "caller",
    "roles",
    "program_id",
    "subjects",
    "origin",
    "certificate",
    "caller_location_id",
    "result",
    "suppressed",
    "request_id",
    "trace_id",
    "items",
    "refused_items",
    "content_hash",
    "hash",
)
CSV_HEADER = ",".join(COLUMNS) + "\r\n"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = frozenset(',"\r\n')


def json_line(record: Record, sealed: bool) -> str:
    """One object and a line end."""
    value: dict[str, Plain] = {
        "number": record.link.number,
        "content_hash": record.content_hash.hex(),
        "hash": record.link.hash.hex(),
    }
    if not sealed:
        value["record"] = plain(record.link.number, record.entry)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def csv_line(record: Record, sealed: bool) -> str:
    """One row and a line end. Roles are joined by a space, subjects as `kind:id` by a space."""
    told: dict[str, Plain] = {"number": record.link.number}
    if not sealed:
        told |= plain(record.link.number, record.entry)
        told["roles"] = " ".join(record.entry.call.roles)
        told["subjects"] = " ".join(f"{subject.kind}:{subject.id}" for subject in record.entry.call.subjects)
    told |= {"content_hash": record.content_hash.hex(), "hash": record.link.hash.hex()}
    return _row(told.get(column, "") for column in COLUMNS)


def _row(cells: Iterable[Plain]) -> str:
    return ",".join(str(cell) if isinstance(cell, int) else _text(str(cell)) for cell in cells) + "\r\n"


def _text(text: str) -> str:
    if text.lstrip("'").startswith(_FORMULA):
        text = f"'{text}"
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
