"""Movements as they are read back: each with its accrual as it left it."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.runtime.postgres import Connection, Row
from chassis.values.money import Money
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.apply.sums import as_after, carrying_of
from ledger_service.domain.movement import (
    BIRTHS,
    Cause,
    Movement,
    MovementKind,
    MovementRef,
    Obligation,
    Settlement,
    begins,
)
from ledger_service.store import rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.read_ports import EVERY_MOVEMENT, MovementFilter, MovementView

SEARCHED = 2_000
"""How many movements a statement looks through for those that are wanted: of a long history it stops early."""


async def movements_of(
    connection: Connection, home: MemberKey, after: int, limit: int, wanted: MovementFilter
) -> list[MovementView]:
    """Movements of a home after a sequence, oldest first, as far as they are wanted. Sequences have no gaps."""
    if wanted == EVERY_MOVEMENT:
        return await _between(connection, home, after, after + limit, limit, wanted)
    ends = await connection.fetch(SQL.read_chains, [rows.bucket(*home)], [home.program], [home.member])
    end = ends[0]["length"] if ends else 0
    found: list[MovementView] = []
    while after < end and len(found) < limit:
        found += await _between(connection, home, after, after + SEARCHED, limit - len(found), wanted)
        after += SEARCHED
    return found


async def links_of(
    connection: Connection, home: MemberKey, after: int, limit: int
) -> list[tuple[Movement, Accrual | None]]:
    """Movements of a home after a sequence, oldest first, each as it was hashed: with the accrual that it began, and
    without what follows from others."""
    found = await _rows_between(connection, home, after, after + limit, limit, EVERY_MOVEMENT)
    return [_link(row) for row in found]


def _link(row: Row) -> tuple[Movement, Accrual | None]:
    movement = _movement(row)
    if movement.kind not in BIRTHS and movement.kind is not MovementKind.ADJUSTED:
        return movement, None
    accrual = rows.accrual_of(row)
    return movement, accrual if begins(movement.kind, movement.cause_id, accrual) else None


async def _between(
    connection: Connection, home: MemberKey, after: int, up_to: int, limit: int, wanted: MovementFilter
) -> list[MovementView]:
    return [_view(row) for row in await _rows_between(connection, home, after, up_to, limit, wanted)]


async def _rows_between(
    connection: Connection, home: MemberKey, after: int, up_to: int, limit: int, wanted: MovementFilter
) -> list[Row]:
    return await connection.fetch(
        SQL.list_movements,
        rows.bucket(*home),
        *home,
        after,
        limit,
        [kind.value for kind in wanted.kinds] or None,
        list(wanted.brands) or None,
        wanted.accrual_id or None,
        wanted.cause_id or None,
        wanted.start,
        wanted.end,
        up_to,
    )


def _view(row: Row) -> MovementView:
    """A movement with its accrual as it left it; what it did to the books follows from both."""
    movement = _movement(row)
    accrual = as_after(rows.accrual_of(row), movement)
    return MovementView(replace(movement, carrying=carrying_of(accrual, movement)), accrual)


def _movement(row: Row) -> Movement:
    pays = None if row["pays_home"] is None else MovementRef(row["pays_home"], row["pays_sequence"])
    return Movement(
        home=row["home"],
        sequence=row["sequence"],
        accrual_id=row["accrual_id"],
        kind=MovementKind(row["movement_kind"]),
        points=row["points"],
        remaining_after=row["remaining_after"],
        held_after=row["held_after"],
        cause=Cause(row["cause"]),
        cause_id=row["cause_id"],
        line_number=row["movement_line"],
        settlement=Settlement(
            value=_money(row["value_currency"], row["value"]),
            price=_money(row["price_currency"], row["price"]),
            pays=pays,
            obligations=tuple(_obligation(owed) for owed in row["obligations"]),
        ),
        carrying=(),
        occur_time=row["occur_time"],
        post_time=row["post_time"],
        available_time=row["new_available_time"],
        expire_time=row["new_expire_time"],
        hash=row["hash"],
    )


def _money(currency: str | None, minor_units: int) -> Money | None:
    return None if currency is None else Money(currency, minor_units)


def _obligation(owed: Sequence[str]) -> Obligation:
    debtor, creditor, currency, amount, agreement_id, rate_id = owed
    return Obligation(debtor, creditor, Money(currency, int(amount)), agreement_id, rate_id)
