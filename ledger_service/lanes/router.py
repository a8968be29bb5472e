"""Sends each command where its lane is: into this process's own, or once to the process that owns it.

Order. The commands of one partition leave this process in the order they came in, also while the lane changes its
owner: they queue either for the lane here or for its owner elsewhere; a command takes the way of those before it as
long as any of them is on it, and on a way that has been closed all turn round in order.

What cannot be told stays with the caller: if an owner does not answer, nobody knows what became of the commands sent
to it. They are refused UNAVAILABLE, and sent again under their ids meet their outcome, whoever owns the lane by then.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.runtime.batcher import Batcher
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.commands import Command
from ledger_service.lanes.figures import FORWARDED
from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.lanes.lane import Lane
from ledger_service.use_cases.lane_ports import LedgerProcess, Neighbours
from ledger_service.use_cases.ports import Outcome

PATIENCE_SECONDS = 1.0
"""How long a command waits for a lane that nobody owns: a lane that is handed over has a new owner within
milliseconds, and one whose owner died is not worth holding a till's call for."""

LOOK_SECONDS = 0.05

HANGS_SECONDS = 0.5
"""After this long without an answer, and then as often, it is asked whether the owner is still the owner."""

LARGEST_BATCH = 250


@dataclass(frozen=True, slots=True)
class TurnRound:
    """The lane is ours by now."""


@dataclass(slots=True)
class _Sent:
    """Commands on their way elsewhere, and what each heard so far."""

    commands: Sequence[tuple[Command, float]]
    heard: dict[int, Outcome | TurnRound | Exception] = field(default_factory=dict)

    @property
    def waiting(self) -> list[int]:
        """Those that have heard nothing, in order."""
        return [index for index in range(len(self.commands)) if index not in self.heard]

    def tell_all(self, verdict: TurnRound | Exception) -> None:
        """Tells the same to all who wait."""
        self.heard.update(dict.fromkeys(self.waiting, verdict))


class LaneRouter:
    """See `use_cases.ports.Lanes`."""

    def __init__(self, keeper: LaneKeeper, neighbours: Neighbours, lanes: Mapping[int, Lane]) -> None:
        self._keeper = keeper
        self._ways = {partition: _Ways(lane, keeper, neighbours) for partition, lane in lanes.items()}

    async def submit(self, command: Command) -> Outcome:
        """Commits a command in its wallet's lane, wherever that is; raises its Refusal if it is refused."""
        return await self._ways[self._keeper.lane_of(command).partition].submit(command)


class _Ways:
    """The two ways of one partition's commands."""

    def __init__(self, lane: Lane, keeper: LaneKeeper, neighbours: Neighbours) -> None:
        self._lane = lane
        self._keeper = keeper
        self._neighbours = neighbours
        self._here = 0
        self._away = 0
        self._batcher: Batcher[tuple[Command, float], Outcome | TurnRound] = Batcher(
            f"forward {lane.partition}", self._forward, max_size=LARGEST_BATCH
        )

    async def submit(self, command: Command) -> Outcome:
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        here = self._here > 0 or (self._lane.taking and self._away == 0)
        while True:
            # From the end of one way to the queue of the other nothing is awaited, so nobody comes in between.
            outcome = await (self._go_here(command) if here else self._go_away(command, until))
            if outcome is not None:
                return outcome
            if asyncio.get_running_loop().time() > until:
                raise refusals.lane_unowned(self._lane.partition)
            here = not here

    async def _go_here(self, command: Command) -> Outcome | None:
        """The outcome in our own lane; None if it is not ours."""
        self._here += 1
        try:
            return await self._lane.submit(command)
        except Refusal as refusal:
            if not _is_unowned(refusal):
                raise
            return None
        finally:
            self._here -= 1

    async def _go_away(self, command: Command, until: float) -> Outcome | None:
        """The outcome at the lane's owner; None if that is us."""
        self._away += 1
        try:
            verdict = await self._batcher.submit((command, until))
        finally:
            self._away -= 1
        return verdict if isinstance(verdict, Outcome) else None

    # --- one batch to the owner

    async def _forward(self, commands: Sequence[tuple[Command, float]]) -> Sequence[Outcome | TurnRound | Exception]:
        """Sends commands to the owner, and again to the next one as long as nobody took them."""
        sent = _Sent(commands)
        while sent.waiting:
            owner = self._owner()
            if self._lane.taking:
                sent.tell_all(TurnRound())
            elif owner is not None and owner.address and owner != self._keeper.process:
                await self._send(sent, owner)
            if sent.waiting:
                await self._look_again(sent, owner)
        return [sent.heard[index] for index in range(len(commands))]

    async def _send(self, sent: _Sent, owner: LedgerProcess) -> None:
        waiting = sent.waiting
        try:
            verdicts = await self._answered(owner, [sent.commands[index][0] for index in waiting])
        except Refusal as refusal:
            FORWARDED.add(len(waiting), {"outcome": "not_answered"})
            sent.tell_all(refusal)
            return
        if verdicts is None:
            FORWARDED.add(len(waiting), {"outcome": "abandoned"})
            return
        for index, verdict in zip(waiting, verdicts, strict=True):
            if _is_unowned(verdict):
                FORWARDED.add(1, {"outcome": "not_the_owner"})
            else:
                FORWARDED.add(1, {"outcome": "refused" if isinstance(verdict, Refusal) else "done"})
                sent.heard[index] = verdict

    async def _answered(self, owner: LedgerProcess, commands: Sequence[Command]) -> Sequence[Outcome | Refusal] | None:
        """What an owner answers; None if it hangs and another owns the lane by now. Whatever the first one did is known
        by the keys of the commands, so they may be sent to the next."""
        call = asyncio.ensure_future(self._neighbours.submit(owner, commands))
        try:
            while True:
                done, _ = await asyncio.wait([call], timeout=HANGS_SECONDS)
                if done:
                    return call.result()
                if self._owner() != owner:
                    return None
        finally:
            call.cancel()

    async def _look_again(self, sent: _Sent, owner: LedgerProcess | None) -> None:
        """Who has no time left hears that nobody owns the lane; for the others it is looked for."""
        now = asyncio.get_running_loop().time()
        for index in sent.waiting:
            if now > sent.commands[index][1]:
                sent.heard[index] = refusals.lane_unowned(self._lane.partition)
        try:
            await self._keeper.look_again()
        except Refusal as refusal:
            sent.tell_all(refusal)
        if self._owner() == owner and not self._lane.taking:
            await asyncio.sleep(LOOK_SECONDS)

    def _owner(self) -> LedgerProcess | None:
        return self._keeper.survey.lanes[self._lane.partition].owner


def _is_unowned(verdict: object) -> bool:
    return isinstance(verdict, Refusal) and verdict.reason == refusals.LANE_UNOWNED.name
