"""Reads outside any lane: wallets, sales, movements."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from chassis.runtime.postgres import Database
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.movement import Cause
from ledger_service.domain.order import OrderDocument
from ledger_service.domain.wallet import WalletView
from ledger_service.store import document_rows, rows
from ledger_service.store.movement_rows import movements_of
from ledger_service.store.orders import orders_of
from ledger_service.store.statements import SQL
from ledger_service.store.wallet_view import wallet_view
from ledger_service.store.wallet_views import wallet_views
from ledger_service.use_cases.history_ports import WalletHomes
from ledger_service.use_cases.list_shared_movements import SharedMovement
from ledger_service.use_cases.read_ports import (
    EVERY_MOVEMENT,
    AccrualHome,
    MovementFilter,
    MovementView,
    OrderView,
    every_sale,
)


class PostgresReader:
    """See `use_cases.read_ports.Reader`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def wallet(
        self, wallet: MemberKey, homes: Sequence[str], now: datetime, replay_clock: bool, soon_days: int = 0
    ) -> WalletView:
        """The wallet at `now`; an empty one if it has no history."""
        return await wallet_view(self._database, wallet, homes, now, replay_clock, soon_days)

    async def wallets(
        self, asked: Sequence[WalletHomes], now: datetime, replay_clock: bool, soon_days: int = 0
    ) -> Sequence[WalletView]:
        """Many wallets of one program in one statement; those in which a hold's time is over are read one by one."""
        found = await wallet_views(self._database, asked, now, replay_clock, soon_days)
        return [
            view or await wallet_view(self._database, *homes, now, replay_clock, soon_days)
            for homes, view in zip(asked, found, strict=True)
        ]

    async def accrual_homes(self, program: str, homes: Sequence[str], ids: Sequence[str]) -> Mapping[str, AccrualHome]:
        """Under which of some homes accruals lie, by id; those that lie elsewhere are left out."""
        buckets = [rows.bucket(program, home) for home in homes]
        found = await self._database.fetch(SQL.find_accruals, buckets, program, list(homes), list(ids))
        return {row["accrual_id"]: AccrualHome(row["home"], row["brand"]) for row in found}

    async def order(
        self, program: str, home: str, order_id: str, sees: Callable[[OrderDocument], bool] = every_sale
    ) -> OrderView | None:
        """A posted sale, if it is to be seen."""
        key = ([rows.bucket(program, home)], [program], [order_id])
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            orders = await orders_of(connection, key)
            if not orders or not sees(orders[0].document):
                return None
            accruals = await connection.fetch(SQL.read_order_accruals, *key)
            returned = await connection.fetch(SQL.read_returned_lines, *key)
        lines = sorted(map(document_rows.returned_line_of, returned), key=lambda line: line.line_number)
        return OrderView(orders[0], tuple(map(rows.accrual_of, accruals)), tuple(lines))

    async def movements(
        self, home: MemberKey, after: int, limit: int, wanted: MovementFilter = EVERY_MOVEMENT
    ) -> Sequence[MovementView]:
        """Movements of a home after a sequence, oldest first, as far as they are wanted."""
        async with self._database.acquire() as connection:
            return await movements_of(connection, home, after, limit, wanted)

    async def shared(self, home: MemberKey, after: int, limit: int) -> Sequence[SharedMovement]:
        """Points of a home that another root spent, or that repaid another home's debt, after a sequence."""
        found = await self._database.fetch(SQL.list_shared_movements, rows.bucket(*home), *home, after, limit)
        return [
            SharedMovement(
                home=row["home"],
                sequence=row["sequence"],
                accrual_id=row["accrual_id"],
                points=row["points"],
                restored_points=row["restored_points"],
                cause=Cause(row["cause"]),
                cause_id=row["cause_id"],
                root=row["root"],
                debtor_home=row["pays_home"] or "",
                post_time=row["post_time"],
            )
            for row in found
        ]
