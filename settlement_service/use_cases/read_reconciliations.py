"""Runs that are kept."""

from datetime import datetime

from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.reconciliation_run import KeptRun
from settlement_service.use_cases.reconciliation_ports import Reconciliations


class ReadReconciliations:
    """One run, or pages of them."""

    def __init__(self, programs: ProgramDirectory, kept: Reconciliations) -> None:
        self._programs = programs
        self._kept = kept

    async def get(self, program: str, run_id: str) -> KeptRun:
        """A run with everything. Refuses PROGRAM_NOT_FOUND, RECONCILIATION_NOT_FOUND."""
        self._programs.brands_of(program)
        return await self._kept.get(program, run_id)

    async def page(
        self, program: str, kind: str, before: datetime, before_run: str, limit: int
    ) -> tuple[list[KeptRun], bool]:
        """At most `limit` runs before a time and run, newest first, and whether there are more. Refuses
        PROGRAM_NOT_FOUND."""
        self._programs.brands_of(program)
        runs = await self._kept.page(program, kind, before, before_run, limit + 1)
        return runs[:limit], len(runs) > limit
