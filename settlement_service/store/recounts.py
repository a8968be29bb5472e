"""The figures the ledger can state too, recounted from history at a cursor (port `Recounts`)."""

from collections.abc import Mapping

from chassis.runtime.postgres import Connection, Database, Row
from settlement_service.domain import refusals
from settlement_service.domain.books import Vector
from settlement_service.domain.reconciliation import (
    Figures,
    carrying_figure,
    claim_figure,
    closing_figure,
    obligation_figure,
    points_figure,
    receivable_figure,
    reserve_figure,
)
from settlement_service.store.statements import SQL

_READ_CURSOR = SQL.read_cursor
_FIND_CUT = SQL.find_period_cut
_POINTS = SQL.recount_points_at
_OUTSTANDING = SQL.recount_outstanding_at
_ACCOUNTS = SQL.recount_accounts_at


class RecountStore:
    """Recounts in PostgreSQL: from movements and journal, never from running totals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cut_of(self, program: str, period: str) -> tuple[int, Vector]:
        """As the port says."""
        rows = await self._database.fetch(_FIND_CUT, program, period)
        if not rows or len(rows) < rows[0]["partitions"]:
            raise refusals.period_not_found(program, period)
        return rows[0]["sequence"], {row["partition"]: row["position"] for row in rows}

    async def cursor(self) -> Vector:
        """As the port says."""
        return {row["partition"]: row["position"] for row in await self._database.fetch(_READ_CURSOR)}

    async def at(self, program: str, up_to: Mapping[int, int]) -> Figures:
        """As the port says."""
        cut = (program, list(up_to), list(up_to.values()))
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            return await _figures(connection, cut)


async def _figures(connection: Connection, cut: tuple[str, list[int], list[int]]) -> Figures:
    figures: Figures = {}
    for row in await connection.fetch(_POINTS, *cut):
        figures[points_figure(row["brand_id"], row["kind"])] = int(row["points"])
    for row in await connection.fetch(_OUTSTANDING, *cut):
        figures[closing_figure(row["brand_id"])] = int(row["outstanding"])
        figures[receivable_figure(row["brand_id"])] = int(row["debt"])
    for row in await connection.fetch(_ACCOUNTS, *cut):
        name, sign = _account(row)
        figures[name] = sign * int(row["balance"])
    return figures


def _account(row: Row) -> tuple[str, int]:
    """The figure of an account, and the sign that makes a balance (debits positive) what the ledger says."""
    entity, other, currency = row["entity_id"], row["counterparty"], row["currency_code"]
    match row["account"]:
        case "due_to":
            return obligation_figure(entity, other, currency), -1
        case "due_from":
            return claim_figure(other, entity, currency), 1
        case "reserve_held":
            return reserve_figure(entity, other, currency), -1
        case "points_liability":
            return carrying_figure(entity, currency, "liability"), -1
        case _:
            return carrying_figure(entity, currency, "receivable"), -1
