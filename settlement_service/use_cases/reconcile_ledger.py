"""Ledger against books at one cursor."""

from collections.abc import Mapping

from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation import Reconciliation, reconcile
from settlement_service.use_cases.ports import Deadline, LedgerTotals
from settlement_service.use_cases.reach import Reach
from settlement_service.use_cases.reconciliation_ports import Recounts


class ReconcileLedger:
    """Recounts the books from history and asks the ledger for its own sums at exactly the same cursor."""

    def __init__(self, programs: ProgramDirectory, reach: Reach, recounts: Recounts, ledger: LedgerTotals) -> None:
        self._programs = programs
        self._reach = reach
        self._recounts = recounts
        self._ledger = ledger

    async def __call__(self, program: str, at_least: Mapping[int, int], deadline: Deadline) -> Reconciliation:
        """Every figure compared. Refuses PROGRAM_NOT_FOUND, BOOKS_BEHIND."""
        self._programs.brands_of(program)
        await self._reach(at_least, deadline)
        up_to = await self._recounts.cursor()
        ledger = await self._ledger.totals(program, up_to)
        return reconcile(up_to, ledger, await self._recounts.at(program, up_to))
