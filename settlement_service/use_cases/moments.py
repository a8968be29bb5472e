"""Which moment is asked for, and where a span that ends at it begins."""

from settlement_service.domain import refusals
from settlement_service.domain.as_of import Asked, At, PeriodEnd, PeriodNamed
from settlement_service.domain.standing import Beginning, opening_of
from settlement_service.use_cases.period_ports import Periods


class Moments:
    """Finds periods by name."""

    def __init__(self, periods: Periods) -> None:
        self._periods = periods

    async def at(self, program: str, asked: Asked) -> At:
        """The moment. Refuses PERIOD_NOT_FOUND for a period that was not cut."""
        if not isinstance(asked, PeriodNamed):
            return asked
        period = await self._periods.named(program, asked.name)
        if period is None:
            raise refusals.period_not_found(program, asked.name)
        return PeriodEnd(period.sequence, period.name)

    async def span(self, program: str, asked: Asked, beginning: Beginning) -> tuple[At | None, At]:
        """Where it begins (None: with the first movement) and the moment. Refuses PERIOD_NOT_FOUND."""
        end = await self.at(program, asked)
        if beginning is Beginning.FIRST_MOVEMENT:
            return None, end
        open_sequence = (await self._periods.all(program))[-1].sequence
        return opening_of(end, beginning, open_sequence), end
