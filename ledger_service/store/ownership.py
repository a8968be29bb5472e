"""Lease rows of the lanes: who writes a partition, and since which epoch."""

from collections.abc import Sequence

from chassis.runtime.postgres import Database
from ledger_service.store.statements import SQL
from ledger_service.use_cases.ports import Head


class PostgresOwnership:
    """See `use_cases.ports.LaneOwnership`. Leases run by the database's clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, owner: str, lease_seconds: float) -> Sequence[Head]:
        """Takes or keeps every lane that is free or ours; all that are ours now."""
        found = await self._database.fetch(SQL.take_lanes, owner, lease_seconds)
        return [Head(row["partition"], row["epoch"], row["position"], row["hash"]) for row in found]

    async def read(self, partition: int, epoch: int) -> Head | None:
        """Where an owned lane stands; None if it is no longer ours."""
        row = await self._database.fetchrow(SQL.read_head, partition, epoch)
        return None if row is None else Head(partition, epoch, row["position"], row["hash"])

    async def release(self, owner: str) -> None:
        """Gives all lanes up."""
        await self._database.fetch(SQL.release_lanes, owner)

    async def partitions(self) -> int:
        """How many partitions this installation has; fixed for ever."""
        return int(await self._database.fetchval(SQL.read_partitions))
