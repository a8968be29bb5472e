"""Lines that were not netted yet, read within somebody's transaction. It costs by entities and days of the periods that
no netting has taken, not by movements."""

import json
from collections.abc import Mapping, Sequence

from chassis.runtime.postgres import Connection, Row
from settlement_service.domain.netting.documents import line_from
from settlement_service.domain.netting.open_lines import Booked, Disputed, OpenLine, Source, line_of, open_lines
from settlement_service.store.statements import SQL

_READ_PERIODS = SQL.read_periods_to_net
_READ_BRANDS = SQL.read_lines_of_brands
_READ_VOUCHERS = SQL.read_lines_of_vouchers
_READ_WITHDRAWN = SQL.read_withdrawn_payments
_READ_DISPUTED = SQL.read_disputed_lines
_READ_NETTED = SQL.read_netted_lines

_OF_PAYMENTS = 0
"""Sequence of lines that belong to no period."""


async def open_lines_of(connection: Connection, program: str, up_to: int) -> tuple[OpenLine, ...]:
    """Lines of closed periods up to a number, and withdrawn payments; also those of zero."""
    names = {row["sequence"]: row["period"] for row in await connection.fetch(_READ_PERIODS, program, up_to)}
    periods = sorted(names)
    brands = await connection.fetch(_READ_BRANDS, program, periods)
    vouchers = await connection.fetch(_READ_VOUCHERS, program, periods)
    payments = await connection.fetch(_READ_WITHDRAWN, program)
    disputes = await connection.fetch(_READ_DISPUTED, program, [_OF_PAYMENTS, *periods])
    booked = [
        *(_booked(row, Source(names[row["period_sequence"]], brand=row["brand_id"])) for row in brands),
        *(_booked(row, Source(names[row["period_sequence"]], voucher=row["number"])) for row in vouchers),
        *(_withdrawn(row) for row in payments),
    ]
    disputed = [_disputed(row) for row in disputes]
    ids = [line_of(each).line.line_id for each in booked] + [each.line.line.line_id for each in disputed]
    return open_lines(booked, disputed, (await netted_by(connection, program, ids)).keys())


async def netted_by(connection: Connection, program: str, line_ids: Sequence[str]) -> Mapping[str, str]:
    """The nettings that these lines are part of, where they are."""
    rows = await connection.fetch(_READ_NETTED, program, sorted(line_ids))
    return {row["line_id"]: row["netting_id"] for row in rows}


def _booked(row: Row, source: Source) -> Booked:
    amount = int(row["minor_units"])
    return Booked(row["period_sequence"], source, row["debtor"], row["creditor"], row["currency_code"], amount)


def _withdrawn(row: Row) -> Booked:
    source = Source(payment=row["number"])
    return Booked(_OF_PAYMENTS, source, row["debtor"], row["creditor"], row["currency_code"], row["minor_units"])


def _disputed(row: Row) -> Disputed:
    line = line_from(json.loads(row["document"]), row["period_sequence"])
    return Disputed(line, row["parent_line"], row["is_open"])
