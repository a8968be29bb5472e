"""The reports on points given, at the end of a period or now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from chassis.values.rounding import Ratio
from settlement_service.domain import refusals
from settlement_service.domain.books import Vector
from settlement_service.domain.breakage.estimates import estimates_of
from settlement_service.domain.breakage.history import CohortHistory, standings
from settlement_service.domain.breakage.remeasurement import Remeasured, remeasure
from settlement_service.domain.breakage.reports import (
    CohortRevenue,
    PointsLiability,
    carried_rows,
    liabilities,
    revenues,
    values_now,
)
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.use_cases.period_ports import PeriodNames
from settlement_service.use_cases.ports import Deadline
from settlement_service.use_cases.reach import Reach
from settlement_service.use_cases.revenue_ports import Cohorts


@dataclass(frozen=True, slots=True)
class Reported:
    """A report's place: the cursor, the period's sequence, and the history and facts it is made from."""

    up_to: Vector
    sequence: int
    history: CohortHistory
    facts: ProgramFacts


class ReportPoints:
    """Reads cohorts and makes the three reports. `period` empty: now, the open period included."""

    def __init__(self, programs: ProgramDirectory, reach: Reach, periods: PeriodNames, cohorts: Cohorts) -> None:
        self._programs = programs
        self._reach = reach
        self._periods = periods
        self._cohorts = cohorts

    async def revenue(
        self, program: str, period: str, at_least: Mapping[int, int], deadline: Deadline
    ) -> tuple[Vector, tuple[CohortRevenue, ...]]:
        """What the period made of every cohort's deferred revenue. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND,
        BOOKS_BEHIND, POINTS_DO_NOT_TIE_OUT."""
        read = await self._read(program, period, at_least, deadline)
        estimates = estimates_of(read.facts)
        with _tied_out(program):
            before = standings(read.history, read.sequence - 1, estimates)
            after = standings(read.history, read.sequence, estimates)
        return read.up_to, revenues(before, after)

    async def liability(
        self, program: str, period: str, at_least: Mapping[int, int], deadline: Deadline
    ) -> tuple[Vector, tuple[PointsLiability, ...]]:
        """What the points stand for at the period's end, with breakage. Refuses as `revenue` does."""
        read = await self._read(program, period, at_least, deadline)
        with _tied_out(program):
            stand = standings(read.history, read.sequence, estimates_of(read.facts))
            return read.up_to, liabilities(read.history, stand)

    async def remeasurement(
        self,
        program: str,
        period: str,
        values: Mapping[tuple[str, str], Ratio],
        at_least: Mapping[int, int],
        deadline: Deadline,
    ) -> tuple[Vector, tuple[Remeasured, ...]]:
        """What `values` (minor units per point by brand and currency; none: those of the live revision) would make of
        the points at the period's end. Refuses as `revenue` does, BRAND_NOT_FOUND and AMOUNT_OUT_OF_RANGE."""
        known = self._programs.brands_of(program)
        for brand, _ in values:
            if brand not in known:
                raise refusals.brand_not_found(program, brand)
        read = await self._read(program, period, at_least, deadline)
        return read.up_to, remeasure(carried_rows(read.history.movements), values or values_now(read.facts))

    async def _read(self, program: str, period: str, at_least: Mapping[int, int], deadline: Deadline) -> Reported:
        facts = self._programs.facts(program)
        await self._reach(at_least, deadline)
        sequence = await self._periods.find_or_open(program, period)
        up_to, history = await self._cohorts.history(program, sequence)
        return Reported(up_to, sequence, history, facts)


@contextmanager
def _tied_out(program: str) -> Iterator[None]:
    """Points that do not tie out are a fault of the books, to be told with the cohort's name."""
    try:
        yield
    except ValueError as error:
        raise refusals.points_do_not_tie_out(program, str(error)) from error
