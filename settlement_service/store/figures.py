"""Figures at a moment (port `AsOfFigures`), without reading from the beginning: the closing figures of the latest
closed period that lies wholly before it, and the days since."""

from collections.abc import Sequence
from datetime import date

from chassis.runtime.postgres import Connection, Database, Row
from settlement_service.domain.as_of import At, Day, Now, PeriodEnd
from settlement_service.domain.books import Vector
from settlement_service.domain.entity_books import Turnover
from settlement_service.domain.figures import Balance, BrandPoints
from settlement_service.domain.span import LAST_DAY, LAST_PERIOD
from settlement_service.domain.standing import Standing
from settlement_service.store.statements import SQL

_READ_CURSOR = SQL.read_cursor
_READ_CUT = SQL.read_cut_vector
_READ_BASE = SQL.read_figures_base
_READ_BALANCES = SQL.read_balances
_READ_BRAND_POINTS = SQL.read_brand_points
_READ_TURNOVER = SQL.read_turnover

_NO_DAY = date(1, 1, 1)


class FiguresStore:
    """Figures in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def balances(self, program: str, at: At, entity: str = "") -> tuple[Vector, list[Balance]]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            return await vector_at(connection, program, at), await balances_at(connection, program, at, entity)

    async def standings(self, program: str, moments: Sequence[At | None]) -> tuple[Vector, list[Standing]]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            standings = [await standing_at(connection, program, at) for at in moments]
            return await vector_at(connection, program, moments[-1] or Now()), standings

    async def turnover(
        self, program: str, entity: str, after: At | None, end: At
    ) -> tuple[Vector, list[Balance], list[Turnover]]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            opening = await balances_at(connection, program, after, entity) if after is not None else []
            last_period, last_day = _bounds(end)
            first_period, first_day = 0, _NO_DAY
            if isinstance(after, Day):
                # What the closing figures of the base tell lies wholly before: its days need not be looked at.
                _, first_period, _, first_day = await _span(connection, program, after)
            elif after is not None:
                first_period, _ = _bounds(after)
            rows = await connection.fetch(
                _READ_TURNOVER, program, entity, first_period, last_period, first_day, last_day
            )
            return await vector_at(connection, program, end), opening, [_turnover(row) for row in rows]


async def vector_at(connection: Connection, program: str, at: At) -> Vector:
    """The positions that figures at `at` are true at: a period's barriers, else how far the books have come."""
    if isinstance(at, PeriodEnd):
        rows = await connection.fetch(_READ_CUT, program, at.sequence)
    else:
        rows = await connection.fetch(_READ_CURSOR)
    return {row["partition"]: row["position"] for row in rows}


async def standing_at(connection: Connection, program: str, at: At | None) -> Standing:
    """All balances and brands' points; None: before the first movement."""
    if at is None:
        return Standing()
    return Standing(await balances_at(connection, program, at), await brand_points_at(connection, program, at))


async def balances_at(connection: Connection, program: str, at: At, entity: str = "") -> list[Balance]:
    """Every balance but zeros, of one entity or (empty) of all."""
    rows = await connection.fetch(_READ_BALANCES, *await _span(connection, program, at), entity)
    return [balance_of_row(row) for row in rows]


def balance_of_row(row: Row) -> Balance:
    """A balance."""
    return Balance(
        row["entity_id"],
        row["currency_code"],
        row["account"],
        row["counterparty"],
        row["brand_id"],
        int(row["amount"]),
    )


async def brand_points_at(connection: Connection, program: str, at: At) -> list[BrandPoints]:
    """Every brand's points."""
    rows = await connection.fetch(_READ_BRAND_POINTS, *await _span(connection, program, at))
    return [
        BrandPoints(
            row["brand_id"],
            row["kind"],
            row["spent_at"],
            row["at_brand_id"],
            int(row["points"]),
            int(row["outstanding"]),
            int(row["debt"]),
        )
        for row in rows
    ]


async def _span(connection: Connection, program: str, at: At) -> tuple[str, int, int, date]:
    """Program, the closed period to begin at, the last period and the last day that count."""
    last_period, last_day = _bounds(at)
    base = await connection.fetchval(_READ_BASE, program, last_period, last_day)
    return program, int(base), last_period, last_day


def _bounds(at: At) -> tuple[int, date]:
    """The last period and the last day that count."""
    return (
        at.sequence if isinstance(at, PeriodEnd) else LAST_PERIOD,
        at.date if isinstance(at, Day) else LAST_DAY,
    )


def _turnover(row: Row) -> Turnover:
    return Turnover(row["currency_code"], row["account"], row["counterparty"], int(row["debits"]), int(row["credits"]))
