"""Lease rows of the lanes and of the processes: who writes a partition, since which epoch, and where it is called."""

from collections.abc import Sequence

from chassis.runtime.postgres import Database, Row
from ledger_service.store.statements import SQL
from ledger_service.use_cases.commit_ports import Head
from ledger_service.use_cases.lane_ports import LaneView, LedgerProcess, Survey


class PostgresOwnership:
    """See `use_cases.lane_ports.LaneOwnership`. Leases run by the database's clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, process: LedgerProcess, lease_seconds: float) -> Sequence[Head]:
        """Says that the process lives, then prolongs the leases of its lanes: no lane is free before its owner is
        dead."""
        await self._database.fetch(SQL.announce_process, process.name, process.address, lease_seconds)
        return _heads(await self._database.fetch(SQL.keep_lanes, process.name, lease_seconds))

    async def take(self, owner: str, lease_seconds: float, most: int) -> Sequence[Head]:
        """Takes free lanes, the lowest first."""
        return _heads(await self._database.fetch(SQL.take_lanes, owner, lease_seconds, most))

    async def survey(self) -> Survey:
        """All lanes, and all processes that live."""
        lanes = await self._database.fetch(SQL.read_lanes)
        processes = await self._database.fetch(SQL.read_processes)
        return Survey(
            tuple(_lane(row) for row in lanes),
            tuple(LedgerProcess(row["name"], row["address"]) for row in processes),
        )

    async def read(self, partition: int, epoch: int) -> Head | None:
        """Where an owned lane stands; None if it is no longer ours."""
        row = await self._database.fetchrow(SQL.read_head, partition, epoch)
        return None if row is None else Head(partition, epoch, row["position"], row["hash"])

    async def hand_over(self, partition: int, epoch: int, owner: str, to: str, lease_seconds: float) -> int | None:
        """Gives a lane to another process; its new epoch, or None if that process is dead or the lane is not ours."""
        row = await self._database.fetchrow(SQL.hand_over_lane, partition, epoch, owner, to, lease_seconds)
        return None if row is None else int(row["epoch"])

    async def forget(self, process: str) -> None:
        """The process counts no longer and is given no lane."""
        await self._database.fetch(SQL.forget_process, process)

    async def release(self, owner: str) -> None:
        """Gives all lanes up."""
        await self._database.fetch(SQL.release_lanes, owner)

    async def partitions(self) -> int:
        """How many partitions this installation has; fixed for ever."""
        return int(await self._database.fetchval(SQL.read_partitions))


def _heads(rows: Sequence[Row]) -> Sequence[Head]:
    return [Head(row["partition"], row["epoch"], row["position"], row["hash"]) for row in rows]


def _lane(row: Row) -> LaneView:
    owner = LedgerProcess(row["owner"], row["address"] or "") if row["owner"] else None
    return LaneView(row["partition"], row["epoch"], row["position"], owner)
