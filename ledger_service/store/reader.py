"""Reads outside any lane: wallets, sales, movements."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chassis.runtime.postgres import Database, Row
from chassis.values.money import Money
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.apply.sums import as_after, carrying_of
from ledger_service.domain.movement import Cause, Movement, MovementKind, MovementRef, Obligation, Settlement
from ledger_service.domain.wallet import Wallet, WalletView, view_of
from ledger_service.store import rows
from ledger_service.store.orders import orders_of
from ledger_service.store.statements import SQL
from ledger_service.use_cases.ports import MovementView, OrderView

ACCRUALS_QUOTED = 1_000
"""How many accruals of a home a quote looks at; the redemption itself looks at all it burns."""


class PostgresReader:
    """See `use_cases.ports.Reader`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wallet(self, wallet: MemberKey, homes: Sequence[str], now: datetime, replay_clock: bool) -> WalletView:
        """The wallet at `now`; an empty one if it has no history."""
        buckets = [rows.bucket(wallet.program, home) for home in homes]
        row = await self._database.fetchrow(
            SQL.view_wallet, rows.bucket(*wallet), *wallet, buckets, list(homes), now, replay_clock
        )
        if row is None:
            return view_of(Wallet(wallet), 0, 0, now)
        return view_of(rows.wallet_of(row), row["pending"], row["lapsed"], row["as_of"])

    async def funders(self, wallet: MemberKey, homes: Sequence[str], points: int) -> frozenset[str]:
        """The entities that carry the next points to be spent; of a very long wallet, of its first accruals."""
        keys = ((wallet.member, rows.bucket(wallet.program, home), wallet.program, home, points) for home in homes)
        found = await self._database.fetch(SQL.read_spendable, *rows.columns(keys, 5), ACCRUALS_QUOTED)
        return frozenset(funder.entity for row in found for funder in rows.funders_of(row["funders"]))

    async def order(self, program: str, home: str, order_id: str) -> OrderView | None:
        """A posted sale."""
        key = ([rows.bucket(program, home)], [program], [order_id])
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            orders = await orders_of(connection, key)
            if not orders:
                return None
            accruals = await connection.fetch(SQL.read_order_accruals, *key)
            returned = await connection.fetch(SQL.read_returned_lines, *key)
        lines = sorted(map(rows.returned_line_of, returned), key=lambda line: line.line_number)
        return OrderView(orders[0], tuple(map(rows.accrual_of, accruals)), tuple(lines))

    async def movements(self, home: MemberKey, after: int, limit: int) -> Sequence[MovementView]:
        """Movements of a home after a sequence, oldest first."""
        found = await self._database.fetch(SQL.list_movements, rows.bucket(*home), *home, after, limit)
        return [_view(row) for row in found]


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
    debtor, creditor, currency, amount, agreement_id = owed
    return Obligation(debtor, creditor, Money(currency, int(amount)), agreement_id)
