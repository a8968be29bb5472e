"""Figures with what stands behind them (port `FigureReading`).

The figure comes from the running totals (store/figures.py), the lines from journal and movements.
"""

from collections.abc import Sequence

from chassis.runtime.postgres import Connection, Database, Row
from settlement_service.domain.as_of import Now
from settlement_service.domain.explanation import Line, LineKey
from settlement_service.domain.figure_selection import (
    MovementSelection,
    PlaceSelection,
    Selection,
    Source,
    balance_of,
    points_of,
)
from settlement_service.domain.figures import Balance
from settlement_service.domain.span import LAST_PERIOD, Span
from settlement_service.store.figures import balances_at, brand_points_at, vector_at
from settlement_service.store.place_reading import place_lines, place_value
from settlement_service.store.statement_reading import netted_balances
from settlement_service.store.statements import SQL
from settlement_service.use_cases.statement_ports import Explained

_BOUNDS = SQL.read_journal_bounds
_ENTITIES = SQL.list_booked_entities
_OF_ENTITY = SQL.explain_postings_of_entity
_OF_BRAND = SQL.explain_postings_of_brand
_MOVEMENTS = SQL.explain_movements

LAST_ENTRY = 2**63 - 1


class FigureReadingStore:
    """Explanations in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def explain(
        self, program: str, selection: Selection, span: Span, after: LineKey, limit: int, *, with_value: bool
    ) -> Explained:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            rows = await _rows(connection, program, selection, span, after, limit)
            value = await _value(connection, program, selection, span) if with_value else 0
            up_to = await vector_at(connection, program, Now())
        return Explained([_line(row) for row in rows], value, up_to)


async def _rows(
    connection: Connection, program: str, selection: Selection, span: Span, after: LineKey, limit: int
) -> Sequence[Row]:
    counted = (span.first, span.last, span.last_day)
    if isinstance(selection, PlaceSelection):
        return await place_lines(connection, program, selection, span, after, limit)
    if isinstance(selection, MovementSelection):
        kinds = None if selection.kinds is None else list(selection.kinds)
        what = (selection.brand, selection.counted.value, kinds, selection.spent_at)
        return await connection.fetch(_MOVEMENTS, program, *what, *counted, after.home, after.sequence, limit)
    signs = (list(selection.accounts), list(selection.accounts.values()))
    first, last = await _bounds(connection, program, selection.entity, span)
    within = (max(after.entry, first - 1), last)
    if selection.entity is None:
        brand = (selection.brand, selection.currency)
        return await connection.fetch(_OF_BRAND, program, *brand, *signs, *counted, *within, limit)
    narrowed = (selection.counterparty, selection.brand, selection.source.value)
    entity = (selection.entity, selection.currency)
    return await connection.fetch(_OF_ENTITY, program, *entity, *signs, *narrowed, *counted, *within, limit)


async def _bounds(connection: Connection, program: str, entity: str | None, span: Span) -> tuple[int, int]:
    """The first and last entry of the periods, so that a page of one is not looked for in all of them."""
    if span.last == LAST_PERIOD:
        return 1, LAST_ENTRY
    entities = [entity] if entity else [row["entity_id"] for row in await connection.fetch(_ENTITIES, program)]
    row = await connection.fetchrow(_BOUNDS, program, span.first, span.last, entities)
    return (1, 0) if row is None or row["first_entry"] is None else (row["first_entry"], row["last_entry"])


async def _value(connection: Connection, program: str, selection: Selection, span: Span) -> int:
    if isinstance(selection, PlaceSelection):
        return await place_value(connection, program, selection, span)
    if isinstance(selection, MovementSelection):
        value = points_of(selection, await brand_points_at(connection, program, span.end))
        if span.before:
            value -= points_of(selection, await brand_points_at(connection, program, span.before))
        return value
    entity = selection.entity or ""
    netted: list[Balance] = []
    if selection.source is Source.NOT_NETTED:
        netted = await netted_balances(connection, program, span.first, span.last, entity, span.last_day)
    value = balance_of(selection, await balances_at(connection, program, span.end, entity), netted)
    if span.before:
        before = await balances_at(connection, program, span.before, entity)
        value -= balance_of(selection, before, ())
    return value


def _line(row: Row) -> Line:
    return Line(
        int(row["amount"]),
        row["entry_number"],
        row["entity_id"],
        row["voucher_id"],
        row["home_member_id"],
        row["movement_sequence"],
        row["kind"],
        row["accrual_id"],
        row["rule_version"],
        row["order_id"],
        row["line_number"],
        row["points"],
        row["partition"],
        row["position"],
        row["post_time"],
        row["period_sequence"],
    )
