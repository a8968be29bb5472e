"""Which moment is asked for, and where a span that ends at it begins."""

from settlement_service.domain.as_of import Asked, At, PeriodEnd, PeriodNamed
from settlement_service.domain.standing import Beginning, opening_of
from settlement_service.use_cases.period_ports import PeriodNames


class Moments:
    """Finds periods by name."""

    def __init__(self, periods: PeriodNames) -> None:
        self._periods = periods

    async def at(self, program: str, asked: Asked) -> At:
        """The moment. Refuses PERIOD_NOT_FOUND for a period that was not cut."""
        if not isinstance(asked, PeriodNamed):
            return asked
        return PeriodEnd(await self._periods.find(program, asked.name), asked.name)

    async def span(self, program: str, asked: Asked, beginning: Beginning) -> tuple[At | None, At]:
        """Where it begins (None: with the first movement) and the moment. Refuses PERIOD_NOT_FOUND."""
        end = await self.at(program, asked)
        if beginning is Beginning.FIRST_MOVEMENT:
            return None, end
        return opening_of(end, beginning, await self._periods.open(program)), end
