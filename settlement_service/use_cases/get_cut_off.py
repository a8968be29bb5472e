"""Events of a period that happened in another month."""

from settlement_service.domain.cut_off import CutOff
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import Periods
from settlement_service.use_cases.read_periods import ReadPeriods


class GetCutOff:
    """Reads the cut-off report, page by page."""

    def __init__(self, programs: ProgramDirectory, periods: Periods, read_periods: ReadPeriods) -> None:
        self._programs = programs
        self._periods = periods
        self._read_periods = read_periods

    async def __call__(
        self, program: str, name: str, after: tuple[int, int], limit: int
    ) -> tuple[ProgramFacts, CutOff]:
        """At most `limit` events behind a place in the log, and the facts whose calendar says which month is meant.
        Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND."""
        facts = self._programs.facts(program)
        period = await self._read_periods.named(program, name)
        month = facts.month_bounds(name)
        return facts, await self._periods.cut_off(program, period, month, after, limit)
