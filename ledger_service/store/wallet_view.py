"""Reading a wallet as of a moment, whether or not anybody has booked what is due by then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chassis.runtime.postgres import Connection, Database, Row
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.due import Figures, seen
from ledger_service.domain.hold import HeldPart
from ledger_service.domain.wallet import Wallet, WalletView, view_of
from ledger_service.store import document_rows, rows
from ledger_service.store.statements import SQL


async def wallet_view(
    database: Database, wallet: MemberKey, homes: Sequence[str], now: datetime, replay_clock: bool, soon_days: int
) -> WalletView:
    """The wallet at `now`; an empty one if it has no history.

    One statement, unless a hold's time is over and nobody has freed its points yet: then what it holds is read too, in
    one snapshot with the rest.
    """
    buckets = [rows.bucket(wallet.program, home) for home in homes]
    keys = (*wallet, buckets, list(homes), now, replay_clock, soon_days)
    row = await database.fetchrow(SQL.view_wallet, *keys)
    if row is not None and _holds_are_over(row):
        async with database.transaction(isolation="repeatable_read", readonly=True) as connection:
            row = await connection.fetchrow(SQL.view_wallet, *keys)
            if row is not None and _holds_are_over(row):
                return await _with_freed(connection, row, soon_days, (buckets, wallet.program, list(homes)))
    if row is None:
        return view_of(Wallet(wallet), 0, 0, now)
    return seen(rows.wallet_of(row), _figures(row), row["as_of"])


def _holds_are_over(row: Row) -> bool:
    return row["next_hold_time"] is not None and row["next_hold_time"] <= row["as_of"]


def _figures(row: Row) -> Figures:
    return Figures(row["pending"], row["lapsed"], row["expiring_soon"], row["next_lapse"])


async def _with_freed(
    connection: Connection, row: Row, soon_days: int, here: tuple[list[int], str, list[str]]
) -> WalletView:
    as_of = row["as_of"]
    parts = await _timed_out(connection, as_of, here)
    program = row["program"]
    values = {(rows.bucket(program, part.home), program, part.accrual_id) for part in parts}
    found = await connection.fetch(SQL.read_accruals, *rows.columns(values, 3))
    accruals = {accrual.accrual_id: accrual for accrual in map(rows.accrual_of, found)}
    soon = as_of + timedelta(days=soon_days) if soon_days else None
    return seen(rows.wallet_of(row), _figures(row), as_of, soon, parts, accruals)


async def _timed_out(connection: Connection, as_of: datetime, here: tuple[list[int], str, list[str]]) -> list[HeldPart]:
    """What open holds still hold of these homes whose time was over at a moment. One of before its member was parted
    from another may hold points of that one's too."""
    holds = map(document_rows.hold_of, await connection.fetch(SQL.read_timed_out, *here, as_of))
    return [part for hold in holds if hold.time_out <= as_of for part in hold.parts if part.home in here[2]]
