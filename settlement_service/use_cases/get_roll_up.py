"""Measures by place, brand and period."""

from collections.abc import Mapping, Sequence

from settlement_service.domain import refusals
from settlement_service.domain.books import Vector
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.roll_ups.roll_up import Divisions, Level, RollUpFigure
from settlement_service.use_cases.period_ports import PeriodNames
from settlement_service.use_cases.statement_ports import RollUpReading

MOST_FIGURES = 10_000
"""An answer of so many stays well below what a message may hold."""


class GetRollUp:
    """Reads a roll-up."""

    def __init__(self, programs: ProgramDirectory, periods: PeriodNames, roll_ups: RollUpReading) -> None:
        self._programs = programs
        self._periods = periods
        self._roll_ups = roll_ups

    async def __call__(
        self, program: str, from_period: str, to_period: str, level: Level, divisions: Divisions
    ) -> tuple[Vector, Sequence[RollUpFigure], Mapping[int, str]]:
        """How far the books had come, the figures, and the names of the periods. `to_period` empty: the open one;
        `from_period` empty: the same. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND, ROLL_UP_TOO_LARGE."""
        self._programs.brands_of(program)
        last = await self._periods.find_or_open(program, to_period)
        first = await self._periods.find(program, from_period) if from_period else last
        up_to, figures, names = await self._roll_ups.roll_up(program, first, last, level, divisions, MOST_FIGURES + 1)
        if len(figures) > MOST_FIGURES:
            raise refusals.roll_up_too_large(MOST_FIGURES)
        return up_to, figures, {each.sequence: each.name for each in names}
