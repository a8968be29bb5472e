"""Adjustments and transfers as they are read outside any lane."""

from collections.abc import Sequence

from chassis.runtime.postgres import Database
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.transfer import Transfer
from ledger_service.store import document_rows, rows
from ledger_service.store.statements import SQL
from ledger_service.use_cases.people_ports import ProposedKey


class PostgresAdjustments:
    """See `use_cases.people_ports.Adjustments`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, program: str, home: str, adjustment_id: str) -> Adjustment | None:
        """An adjustment of a home."""
        key = ([rows.bucket(program, home)], [program], [adjustment_id])
        row = await self._database.fetchrow(SQL.read_adjustments, *key)
        return None if row is None else document_rows.adjustment_of(row)

    async def proposed(
        self, program: str, brands: Sequence[str] | None, after: ProposedKey | None, limit: int
    ) -> Sequence[Adjustment]:
        """Adjustments of brands (None: of all) that wait for a second person, oldest first."""
        place, wanted = after or (None, ""), None if brands is None else list(brands)
        found = await self._database.fetch(SQL.list_proposed_adjustments, program, *place, wanted, limit)
        return [document_rows.adjustment_of(row) for row in found]

    async def accrual_home(self, program: str, homes: Sequence[str], accrual_id: str) -> str | None:
        """Which of a wallet's homes an accrual lies under; None: under none of them."""
        buckets = [rows.bucket(program, home) for home in homes]
        row = await self._database.fetchrow(SQL.find_accrual_home, buckets, program, list(homes), accrual_id)
        return None if row is None else str(row["home"])


class PostgresTransfers:
    """See `use_cases.people_ports.Transfers`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, program: str, root: str, transfer_id: str) -> Transfer | None:
        """A transfer that a root's wallet sent."""
        key = ([rows.bucket(program, root)], [program], [transfer_id])
        row = await self._database.fetchrow(SQL.read_transfers, *key)
        return None if row is None else document_rows.transfer_of(row)

    async def on_their_way(self, older_seconds: float, limit: int) -> Sequence[Transfer]:
        """Transfers that left at least so many seconds ago and have not arrived, oldest first."""
        found = await self._database.fetch(SQL.list_sent_transfers, older_seconds, limit)
        return [document_rows.transfer_of(row) for row in found]
