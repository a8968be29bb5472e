"""What a statement is made of (port `StatementReading`), read in one snapshot."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from chassis.runtime.postgres import Connection, Database, Row
from chassis.values.money import Money
from settlement_service.domain.as_of import Now, PeriodEnd
from settlement_service.domain.figures import Balance
from settlement_service.domain.periods import Stage
from settlement_service.domain.span import LAST_DAY
from settlement_service.domain.statement import Disputed, PeriodHead, VoucherLine
from settlement_service.domain.statement_making import StatementFigures
from settlement_service.store.figures import balance_of_row, standing_at, vector_at
from settlement_service.store.statements import SQL
from settlement_service.use_cases.statement_ports import MonthBounds

_ENTITIES = SQL.list_booked_entities
_HEAD = SQL.read_period_head
_NETTED = SQL.read_netted_balances
_PAID = SQL.read_paid_between
_VOUCHERS = SQL.list_statement_vouchers
_CUT_OFF = SQL.count_cut_off
_DISPUTED = SQL.list_disputed_lines


class StatementReadingStore:
    """Statements in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entities(self, program: str) -> frozenset[str]:
        """As the port says."""
        return frozenset(row["entity_id"] for row in await self._database.fetch(_ENTITIES, program))

    async def figures(self, program: str, entity: str, period: int, month: MonthBounds) -> StatementFigures:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            head = await _head(connection, program, period)
            counted = await connection.fetchrow(_CUT_OFF, program, period, *month(head.name)) if head.name else None
            return StatementFigures(
                period=head,
                up_to=await vector_at(connection, program, Now()),
                opening=await standing_at(connection, program, PeriodEnd(period - 1, "") if period > 1 else None),
                closing=await standing_at(connection, program, PeriodEnd(period, "")),
                netted=await netted_balances(connection, program, period, period, entity),
                paid=_paid(await connection.fetch(_PAID, program, period, entity)),
                vouchers=_vouchers(await connection.fetch(_VOUCHERS, program, period, entity)),
                cut_off_events=counted["late"] + counted["early"] if counted else 0,
                disputed=[_disputed(row) for row in await connection.fetch(_DISPUTED, program, entity)],
            )


async def netted_balances(
    connection: Connection, program: str, first: int, last: int, entity: str, last_day: date = LAST_DAY
) -> list[Balance]:
    """What nettings of some periods posted between entities, in one entity's books or (empty) in all."""
    rows = await connection.fetch(_NETTED, program, first, last, last_day, entity)
    return [balance_of_row(row) for row in rows]


async def _head(connection: Connection, program: str, period: int) -> PeriodHead:
    row = await connection.fetchrow(_HEAD, program, period)
    assert row is not None, "the statement always gives one row"
    stage = Stage.CLOSED if row["close_time"] else Stage.CLOSING if row["period"] else Stage.OPEN
    cut = await vector_at(connection, program, PeriodEnd(period, row["period"]))
    return PeriodHead(period, row["period"], stage, cut, row["figures_hash"], row["signed_name"], row["close_time"])


def _paid(rows: Sequence[Row]) -> Mapping[tuple[str, str], int]:
    return {(row["counterparty"], row["currency_code"]): int(row["paid"]) for row in rows}


def _vouchers(rows: Sequence[Row]) -> list[VoucherLine]:
    vouchers = []
    for _, group in groupby(rows, key=lambda row: row["number"]):
        debits = list(group)
        first = debits[0]
        vouchers.append(
            VoucherLine(
                first["voucher_id"],
                first["number"],
                first["kind"],
                first["reason"],
                first["signed_name"],
                first["post_time"],
                tuple(Money(row["currency_code"], int(row["debits"])) for row in debits if row["debits"]),
            )
        )
    return vouchers


def _disputed(row: Row) -> Disputed:
    return Disputed(
        row["line_id"],
        row["dispute_id"],
        row["debtor"],
        row["creditor"],
        Money(row["currency_code"], row["minor_units"]),
        row["reason"],
        row["signed_name"],
    )
