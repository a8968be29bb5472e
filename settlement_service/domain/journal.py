"""Numbering and chaining: an entry's place in its program's journal, and the hash that fixes it there.

Every entry's hash covers its own content, its lineage and the hash before it, so an entry that is changed, removed or
slipped in breaks the chain. `store/checks/journal_chain.sql` recomputes the same encodings in SQL: this one, and the
first, which covered neither period nor voucher nor points and stays true for the entries written under it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.values.canonical import GENESIS, Plain, chained_json_hash
from settlement_service.domain.entry import Entry

ENCODING = 2
_TAG = f"journal_entry/{ENCODING}"

# What `chassis.values.canonical` encodes with. Every leaf below is text or a whole number by construction; looking at
# each again would cost more than all the rest.
_ENCODE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a program's journal: the last entry's number and hash."""

    number: int = 0
    hash: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry in its place."""

    number: int
    entry: Entry
    hash: bytes


def chain(head: Head, entries: Iterable[Entry]) -> tuple[list[NumberedEntry], Head]:
    """Appends `entries` of one program to its journal; returns them numbered, and the new end."""
    numbered: list[NumberedEntry] = []
    number, last = head.number, head.hash
    for entry in entries:
        number += 1
        last = _hash(last, number, entry)
        numbered.append(NumberedEntry(number, entry, last))
    return numbered, Head(number, last)


def _hash(previous: bytes, number: int, entry: Entry) -> bytes:
    source = entry.source
    content: Plain = [
        source.program,
        number,
        entry.entity,
        entry.currency,
        source.period_sequence,
        source.voucher_id,
        source.kind,
        source.home,
        source.movement_sequence,
        source.accrual_id,
        source.rule_version,
        source.order_id,
        source.line_number,
        source.partition,
        source.position,
        source.post_micros,
        [[posting.account, posting.counterparty, posting.amount] for posting in entry.postings],
        [[posting.account, posting.amount] for posting in entry.points],
    ]
    return chained_json_hash(previous, _TAG, _ENCODE(content).encode())
