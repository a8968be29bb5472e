"""Finding wallets in which something may be due; see `use_cases.log_ports.DueWallets`."""

from collections.abc import Sequence
from datetime import datetime

from chassis.runtime.postgres import Database
from ledger_service.store.statements import SQL
from ledger_service.use_cases.log_ports import DueWallet


class PostgresDueWallets:
    """Reads the bounds that wallets keep, through an index of what is due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(
        self, program: str, buckets: Sequence[int], now: datetime, after: tuple[datetime, str], limit: int
    ) -> Sequence[DueWallet]:
        """A page of wallets, the longest overdue first."""
        found = await self._database.fetch(SQL.due_wallets, program, list(buckets), now, *after, limit)
        return [DueWallet(row["member"], row["version"], row["due_time"]) for row in found]
