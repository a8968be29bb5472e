"""Keeps this process the owner of its lanes, takes its share of the free ones, and knows who owns the others."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context

from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import observe
from chassis.values.ids import bucket_of, partition_of
from ledger_service.domain import refusals
from ledger_service.domain.commands import Command
from ledger_service.lanes.figures import MOVES
from ledger_service.lanes.lane import Lane
from ledger_service.use_cases.commit_ports import Head
from ledger_service.use_cases.lane_ports import LaneOwnership, LedgerProcess, Survey
from ledger_service.use_cases.ports import Outcome

LEASE_SECONDS = 3.0
RENEW_SECONDS = 1.0

Answers = Callable[[LedgerProcess], Awaitable[bool]]
"""Whether a process answers at its address."""

_log = get_logger(__name__)


async def nobody_answers(_process: LedgerProcess) -> bool:
    """Without neighbours only our own lanes are served."""
    return False


class LaneKeeper:
    """See `use_cases.lane_ports.OwnLanes`.

    A lane is free when its lease has run out. Each process takes free lanes up to its share, partitions divided by
    processes that live, rounded up: as long as a lane is free somebody is below that, so each is taken by somebody.
    """

    def __init__(self, lanes: Mapping[int, Lane], ownership: LaneOwnership, owner: str, address: str = "") -> None:
        self.process = LedgerProcess(owner, address)
        self.newcomer = False
        """True from the first sign of life, or the first after silence for a lease, until it has its share."""
        self.leaving = False
        """True: takes no lane any more."""
        self._lanes = lanes
        self._ownership = ownership
        self._survey = Survey()
        self._seats = asyncio.Lock()
        self._look: asyncio.Task[bool] | None = None
        self._alive_until = 0.0

    @property
    def survey(self) -> Survey:
        """Who owned what when it was last looked at."""
        return self._survey

    @property
    def own(self) -> list[Lane]:
        """The lanes that take commands here, by partition."""
        return [lane for lane in self._lanes.values() if lane.taking]

    @property
    def counted(self) -> bool:
        """True while the others count this process among those that live."""
        return time.monotonic() <= self._alive_until

    @property
    def whole(self) -> bool:
        """True if every lane had an owner when it was last looked at."""
        return bool(self._survey.lanes) and all(lane.owner is not None for lane in self._survey.lanes)

    # --- commands

    def lane_of(self, command: Command) -> Lane:
        """The lane of a command's wallet."""
        wallet = command.origin.wallet
        return self._lanes[partition_of(bucket_of(wallet.program, wallet.member), len(self._lanes))]

    def takes(self, command: Command) -> bool:
        """True if the command's lane is this process's own."""
        return self.lane_of(command).taking

    async def submit(self, command: Command) -> Outcome:
        """Commits a command; LANE_UNOWNED if its lane is not this process's own."""
        lane = self.lane_of(command)
        if not lane.taking:
            raise refusals.lane_unowned(lane.partition)
        return await lane.submit(command)

    # --- ownership

    async def renew(self) -> bool:
        """Keeps what is ours, takes what is free up to our share, and looks who owns the rest; False: there is nothing
        more to do at once."""
        async with self._seats:
            silent = not self.counted
            mine = {} if self._gone else await self._keep()
            self._survey = await self._ownership.survey()
            if not self.leaving:
                mine |= await self._take(len(mine))
            for partition, lane in self._lanes.items():
                self._seat(lane, mine.get(partition))
            # Not before the survey shows what others took meanwhile.
            self.newcomer = self.newcomer or silent
        return False

    async def look_again(self) -> None:
        """Brings the survey up to date; calls at the same time share one look."""
        if self._look is None or self._look.done():
            # In a context of its own: no caller's deadline cuts what others wait for, too.
            self._look = asyncio.create_task(self.renew(), context=Context())
        await asyncio.shield(self._look)

    async def take_all(self, answers: Answers = nobody_answers) -> None:
        """Waits until every lane is ours or its owner answers, at most as long as a dead one's lease can last.

        Lanes are taken here by a process that is alone. Among others it is not called before it serves, so it takes
        none yet and does not count among those that share.
        """
        deadline = asyncio.get_running_loop().time() + LEASE_SECONDS + RENEW_SECONDS
        while True:
            self._survey = await self._ownership.survey()
            if all(process == self.process for process in self._survey.processes):
                await self.renew()
            if await self._all_served(answers):
                return
            if asyncio.get_running_loop().time() > deadline:
                _log.warning("some lanes have no owner that answers")
                return
            await asyncio.sleep(0.1)

    async def hand_over(self, lane: Lane, to: str) -> int:
        """Gives a lane that is closed and drained to another process; its new epoch. LANE_UNOWNED if it is no longer
        ours or nobody of that name lives."""
        async with self._seats:
            if lane.head is None:
                raise refusals.lane_unowned(lane.partition)
            name, epoch = self.process.name, lane.head.epoch
            new_epoch = await self._ownership.hand_over(lane.partition, epoch, name, to, LEASE_SECONDS)
            if new_epoch is None:
                raise refusals.lane_unowned(lane.partition)
            lane.head = None
            self._survey = await self._ownership.survey()
        MOVES.add(1, {"kind": "handed_over"})
        _log.info("lane handed over", partition=lane.partition, to=to, epoch=new_epoch)
        return new_epoch

    async def give_up(self) -> None:
        """Lets running batches end, then frees the lanes for a successor."""
        self.leaving = True
        for lane in self._lanes.values():
            lane.close()
        await asyncio.gather(*(lane.drained() for lane in self._lanes.values()))
        async with self._seats:
            await self._ownership.release(self.process.name)
            await self._ownership.forget(self.process.name)

    async def withdraw(self) -> None:
        """Takes no lane any more; if none is left here, the process is no longer counted."""
        self.leaving = True
        async with self._seats:
            if self._gone:
                await self._ownership.forget(self.process.name)

    async def _all_served(self, answers: Answers) -> bool:
        owners = {lane.owner for lane in self._survey.lanes if lane.owner != self.process}
        for owner in owners:
            if owner is None or not await answers(owner):
                return False
        return True

    @property
    def _gone(self) -> bool:
        """True if the process is leaving and has nothing left to keep: it is no longer counted."""
        return self.leaving and all(lane.head is None for lane in self._lanes.values())

    async def _keep(self) -> dict[int, Head]:
        began = time.monotonic()
        mine = await self._ownership.keep(self.process, LEASE_SECONDS)
        self._alive_until = began + LEASE_SECONDS
        return {head.partition: head for head in mine}

    async def _take(self, held: int) -> dict[int, Head]:
        free = sum(lane.owner is None for lane in self._survey.lanes)
        share = -(-len(self._lanes) // max(1, len(self._survey.processes)))
        most = min(free, share - held)
        if most <= 0:
            return {}
        taken = await self._ownership.take(self.process.name, LEASE_SECONDS, most)
        self._survey = await self._ownership.survey()
        return {head.partition: head for head in taken}

    def _seat(self, lane: Lane, head: Head | None) -> None:
        """A lane goes on from what it knows while its epoch lasts; a new epoch begins where the database says."""
        if head is None:
            if lane.head is not None:
                MOVES.add(1, {"kind": "lost"})
                _log.warning("lane lost", partition=lane.partition)
            lane.head = None
        elif lane.head is None or lane.head.epoch != head.epoch:
            lane.head = head
            MOVES.add(1, {"kind": "taken"})
            _log.info("lane taken", partition=lane.partition, epoch=head.epoch, position=head.position)


def report(keeper: LaneKeeper) -> None:
    """Reports how many lanes this process owns."""
    observe("lanes.owned", lambda: len(keeper.own), "Lanes that this process writes")
