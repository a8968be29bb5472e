"""Checking a program's whole history, and summing it up."""

from collections.abc import AsyncIterator, Sequence

from ledger_service.domain.answers import LogPosition
from ledger_service.domain.integrity import IntegrityCheck, LedgerTotals
from ledger_service.use_cases.log_ports import Auditor, Log
from ledger_service.use_cases.ports import Programs
from ledger_service.use_cases.stream_events import begun_at


class VerifyIntegrity:
    """Runs every checker of the ledger."""

    def __init__(self, programs: Programs, auditor: Auditor) -> None:
        self._programs = programs
        self._auditor = auditor

    def __call__(self, program: str) -> AsyncIterator[IntegrityCheck]:
        """Outcomes, as the checkers finish."""
        self._programs.facts(program)
        return self._auditor.checks(program)


class GetLedgerTotals:
    """Sums movements up to a cursor."""

    def __init__(self, programs: Programs, auditor: Auditor, log: Log) -> None:
        self._programs = programs
        self._auditor = auditor
        self._log = log

    async def __call__(self, program: str, up_to: Sequence[LogPosition]) -> LedgerTotals:
        """Totals up to and with the given positions; up to now if there are none. CURSOR_INVALID for positions that
        were never written: what is summed up to them would be another sum later."""
        self._programs.facts(program)
        heads = await self._log.heads()
        begun_at(dict(up_to), heads)
        return await self._auditor.totals(program, up_to or heads)
