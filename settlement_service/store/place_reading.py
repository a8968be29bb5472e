"""Measures of places (port `RollUpReading`), and what stands behind them."""

from collections.abc import Sequence

from chassis.runtime.postgres import Connection, Database, Row
from settlement_service.domain.as_of import Now
from settlement_service.domain.books import Vector
from settlement_service.domain.explanation import LineKey
from settlement_service.domain.figure_selection import PlaceSelection
from settlement_service.domain.roll_ups.definitions import BY_ID
from settlement_service.domain.roll_ups.roll_up import CLOSING, Divisions, Level, RollUpFigure
from settlement_service.domain.span import NamedPeriod, Span
from settlement_service.store.figures import vector_at
from settlement_service.store.statements import SQL

_LINES = SQL.explain_place
_VALUE = SQL.read_place_figure
_ROLL_UP = SQL.read_roll_up
_NAMES = SQL.list_period_names


class RollUpStore:
    """Roll-ups in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def roll_up(
        self, program: str, first: int, last: int, level: Level, divisions: Divisions, limit: int
    ) -> tuple[Vector, Sequence[RollUpFigure], Sequence[NamedPeriod]]:
        """As the port says."""
        limits = (divisions.brands, divisions.regions, divisions.locations)
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            up_to = await vector_at(connection, program, Now())
            rows = await connection.fetch(_ROLL_UP, program, first, last, level.value, *limits, CLOSING, limit)
            names = await connection.fetch(_NAMES, program, first, last)
        return up_to, [_figure(row) for row in rows], [NamedPeriod(row["sequence"], row["period"]) for row in names]


async def place_value(connection: Connection, program: str, selection: PlaceSelection, span: Span) -> int:
    """The figure from running totals."""
    place = (selection.region, selection.operator, selection.location)
    what = (selection.brand, selection.measure, selection.party, selection.currency)
    return int(await connection.fetchval(_VALUE, program, *place, *what, span.first, span.last))


async def place_lines(
    connection: Connection, program: str, selection: PlaceSelection, span: Span, after: LineKey, limit: int
) -> Sequence[Row]:
    """A page of the movements behind it."""
    measure = BY_ID[selection.measure]
    return await connection.fetch(
        _LINES,
        program,
        measure.at.value,
        selection.region,
        selection.operator,
        selection.location,
        selection.brand,
        measure.amount.value,
        [kind.value for kind in measure.signs],
        list(measure.signs.values()),
        measure.spent_at,
        measure.without_repayments,
        selection.party,
        selection.currency,
        span.first,
        span.last,
        after.home,
        after.sequence,
        limit,
    )


def _figure(row: Row) -> RollUpFigure:
    return RollUpFigure(
        row["period_sequence"],
        row["region"],
        row["operator_id"],
        row["location_id"],
        row["brand_id"],
        row["measure"],
        row["party"],
        row["currency_code"],
        int(row["amount"]),
    )
