"""What goes over all wallets needs of the store: the event log, sweeps and checks."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.answers import LogPosition
from ledger_service.domain.event import Event
from ledger_service.domain.integrity import IntegrityCheck, LedgerTotals


class DueWallet(NamedTuple):
    """A wallet in which something may be due since `due_time`, and its version."""

    root: str
    version: int
    due_time: datetime


class DueWallets(Protocol):
    """Finds what a sweep is for."""

    async def due(
        self, program: str, buckets: Sequence[int], now: datetime, after: tuple[datetime, str], limit: int
    ) -> Sequence[DueWallet]:
        """At most `limit` wallets of some buckets in which something may be due at `now`, the longest overdue first,
        behind (due time, root) of the page before."""


class StoredEvent(NamedTuple):
    """An event with its link in the partition's chain."""

    event: Event
    hash: bytes


class Log(Protocol):
    """The event log."""

    async def heads(self) -> Sequence[LogPosition]:
        """Where every partition stands."""

    async def read(
        self, partition: int, after: int, up_to: int, programs: Sequence[str] | None, limit: int
    ) -> Sequence[StoredEvent]:
        """Events of a partition in order; of all programs if `programs` is None."""

    async def appended(self, timeout_seconds: float) -> None:
        """Returns when something may have been appended, or after the timeout."""


class Auditor(Protocol):
    """Checkers and sums over the whole history."""

    def checks(self, program: str) -> AsyncIterator[IntegrityCheck]:
        """Runs every checker, one after another."""

    async def totals(self, program: str, up_to: Sequence[LogPosition]) -> LedgerTotals:
        """Totals up to a cursor."""
