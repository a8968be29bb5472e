"""One entity's accounts over a span, and trial balances."""

from collections.abc import Mapping

from settlement_service.domain import refusals
from settlement_service.domain.as_of import Asked
from settlement_service.domain.books import Vector
from settlement_service.domain.entity_books import EntityBooks, TrialBalance, entity_books, trial_balances
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.standing import Beginning
from settlement_service.use_cases.moments import Moments
from settlement_service.use_cases.period_ports import Vouchers
from settlement_service.use_cases.ports import AsOfFigures, Deadline
from settlement_service.use_cases.reach import Reach


class GetEntityBooks:
    """Reads entities' books."""

    def __init__(
        self, programs: ProgramDirectory, reach: Reach, moments: Moments, figures: AsOfFigures, vouchers: Vouchers
    ) -> None:
        self._programs = programs
        self._reach = reach
        self._moments = moments
        self._figures = figures
        self._vouchers = vouchers

    async def __call__(
        self,
        program: str,
        entity: str,
        asked: Asked,
        beginning: Beginning,
        at_least: Mapping[int, int],
        deadline: Deadline,
    ) -> tuple[Vector, EntityBooks]:
        """What they are true at, and the books. Refuses PROGRAM_NOT_FOUND, ENTITY_UNKNOWN, PERIOD_NOT_FOUND,
        BOOKS_BEHIND."""
        facts = self._programs.facts(program)
        await self._reach(at_least, deadline)
        await self._require_entity(program, entity)
        after, end = await self._moments.span(program, asked, beginning)
        up_to, opening, turnover = await self._figures.turnover(program, entity, after, end)
        return up_to, entity_books(entity, opening, turnover, facts.settlement)

    async def trial_balance(
        self, program: str, entity: str, asked: Asked, at_least: Mapping[int, int], deadline: Deadline
    ) -> tuple[Vector, tuple[TrialBalance, ...]]:
        """Balances of one entity or (empty) of all together. Refuses as above."""
        facts = self._programs.facts(program)
        await self._reach(at_least, deadline)
        if entity:
            await self._require_entity(program, entity)
        up_to, balances = await self._figures.balances(program, await self._moments.at(program, asked), entity)
        return up_to, trial_balances(balances, facts.settlement)

    async def _require_entity(self, program: str, entity: str) -> None:
        if entity not in self._programs.facts(program).entities and not await self._vouchers.has_history(
            program, entity
        ):
            raise refusals.entity_unknown(program, entity)
