"""Ending a month: the ledger cuts its log, and the books come to the barriers by themselves."""

from dataclasses import dataclass

from chassis.values.refusal import Refusal
from settlement_service.domain import refusals
from settlement_service.domain.periods import Cut
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import LedgerPeriods
from settlement_service.use_cases.ports import Deadline
from settlement_service.use_cases.reach import Reach

_LONGEST_WAIT_SECONDS = 5.0
"""How long the answer waits for the books. They need not have come: the cut stands, and asking again is safe."""


@dataclass(frozen=True, slots=True)
class BegunClose:
    """The cut, and whether the books have reached it."""

    cut: Cut
    booked: bool


class BeginClose:
    """Asks the ledger for the cut; nothing is kept here, so there is nothing to resume."""

    def __init__(self, programs: ProgramDirectory, ledger: LedgerPeriods, reach: Reach) -> None:
        self._programs = programs
        self._ledger = ledger
        self._reach = reach

    async def __call__(self, program: str, period: str, deadline: Deadline) -> BegunClose:
        """The first cut of that month. Refuses PROGRAM_NOT_FOUND, PERIOD_OUT_OF_ORDER, PERIOD_NOT_OVER."""
        self._programs.brands_of(program)
        cut = await self._ledger.cut(program, period)
        try:
            await self._reach(cut.barriers, lambda: min(deadline(), _LONGEST_WAIT_SECONDS))
        except Refusal as refusal:
            if refusal.reason != refusals.BOOKS_BEHIND.name:
                raise
            return BegunClose(cut, booked=False)
        return BegunClose(cut, booked=True)
