"""What reconciliations need of the world."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from settlement_service.domain.booked_lines import BookedLine
from settlement_service.domain.books import Vector
from settlement_service.domain.command import Command
from settlement_service.domain.line_comparison import LedgerLine
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.reconciliation import Figures
from settlement_service.domain.reconciliation_run import Acceptance, FoundDifference, KeptRun, Run
from settlement_service.domain.till_totals import ControlTotals, TillDay, TillDocument
from settlement_service.domain.voucher import Voucher


class Recounts(Protocol):
    """The figures the ledger can state too, recounted from history."""

    async def cut_of(self, program: str, period: str) -> tuple[int, Vector]:
        """The number of a period and its cut. Refuses PERIOD_NOT_FOUND until every partition's barrier is booked."""
        ...

    async def cursor(self) -> Vector:
        """How far the books have come."""
        ...

    async def at(self, program: str, up_to: Mapping[int, int]) -> Figures:
        """The figures at exactly this cursor; partitions left out count nothing."""
        ...


class BookedLines(Protocol):
    """Booked movements with what was posted for each."""

    def of_period(self, program: str, sequence: int, kinds: Sequence[str] | None) -> AsyncIterator[BookedLine]:
        """Every movement of a period, of some kinds or (None) of all."""
        ...

    async def named(
        self, program: str, names: Iterable[tuple[str, int]], up_to: Mapping[int, int]
    ) -> dict[tuple[str, int], BookedLine]:
        """Movements by home and sequence, as far as they are booked up to a cursor."""
        ...

    async def names_of_event(self, partition: int, position: int) -> list[tuple[str, int]]:
        """The movements of one event, by home and sequence."""
        ...

    def ends_of_homes(self, program: str, up_to: Mapping[int, int]) -> AsyncIterator[tuple[str, int]]:
        """Every home with its last movement up to a cursor."""
        ...


class LedgerExport(Protocol):
    """The ledger's movements, as it exports them."""

    def movements(self, program: str, up_to: Mapping[int, int]) -> AsyncIterator[Sequence[LedgerLine]]:
        """Every movement up to a cursor, in parts, each home's in order."""
        ...


class LedgerDocuments(Protocol):
    """The ledger's sales and returns."""

    def documents(self, program: str, day: TillDay, start: datetime, end: datetime) -> AsyncIterator[TillDocument]:
        """Those of a till and place that happened in a span of time. Returns that took nothing back are left out."""
        ...


class Revisions(Protocol):
    """Past configurations of programs."""

    async def facts(self, program: str, revision: str) -> ProgramFacts | None:
        """A revision; None if nobody knows it."""
        ...


class Reconciliations(Protocol):
    """The runs that are kept."""

    async def made_by(self, command: Command) -> str | None:
        """The run that this command made before. Refuses REQUEST_ID_REUSED."""
        ...

    async def has(self, program: str, run_id: str) -> bool:
        """True if the run is kept."""
        ...

    async def keep(self, run: Run, command: Command | None) -> None:
        """Keeps a run, once. Refuses REQUEST_ID_REUSED."""
        ...

    async def get(self, program: str, run_id: str) -> KeptRun:
        """A run with everything. Refuses RECONCILIATION_NOT_FOUND."""
        ...

    async def page(self, program: str, kind: str, before: datetime, before_run: str, limit: int) -> list[KeptRun]:
        """Runs of a kind (empty: all) before a time and run, newest first, without their differences."""
        ...

    async def difference(self, program: str, run_id: str, figure: str) -> tuple[FoundDifference, Acceptance | None]:
        """What a run found in a figure. Refuses RECONCILIATION_NOT_FOUND, DIFFERENCE_NOT_FOUND."""
        ...

    async def accept(
        self, command: Command, run_id: str, figure: str, acceptance: Acceptance, voucher: Voucher | None
    ) -> bool:
        """Keeps who answers for a difference and books the voucher, in one; False if the command did it before.
        Refuses DIFFERENCE_ACCEPTED, REQUEST_ID_REUSED, VOUCHER_NOT_BALANCED."""
        ...

    async def month_end_vouchers(self, program: str, sequence: int) -> list[tuple[str, str, int]]:
        """What month-end vouchers of a period booked: entity, currency, owed to it less owed by it."""
        ...


class ControlTotalsKept(Protocol):
    """What tills say they sold."""

    async def submit(self, command: Command, day: TillDay, totals: ControlTotals, submit_time: datetime) -> int:
        """Keeps totals as the next version and gives its number; of a repeated command that of the first. Refuses
        REQUEST_ID_REUSED."""
        ...

    async def latest(self, program: str, day: TillDay) -> ControlTotals | None:
        """The last version."""
        ...

    async def due(self, program: str, first: date, last: date) -> list[TillDay]:
        """Days between two dates, both included, whose last totals no run has seen."""
        ...


class Turn(Protocol):
    """Who runs the nightly round."""

    def take(self) -> AbstractAsyncContextManager[bool]:
        """True inside if it is this process's turn."""
        ...
