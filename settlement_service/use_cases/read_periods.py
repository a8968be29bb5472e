"""Periods of a program, and the one of a name."""

from settlement_service.domain import refusals
from settlement_service.domain.periods import Period
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import Periods


class ReadPeriods:
    """Reads periods."""

    def __init__(self, programs: ProgramDirectory, periods: Periods) -> None:
        self._programs = programs
        self._periods = periods

    async def all(self, program: str) -> list[Period]:
        """By number, the open one first. Refuses PROGRAM_NOT_FOUND."""
        self._programs.brands_of(program)
        return sorted(await self._periods.all(program), key=lambda period: (period.name != "", period.sequence))

    async def named(self, program: str, name: str) -> Period:
        """The period of that name; without one the open period. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND."""
        if not name:
            return (await self.all(program))[0]
        self._programs.brands_of(program)
        period = await self._periods.named(program, name)
        if period is None:
            raise refusals.period_not_found(program, name)
        return period
