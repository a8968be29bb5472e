"""A lane: the queue of a partition, its batches, and what each command hears back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.runtime.batcher import Batcher
from chassis.runtime.lease import Held
from chassis.runtime.logs import get_logger
from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Command, DirectoryEntry, RootHomes
from ledger_service.lanes.commit import Decided, Stale, commit_batch
from ledger_service.lanes.guard import UNGUARDED, Guarded, MemberGuard
from ledger_service.lanes.signal import AppendSignal
from ledger_service.use_cases.commit_ports import BatchStore, Head, HeadMoved
from ledger_service.use_cases.lane_ports import LaneOwnership
from ledger_service.use_cases.ports import Clock, Outcome, Outcomes, PostedDocument

LARGEST_BATCH = 250
"""Larger batches cost latency and bring some 5%."""

TRIES = 3
"""How often a batch is tried again after another process wrote to the lane."""

_log = get_logger(__name__)


@dataclass(slots=True)
class Ticket:
    """A command on its way through the lane. `floor` is the fence it must get past after it met a newer one."""

    command: Command
    floor: int = 0
    went_stale: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """The command goes back to its queue: at once, or when a lease is free."""

    held: Held | None = None


Verdict = Outcome | Later


@dataclass(slots=True)
class _Sorted:
    """Tickets of a batch: those to commit (no two share a key), and those that have to come again."""

    now: list[Ticket] = field(default_factory=list)
    verdicts: dict[int, Verdict | Exception] = field(default_factory=dict)


class Lane:
    """The one serial writer of a partition, as long as this process owns it."""

    def __init__(
        self,
        partition: int,
        store: BatchStore,
        ownership: LaneOwnership,
        outcomes: Outcomes,
        guard: MemberGuard,
        clock: Clock,
        signal: AppendSignal,
        largest_batch: int = LARGEST_BATCH,
    ) -> None:
        self.partition = partition
        self.head: Head | None = None
        self._closed = False
        self._store = store
        self._ownership = ownership
        self._outcomes = outcomes
        self._guard = guard
        self._clock = clock
        self._signal = signal
        self._releases: set[asyncio.Task[None]] = set()
        self._batcher: Batcher[Ticket, Verdict] = Batcher(f"lane {partition}", self._handle, max_size=largest_batch)

    async def submit(self, command: Command) -> Outcome:
        """Commits a command; raises its Refusal if it is refused."""
        ticket = Ticket(command)
        while True:
            verdict = await self._batcher.submit(ticket)
            if isinstance(verdict, Outcome):
                return verdict
            if verdict.held is not None:
                await verdict.held.freed()

    @property
    def taking(self) -> bool:
        """True while commands are committed here."""
        return self.head is not None and not self._closed

    def close(self) -> None:
        """Lets the batch that runs end and refuses what is queued behind it, LANE_UNOWNED: the lane moves away."""
        self._closed = True

    def open(self) -> None:
        """Takes commands again, as long as the lane is ours."""
        self._closed = False

    async def drained(self) -> None:
        """Returns when nothing is queued or running."""
        await self._batcher.drained()
        if self._releases:
            await asyncio.wait(self._releases)

    # --- one batch

    async def _handle(self, tickets: Sequence[Ticket]) -> Sequence[Verdict | Exception]:
        if not self.taking:
            return [refusals.lane_unowned(self.partition)] * len(tickets)
        batch = _without_shared_keys(tickets)
        guarded = await self._acquire(batch)
        members = list(guarded.fences)
        try:
            await self._settle(batch, guarded.fences)
        finally:
            self._release(members)
        return [batch.verdicts[id(ticket)] for ticket in tickets]

    async def _settle(self, batch: _Sorted, fences: Mapping[MemberKey, int]) -> None:
        """Commits the batch. If the database cannot take it for what one command writes, each is tried alone, so that
        only that one fails."""
        try:
            await self._tell(batch, await self._commit([ticket.command for ticket in batch.now], fences))
        except Refusal:
            raise
        except Exception as error:
            if len(batch.now) == 1:
                raise
            _log.error("a batch failed and is tried one by one", partition=self.partition, exc_info=error)
            for ticket in batch.now:
                batch.verdicts[id(ticket)] = await self._alone(batch, ticket, fences)

    async def _alone(self, batch: _Sorted, ticket: Ticket, fences: Mapping[MemberKey, int]) -> Verdict | Exception:
        try:
            await self._tell(batch, await self._commit([ticket.command], fences))
        except Exception as error:
            return error
        return batch.verdicts[id(ticket)]

    async def _acquire(self, batch: _Sorted) -> Guarded:
        """Leases of the guarded members; tickets whose member is leased elsewhere leave the batch."""
        if self._releases:
            # What the last batch held is on its way to being free.
            await asyncio.wait(self._releases)
        floors: dict[MemberKey, int] = {}
        for ticket in batch.now:
            if ticket.command.guarded:
                key = ticket.command.origin.wallet
                floors[key] = max(ticket.floor, floors.get(key, 0))
        guarded = await self._guard.acquire(self.partition, floors)
        staying: list[Ticket] = []
        for ticket in batch.now:
            held = guarded.held.get(ticket.command.origin.wallet) if ticket.command.guarded else None
            if held is None:
                staying.append(ticket)
            else:
                batch.verdicts[id(ticket)] = Later(held)
        batch.now = staying
        return guarded

    def _note_fences(self, decided: Decided, fences: Mapping[MemberKey, int]) -> None:
        """Remembers the fences that were written while the lease server was away."""
        for command, applied in decided.applied:
            wallet = applied.changes.wallet
            if command.guarded and fences[wallet.key] == UNGUARDED:
                self._guard.wrote_unguarded(wallet.key, wallet.fence)

    def _release(self, members: Sequence[MemberKey]) -> None:
        """Frees leases beside the next batch: nobody's answer waits for it."""
        if members:
            task = asyncio.create_task(self._guard.release(self.partition, members))
            self._releases.add(task)
            task.add_done_callback(self._releases.discard)

    async def _commit(self, commands: Sequence[Command], fences: Mapping[MemberKey, int]) -> Decided:
        for tried in range(TRIES):
            head = self.head
            if head is None:
                raise refusals.lane_unowned(self.partition)
            if not commands:
                return Decided(head)
            try:
                # A cut that came in between comes so only once: it holds no batch up for ever.
                decided = await commit_batch(self._store, head, commands, fences, self._clock.now(), tried > 0)
            except HeadMoved:
                await self._look_again(head)
                continue
            except Exception:
                # A commit whose reply was lost may stand: only the database knows where the lane is now.
                await self._look_again(head)
                raise
            self.head = decided.head
            self._note_fences(decided, fences)
            self._signal.set()
            return decided
        raise refusals.lane_unowned(self.partition)

    async def _look_again(self, head: Head) -> None:
        """Reads where the lane stands; without an answer it is looked at again by the keeper of the leases."""
        try:
            self.head = await self._ownership.read(self.partition, head.epoch)
        except Refusal as refusal:
            self.head = None
            _log.warning("a lane's head could not be read", partition=self.partition, reason=refusal.reason)

    # --- what each command hears back

    async def _tell(self, batch: _Sorted, decided: Decided) -> None:
        tickets = {ticket.command.origin.request.key: ticket for ticket in batch.now}

        def tell(command: Command, verdict: Verdict | Exception) -> None:
            batch.verdicts[id(tickets[command.origin.request.key])] = verdict

        for command, applied in decided.applied:
            tell(command, Outcome(applied.answer, replayed=False))
        for command, refusal, _ in decided.refused:
            tell(command, refusal)
        for stale in decided.stale:
            tell(stale.command, _stale(tickets[stale.command.origin.request.key], stale))
        found = await asyncio.gather(*(self._found(command) for command in decided.lost))
        for command, verdict in zip(decided.lost, found, strict=True):
            tell(command, verdict)

    async def _found(self, command: Command) -> Verdict | Exception:
        """The outcome kept under a key that was used before; if it is gone by now, the command comes again."""
        origin = command.origin
        try:
            kept = await self._outcomes.of_request(origin.request, origin.request_id)
            if kept is not None:
                return kept
            for entry in command.entries:
                posted = await self._outcomes.of_document(entry.key)
                if posted is not None:
                    return _met(command, entry, posted)
        except Refusal as refusal:
            return refusal
        return Later()


def _met(command: Command, entry: DirectoryEntry, posted: PostedDocument) -> Verdict | Exception:
    """What a command hears that finds its directory entry taken."""
    if entry.voids:
        # What it wants to keep from arriving has arrived.
        return refusals.overtaken()
    if posted.voided:
        return refusals.voided_before(command.origin.request_id)
    if posted.fingerprint != command.origin.request.fingerprint:
        return refusals.overtaken() if entry.ref is None else refusals.order_conflict(entry.ref)
    return Later() if posted.answer is None else Outcome(posted.answer, replayed=True)


def _without_shared_keys(tickets: Sequence[Ticket]) -> _Sorted:
    """The first ticket of each key is for this batch; one that shares a key comes again and meets its outcome. So does
    one that knows a home in another wallet than those before it do: a batch has one wallet for each home."""
    batch = _Sorted()
    seen: set[bytes] = set()
    wallets: dict[MemberKey, RootHomes] = {}
    for ticket in tickets:
        command = ticket.command
        keys = {command.origin.request.key, *(entry.key for entry in command.entries)}
        keys |= {lock.key for lock in command.locks} | {awaited.key for awaited in command.awaits}
        homes = {MemberKey(one.wallet.program, home): one for one in command.origin.reach for home in one.homes}
        if keys & seen or any(wallets.get(home, one) != one for home, one in homes.items()):
            batch.verdicts[id(ticket)] = Later()
        else:
            seen |= keys
            wallets |= homes
            batch.now.append(ticket)
    return batch


def _stale(ticket: Ticket, stale: Stale) -> Verdict | Exception:
    """A stale fence is acquired once more, above the one that beat it; then the lock is lost."""
    if ticket.went_stale:
        return refusals.lock_lost(ticket.command.origin.wallet.member)
    ticket.went_stale = True
    ticket.floor = stale.stored_fence
    return Later()
