"""Lanes on their way to other processes: on request, to a newcomer, and all of them when this process leaves.

A move closes the lane, lets the batch that runs be committed, and gives the lane to the other under a new epoch. What
was queued behind that batch leaves the lane untouched and finds its way to the new owner (`lanes.router`); what came
from other processes is refused LANE_UNOWNED and sent there by them.
"""

import asyncio

from chassis.runtime.logs import get_logger
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.lanes.lane import Lane
from ledger_service.use_cases.lane_ports import LaneView, LedgerProcess, Neighbours, Survey

_log = get_logger(__name__)


class Moves:
    """See `use_cases.lane_ports.LaneMoves`."""

    def __init__(self, keeper: LaneKeeper, neighbours: Neighbours) -> None:
        self._keeper = keeper
        self._neighbours = neighbours
        self._one_at_a_time = asyncio.Lock()

    async def move(self, partition: int, to: str) -> LaneView:
        """Hands a lane over. It stays where it is if that fails."""
        async with self._one_at_a_time:
            lane = self._own(partition)
            if to != self._keeper.process.name:
                await self._keeper.look_again()
                if to not in {process.name for process in self._keeper.survey.processes}:
                    raise refusals.process_not_found(to)
                await self._hand_over(lane, to)
        return self._keeper.survey.lanes[partition]

    async def yield_one(self, asker: str, held: int) -> int | None:
        """Hands a lane to a process that owns at least two fewer; which, None if none is to spare."""
        async with self._one_at_a_time:
            own = self._keeper.own
            if len(own) - held < 2:
                return None
            await self._hand_over(own[-1], asker)
            return own[-1].partition

    async def seek_share(self) -> bool:
        """As a newcomer, asks the richest process for a lane until it owns at most one more than we do; True: ask on
        at once. Who has its share once asks no more, so that lanes moved by hand stay where they were put."""
        keeper = self._keeper
        if not keeper.counted:
            await keeper.look_again()
        if not keeper.newcomer or keeper.leaving:
            return False
        held = len(keeper.own)
        richest = _richest(keeper.survey)
        if richest is None or keeper.survey.held_by(richest.name) - held < 2:
            if keeper.whole:
                keeper.newcomer = False
            return False
        partition = await self._neighbours.ask_for_lane(richest, keeper.process.name, held)
        await keeper.look_again()
        return partition is not None

    async def leave(self) -> None:
        """Hands all lanes to the processes that stay, evenly; alone, goes on with them until the end."""
        keeper = self._keeper
        keeper.leaving = True
        async with self._one_at_a_time:
            await keeper.look_again()
            for lane in keeper.own:
                heir = _poorest_other(keeper.survey, keeper.process)
                if heir is None:
                    return
                try:
                    await self._hand_over(lane, heir.name)
                except Refusal as refusal:
                    _log.warning("a lane could not be handed over", partition=lane.partition, reason=refusal.reason)
        await keeper.withdraw()

    def _own(self, partition: int) -> Lane:
        for lane in self._keeper.own:
            if lane.partition == partition:
                return lane
        raise refusals.lane_unowned(partition)

    async def _hand_over(self, lane: Lane, to: str) -> None:
        lane.close()
        try:
            await lane.drained()
            await self._keeper.hand_over(lane, to)
        finally:
            lane.open()


def _richest(survey: Survey) -> LedgerProcess | None:
    return max(survey.processes, key=lambda process: survey.held_by(process.name), default=None)


def _poorest_other(survey: Survey, me: LedgerProcess) -> LedgerProcess | None:
    others = [process for process in survey.processes if process.name != me.name]
    return min(others, key=lambda process: survey.held_by(process.name), default=None)
