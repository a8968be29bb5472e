"""Keeps this process the owner of its lanes, and sends each command to the lane of its wallet."""

import asyncio
from collections.abc import Mapping

from chassis.runtime.logs import get_logger
from chassis.values.ids import bucket_of, partition_of
from ledger_service.domain import refusals
from ledger_service.domain.commands import Command
from ledger_service.lanes.lane import Lane
from ledger_service.use_cases.ports import Head, LaneOwnership, Outcome

LEASE_SECONDS = 3.0
RENEW_SECONDS = 1.0

_log = get_logger(__name__)


class LaneKeeper:
    """See `use_cases.ports.Lanes`."""

    def __init__(self, lanes: Mapping[int, Lane], ownership: LaneOwnership, owner: str) -> None:
        self._lanes = lanes
        self._ownership = ownership
        self._owner = owner

    async def submit(self, command: Command) -> Outcome:
        """Commits a command in its wallet's lane."""
        wallet = command.origin.wallet
        partition = partition_of(bucket_of(wallet.program, wallet.member), len(self._lanes))
        lane = self._lanes[partition]
        if lane.head is None:
            raise refusals.lane_unowned(partition)
        return await lane.submit(command)

    async def renew(self) -> bool:
        """Takes or keeps every lane it can; False: there is nothing more to do at once."""
        mine = {head.partition: head for head in await self._ownership.take(self._owner, LEASE_SECONDS)}
        for partition, lane in self._lanes.items():
            self._seat(lane, mine.get(partition))
        return False

    async def take_all(self) -> None:
        """Waits until every lane is ours, at most as long as a dead owner's lease can last."""
        deadline = asyncio.get_running_loop().time() + LEASE_SECONDS + RENEW_SECONDS
        await self.renew()
        while any(lane.head is None for lane in self._lanes.values()):
            if asyncio.get_running_loop().time() > deadline:
                _log.warning("other processes keep some lanes")
                return
            await asyncio.sleep(0.1)
            await self.renew()

    async def give_up(self) -> None:
        """Lets running batches end, then frees the lanes for a successor."""
        await asyncio.gather(*(lane.drained() for lane in self._lanes.values()))
        await self._ownership.release(self._owner)

    def _seat(self, lane: Lane, head: Head | None) -> None:
        """A lane goes on from what it knows while its epoch lasts; a new epoch begins where the database says."""
        if head is None:
            if lane.head is not None:
                _log.warning("lane lost", partition=lane.partition)
            lane.head = None
        elif lane.head is None or lane.head.epoch != head.epoch:
            lane.head = head
            _log.info("lane taken", partition=lane.partition, epoch=head.epoch, position=head.position)
