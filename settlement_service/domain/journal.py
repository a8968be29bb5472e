"""Numbering and chaining: an entry's place in its program's journal, and the hash that fixes it there.

Every entry's hash covers its own content, its lineage and the hash before it, so an entry that is changed, removed or
slipped in breaks the chain. `store/checks/journal_chain.sql` recomputes the same encoding in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chassis.values.canonical import GENESIS, Plain, chained_hash
from settlement_service.domain.bookkeeping import Entry

ENCODING = "journal_entry/1"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
    event, movement, accrual = entry.event, entry.movement, entry.movement.accrual
    content: Plain = [
        event.program,
        number,
        entry.entity,
        entry.currency,
        movement.kind.value,
        movement.home,
        movement.sequence,
        accrual.accrual_id,
        accrual.rule_version,
        accrual.order_id,
        accrual.line_number,
        event.partition,
        event.position,
        (event.post_time - _EPOCH) // _MICROSECOND,
        [[posting.account.value, posting.counterparty, posting.amount] for posting in entry.postings],
    ]
    return chained_hash(previous, ENCODING, content)
