"""The books of one entity over one period."""

from settlement_service.domain import refusals
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.statement import Statement
from settlement_service.domain.statement_making import statement_of
from settlement_service.use_cases.period_ports import PeriodNames
from settlement_service.use_cases.statement_ports import StatementReading


class GetStatement:
    """Reads a statement."""

    def __init__(self, programs: ProgramDirectory, periods: PeriodNames, statements: StatementReading) -> None:
        self._programs = programs
        self._periods = periods
        self._statements = statements

    async def __call__(self, program: str, entity: str, period: str) -> Statement:
        """The statement; `period` empty: the open one. Refuses PROGRAM_NOT_FOUND, ENTITY_UNKNOWN, PERIOD_NOT_FOUND."""
        facts = self._programs.facts(program)
        if entity not in facts.entities and entity not in await self._statements.entities(program):
            raise refusals.entity_unknown(program, entity)
        sequence = await self._periods.find_or_open(program, period)
        figures = await self._statements.figures(program, entity, sequence, facts.month_bounds)
        return statement_of(facts, entity, figures)
