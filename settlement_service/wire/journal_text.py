"""The exported journal as CSV and as JSON lines: one posting a record.

What an entry's postings share is written once and joined to each of them, which is most of the work saved.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from settlement_service.domain.chart import account_name
from settlement_service.domain.exported import ExportedEntry, ExportedPosting, Value
from settlement_service.domain.journal_columns import COLUMNS, ENTRY_COLUMNS, POSTING_COLUMNS
from settlement_service.domain.program_facts import SettlementTerms
from settlement_service.wire.csv_text import csv_line, instant_text

_ENTRY_NAMES = [column.name for column in ENTRY_COLUMNS]
_POSTING_NAMES = [column.name for column in POSTING_COLUMNS]
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def csv_head() -> str:
    """The head record."""
    return csv_line(column.name for column in COLUMNS)


def csv_records(entries: Iterable[ExportedEntry], terms: SettlementTerms) -> tuple[bytes, int]:
    """The records of some entries, and how many they are."""
    lines: list[str] = []
    for entry in entries:
        shared = csv_line(entry.lineage)
        for posting in entry.postings:
            lines += (csv_line(posting_values(posting, terms))[:-2], ",", shared)
    return "".join(lines).encode(), len(lines) // 3


def json_records(entries: Iterable[ExportedEntry], terms: SettlementTerms) -> tuple[bytes, int]:
    """One object a line, and how many there are. Numbers may pass 2^53; bytes are hexadecimal."""
    lines: list[str] = []
    for entry in entries:
        named = zip(_ENTRY_NAMES, map(_plain, entry.lineage), strict=True)
        shared = _JSON.encode(dict(named))[1:]
        for posting in entry.postings:
            own = dict(zip(_POSTING_NAMES, posting_values(posting, terms), strict=True))
            lines += (_JSON.encode(own)[:-1], ",", shared, "\n")
    return "".join(lines).encode(), len(lines) // 4


def posting_values(posting: ExportedPosting, terms: SettlementTerms) -> tuple[str | int, ...]:
    """The values of POSTING_COLUMNS, in their order."""
    name = account_name(terms, posting.account)
    return (
        posting.number,
        posting.currency,
        posting.account,
        name.code,
        name.name,
        posting.counterparty,
        max(posting.amount, 0),
        max(-posting.amount, 0),
    )


def _plain(value: Value) -> str | int | None:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return instant_text(value)
    return value
