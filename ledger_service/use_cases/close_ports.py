"""What closing a period needs of the ledger's store."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.values.refusal import Refusal
from ledger_service.domain.answers import PeriodCut
from ledger_service.domain.close import CloseFacts
from ledger_service.domain.document_totals import DocumentSpan, DocumentTotal
from ledger_service.domain.event import Event
from ledger_service.use_cases.commit_ports import Head


class LanesBusyError(Exception):
    """A lane did not end its batch in time, or the database gave the cut up for another's sake: nothing was done.
    `refusal` is what a caller hears if it stays so."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Standstill:
    """What a cut finds when all lanes stand still: their heads by partition, the program's last cut, and the cut of
    the period asked for if there is one already."""

    heads: Sequence[Head]
    last: PeriodCut | None
    known: PeriodCut | None


class CutTransaction(Protocol):
    """All lanes, locked until the transaction ends."""

    async def standstill(self, program: str, period: str) -> Standstill:
        """Waits until no lane is within a commit, a short time each: LanesBusyError. None begins another before the
        transaction ends."""

    async def latest_post_time(self, program: str, since: Sequence[Head]) -> datetime | None:
        """The latest post time of the program's events behind some heads; None if there are none."""

    async def write(self, program: str, cut: PeriodCut, heads: Sequence[Head], barriers: Sequence[Event]) -> None:
        """Appends the barriers and moves the heads on to them, under their epochs."""


class PeriodCuts(Protocol):
    """Cuts of periods."""

    async def of(self, program: str) -> Sequence[PeriodCut]:
        """A program's by sequence: at most the latest 1,200."""

    async def find(self, program: str, period: str) -> PeriodCut | None:
        """The cut of a period."""

    async def heads(self) -> Sequence[Head]:
        """Where every lane stands."""

    async def program_time(self, program: str) -> datetime | None:
        """The latest post time of a program's events so far; None if it has none. Reads every wallet of it."""

    def begin(self) -> AbstractAsyncContextManager[CutTransaction]:
        """A transaction: commits at the end of the block, rolls back if it raises."""


class OpenBusiness(Protocol):
    """What is still open in a program."""

    async def facts(self, program: str, now: datetime | None) -> CloseFacts:
        """Everything in one snapshot; what is pending at `now`, None: at the latest post time of its events."""


class DocumentTotals(Protocol):
    """Posted documents and what they come to."""

    def totals(self, program: str, span: DocumentSpan) -> AsyncIterator[DocumentTotal]:
        """By occur time, then sales before returns, then by id."""
