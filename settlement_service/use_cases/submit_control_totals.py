"""What a till or order system says it sold at a place on a day."""

from settlement_service.domain import refusals
from settlement_service.domain.command import Command
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.till_totals import ControlTotals, TillDay
from settlement_service.use_cases.ports import Clock
from settlement_service.use_cases.reconciliation_ports import ControlTotalsKept


class SubmitControlTotals:
    """Each submission is a version; the last one counts."""

    def __init__(self, programs: ProgramDirectory, kept: ControlTotalsKept, clock: Clock) -> None:
        self._programs = programs
        self._kept = kept
        self._clock = clock

    async def __call__(self, command: Command, day: TillDay, totals: ControlTotals) -> int:
        """The version. Refuses PROGRAM_NOT_FOUND, LOCATION_NOT_FOUND, REQUEST_ID_REUSED."""
        if day.location_id not in self._programs.facts(command.program).places:
            raise refusals.location_not_found(command.program, day.location_id)
        return await self._kept.submit(command, day, totals, self._clock.now())
