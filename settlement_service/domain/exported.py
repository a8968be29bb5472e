"""Entries on their way into a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Value = str | int | bytes | datetime | None
"""What a column holds."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Entries above `after` up to `last` that lie in the periods `first_period` to `last_period`."""

    after: int
    last: int
    first_period: int
    last_period: int


@dataclass(frozen=True, slots=True)
class ExportedPosting:
    """One side of an entry. `currency` empty: points. Debits above zero."""

    number: int
    currency: str
    account: str
    counterparty: str
    amount: int


@dataclass(frozen=True, slots=True)
class ExportedEntry:
    """An entry with its lineage: `lineage` has the values of `journal_columns.ENTRY_COLUMNS`, in their order."""

    number: int
    lineage: Sequence[Value]
    postings: tuple[ExportedPosting, ...]
