"""What stands behind a figure, page by page."""

from dataclasses import dataclass
from datetime import date

from settlement_service.domain import refusals
from settlement_service.domain.books import Vector
from settlement_service.domain.explanation import Line, LineKey
from settlement_service.domain.figure_names import FigureName
from settlement_service.domain.figure_selection import PlaceSelection, Selection, selection_of
from settlement_service.domain.programs import ProgramDirectory
from settlement_service.domain.span import LAST_DAY, Span
from settlement_service.use_cases.period_ports import PeriodNames
from settlement_service.use_cases.statement_ports import FigureReading


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure is asked over: one period, or everything up to the end of a period or of a day; all empty: up to
    now."""

    period: str = ""
    as_of_period: str = ""
    as_of_date: date | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page of what stands behind a figure. `value` is the figure itself, with the first page only."""

    currency: str
    value: int
    lines: tuple[Line, ...]
    more: bool
    up_to: Vector


class ExplainFigure:
    """Reads a page."""

    def __init__(self, programs: ProgramDirectory, periods: PeriodNames, figures: FigureReading) -> None:
        self._programs = programs
        self._periods = periods
        self._figures = figures

    async def __call__(self, program: str, name: FigureName, scope: Scope, after: LineKey, limit: int) -> Explanation:
        """A page of at most `limit` lines. Refuses PROGRAM_NOT_FOUND, PERIOD_NOT_FOUND, FIGURE_UNKNOWN."""
        self._programs.brands_of(program)
        selection = selection_of(name)
        span = await self._span(program, scope)
        if isinstance(selection, PlaceSelection) and span.last_day != LAST_DAY:
            # Places are kept by period, not by day.
            raise refusals.figure_unknown(str(name))
        first = after == LineKey()
        found = await self._figures.explain(program, selection, span, after, limit + 1, with_value=first)
        more = len(found.lines) > limit
        return Explanation(_currency(selection), found.value, tuple(found.lines[:limit]), more, found.up_to)

    async def _span(self, program: str, scope: Scope) -> Span:
        if scope.period:
            sequence = await self._periods.find(program, scope.period)
            return Span(sequence, sequence)
        if scope.as_of_period:
            return Span(last=await self._periods.find(program, scope.as_of_period))
        return Span(last_day=scope.as_of_date) if scope.as_of_date else Span()


def _currency(selection: Selection) -> str:
    return getattr(selection, "currency", "")
