"""What statements, exports, explanations and roll-ups need of the world."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from settlement_service.domain.books import Vector
from settlement_service.domain.explanation import Line, LineKey
from settlement_service.domain.exported import ExportedEntry, Extent
from settlement_service.domain.figure_selection import Selection
from settlement_service.domain.roll_ups.roll_up import Divisions, Level, RollUpFigure
from settlement_service.domain.span import NamedPeriod, Span
from settlement_service.domain.statement_making import StatementFigures

MonthBounds = Callable[[str], tuple[datetime, datetime]]
"""The instants between which a month of the program's calendar lies."""


class StatementReading(Protocol):
    """What a statement is made of."""

    async def entities(self, program: str) -> frozenset[str]:
        """Entities that have books, also those that have left the configuration."""
        ...

    async def figures(self, program: str, entity: str, period: int, month: MonthBounds) -> StatementFigures:
        """Everything a statement shows, in one snapshot."""
        ...


class JournalReading(Protocol):
    """The journal with its lineage."""

    async def extent(self, program: str, first: int, last: int) -> Extent:
        """The entries that the periods `first` to `last` have now."""
        ...

    def pages(self, program: str, entity: str, extent: Extent, size: int) -> AsyncIterator[Sequence[ExportedEntry]]:
        """The entries of one entity or (empty) of all, in order, at most `size` at a time; each page is read when it
        is asked for, and nothing is held between two."""
        ...


@dataclass(frozen=True, slots=True)
class Explained:
    """A page of lines, the figure if it was asked for, and how far the books had come."""

    lines: Sequence[Line]
    value: int
    up_to: Vector


class FigureReading(Protocol):
    """Figures with what stands behind them."""

    async def explain(
        self, program: str, selection: Selection, span: Span, after: LineKey, limit: int, *, with_value: bool
    ) -> Explained:
        """A page of lines, and the figure from running totals, in one snapshot."""
        ...


class RollUpReading(Protocol):
    """Measures by place."""

    async def roll_up(
        self, program: str, first: int, last: int, level: Level, divisions: Divisions, limit: int
    ) -> tuple[Vector, Sequence[RollUpFigure], Sequence[NamedPeriod]]:
        """At most `limit` figures, how far the books had come, and the names of the periods."""
        ...
