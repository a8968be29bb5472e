"""Reading many wallets at once."""

from collections.abc import Sequence
from datetime import datetime

from chassis.runtime.postgres import Database, Row
from ledger_service.domain.due import Figures, seen
from ledger_service.domain.wallet import Wallet, WalletView, view_of
from ledger_service.store import rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.history_ports import WalletHomes


async def wallet_views(
    database: Database, asked: Sequence[WalletHomes], now: datetime, replay_clock: bool, soon_days: int
) -> Sequence[WalletView | None]:
    """The wallets at `now`, in order; empty ones without history, None where a hold's time is over, so that it takes
    a look at what that holds. All are of one program."""
    if not asked:
        return []
    wallets = dict(asked)
    program = asked[0].wallet.program
    homes = [(rows.bucket(program, home), home, key.member) for key, homes in wallets.items() for home in homes]
    found = await database.fetch(SQL.view_wallets, program, *rows.columns(homes, 3), now, replay_clock, soon_days)
    by_root = {row["member"]: row for row in found}
    return [
        _view(row) if (row := by_root.get(key.member)) is not None else view_of(Wallet(key), 0, 0, now)
        for key, _ in asked
    ]


def _view(row: Row) -> WalletView | None:
    if row["next_hold_time"] is not None and row["next_hold_time"] <= row["as_of"]:
        return None
    figures = Figures(row["pending"], row["lapsed"], row["expiring_soon"], row["next_lapse"])
    return seen(rows.wallet_of(row), figures, row["as_of"])
