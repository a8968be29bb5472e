"""What concurrent processes committed, carried out again one command after the other: by the same `apply`, over a
store in memory, in the order of the log.

Each partition's log says its own order; of several partitions the next event is one that comes out the same now, the
earliest first. So an order in which everything could have happened one by one is not assumed but found. Refusals that
were kept must be refused the same way at some point of the wallet's history at which they may have been decided.
"""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import asyncpg

from chassis.values.canonical import GENESIS
from chassis.values.ids import hash_of
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import ClaimOrder, Command
from ledger_service.domain.event import Event
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.lanes.commit import commit_batch
from ledger_service.lanes.guard import UNGUARDED
from ledger_service.store import codec
from ledger_service.use_cases.commit_ports import BatchStore, Head
from tests.fault.recording_ledger import Commands
from tests.simulation.database import HeadRow, MemoryDatabase
from tests.simulation.store import MemoryBatch, MemoryBatches

_EVENTS = """
SELECT partition, position, payload, answer FROM event WHERE program = $1 ORDER BY partition, position
"""
_REFUSALS = "SELECT key, refusal FROM request_key WHERE key = ANY ($1) AND refusal IS NOT NULL"
_WALLETS = "SELECT member, version, balance, held, debt FROM wallet WHERE program = $1"
_ENTRIES = "SELECT key, state, home FROM document_key WHERE program = $1"


class Logged(NamedTuple):
    """An event as it lies in the log."""

    event: Event
    payload: bytes
    answer: bytes


class Window(NamedTuple):
    """From which to which version of a wallet a refusal may have been decided."""

    first: int
    last: int


EVER = Window(0, 2**62)
ANY_PARTITION = 0
ANY_WALLET = MemberKey("", "")


@dataclass
class History:
    """What one program's tables say, to compare with: the log by partition, kept refusals by request, the wallets and
    the directory as they are now."""

    program: str
    log: dict[int, deque[Logged]] = field(default_factory=lambda: defaultdict(deque))
    refusals: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    wallets: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    entries: dict[bytes, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    async def read(cls, url: str, program: str, commands: Commands) -> "History":
        """As the database has it."""
        history, connection = cls(program), await asyncpg.connect(url)
        try:
            for row in await connection.fetch(_EVENTS, program):
                event = codec.decode_event(row["payload"])
                history.log[row["partition"]].append(Logged(event, row["payload"], row["answer"]))
            keys = {hash_of("request", *request): request for request in commands}
            for row in await connection.fetch(_REFUSALS, list(keys)):
                history.refusals[keys[row["key"]]] = row["refusal"]
            for row in await connection.fetch(_WALLETS, program):
                history.wallets[row["member"]] = (row["version"], row["balance"], row["held"], row["debt"])
            for row in await connection.fetch(_ENTRIES, program):
                history.entries[row["key"]] = (row["state"], row["home"])
        finally:
            await connection.close()
        return history


class _NotThisError(Exception):
    """Nothing of this batch is to be kept."""


@dataclass
class _OnlyThis:
    """A store that commits one event and no other."""

    database: MemoryDatabase
    payload: bytes

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryBatch]:
        async with MemoryBatches(self.database).begin() as batch:
            yield batch
            if batch.payloads != [self.payload]:
                raise _NotThisError


@dataclass
class _Nothing:
    """A store that commits nothing, and tells which refusals it would have kept."""

    database: MemoryDatabase
    refusals: list[bytes] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryBatch]:
        async with MemoryBatches(self.database).begin() as batch:
            yield batch
            self.refusals, self.payloads = batch.refusals, batch.payloads
            raise _NotThisError


@dataclass
class Replay:
    """One program's history over again. `windows`: when kept refusals may have been decided. `ladders`: the program's,
    the same all the time."""

    history: History
    commands: Commands
    windows: Mapping[tuple[str, str, str], Window] = field(default_factory=dict)
    ladders: tuple[Ladder, ...] = ()
    replayed: int = 0

    def __post_init__(self) -> None:
        self._database = MemoryDatabase(0)
        self._database.rows.ladders[self.history.program] = self.ladders
        self._open: dict[MemberKey, set[tuple[str, str, str]]] = defaultdict(set)
        for request in self.history.refusals:
            for _, command in self.commands[request]:
                # Whether a sale may be claimed is decided in another wallet, too.
                wallet = ANY_WALLET if isinstance(command, ClaimOrder) else command.origin.wallet
                self._open[wallet].add(request)
        self.refused = len(self.history.refusals)
        logged = (one.event for queue in self.history.log.values() for one in queue)
        waited = (pair for event in logged for pair in pairwise(event.settled_returns))
        self._parked_after = {later: earlier for earlier, later in waited}
        self._done: set[str] = set()

    async def run(self) -> None:
        """Raises AssertionError at the first thing that cannot have happened one by one."""
        for wallet in list(self._open):
            await self._justify(wallet, 0, None)
        while any(self.history.log.values()):
            logged = await self._next()
            self.replayed += 1
            event = logged.event
            await self._justify(MemberKey(event.program, event.root), event.wallet_version, event.post_time)
            await self._justify(ANY_WALLET, 0, event.post_time)
        unjust = {request for waiting in self._open.values() for request in waiting}
        assert unjust == set(), f"refused, but at no time rightly so: {[self._said(request) for request in unjust]}"
        self._all_is_the_same()

    async def _next(self) -> Logged:
        """Carries out the first event of some partition that comes out as it did."""
        heads = [queue for queue in self.history.log.values() if queue]
        for queue in sorted(heads, key=lambda queue: self._tried(queue[0])):
            if self._may_be_next(queue[0].event) and await self._carried_out(queue[0]):
                self._done.add(queue[0].event.subject_id)
                return queue.popleft()
        stuck = [await self._stuck(queue[0]) for queue in heads]
        raise AssertionError("none of these comes out as it did:\n" + "\n".join(stuck))

    async def _stuck(self, logged: Logged) -> str:
        """What an event is, and what each try to carry it out came to instead."""
        event, lines = logged.event, []
        for _, command in self._made(logged.event):
            store = _Nothing(self._database)
            with suppress(_NotThisError):
                await self._commit(store, event.position.partition, event.position.position, command, event.post_time)
            refused = [str(codec.decode_refusal(refusal)) for refusal in store.refusals]
            lines += [f"  {command!r}", *(f"  refused: {one}" for one in refused)]
            lines += [f"  came out as: {one!r}" for one in store.payloads]
        return "\n".join([f"{event.type.value} {event.request_id}, in the log as {logged.payload!r}", *lines])

    def _may_be_next(self, event: Event) -> bool:
        """False of a return that waits, if another one that was parked in another lane came before it: it comes out the
        same then, too, and only their sale, which settles them in the order in which they came, tells."""
        earlier = self._parked_after.get(event.subject_id)
        return earlier is None or earlier in self._done

    def _tried(self, logged: Logged) -> float:
        return self._made(logged.event)[-1][0]

    def _made(self, event: Event) -> Sequence[tuple[float, Command]]:
        return self.commands[event.program, event.caller, event.request_id]

    async def _carried_out(self, logged: Logged) -> bool:
        event = logged.event
        for _, command in reversed(self._made(event)):
            store = _OnlyThis(self._database, logged.payload)
            try:
                await self._commit(store, event.position.partition, event.position.position, command, event.post_time)
            except _NotThisError:
                continue
            kept = self._database.log[event.position]
            assert kept.answer == logged.answer, f"another answer: {event.request_id}"
            return True
        return False

    async def _commit(self, store: BatchStore, partition: int, position: int, command: Command, now: datetime) -> None:
        row = self._database.heads.setdefault(partition, HeadRow())
        row.position = position - 1
        head = Head(partition, row.epoch, row.position, GENESIS)
        await commit_batch(store, head, [command], {command.origin.wallet: UNGUARDED}, now)

    # --- refusals

    async def _justify(self, wallet: MemberKey, version: int, now: datetime | None) -> None:
        """Crosses out the refusals that are right at this version of a wallet."""
        for request in list(self._open.get(wallet, ())):
            window = EVER if wallet == ANY_WALLET else self.windows.get(request, EVER)
            if window.first <= version <= window.last and await self._is_refused(request, now):
                for waiting in self._open.values():
                    waiting.discard(request)

    async def _is_refused(self, request: tuple[str, str, str], now: datetime | None) -> bool:
        for _, command in self.commands[request]:
            store = _Nothing(self._database)
            try:
                await self._commit(store, ANY_PARTITION, 1, command, now or command.origin.occur_time)
            except _NotThisError:
                if store.refusals == [self.history.refusals[request]]:
                    return True
        return False

    def _said(self, request: tuple[str, str, str]) -> str:
        kinds = {type(command).__name__ for _, command in self.commands[request]}
        refusal = codec.decode_refusal(self.history.refusals[request])
        return f"{kinds} {request[2]}: {refusal} {self.windows.get(request, EVER)}"

    # --- the end

    def _all_is_the_same(self) -> None:
        wallets = {
            key.member: (wallet.version, wallet.balance, wallet.held, wallet.debt)
            for key, wallet in self._database.rows.wallets.items()
        }
        assert wallets == self.history.wallets
        entries = {key: (row.state, row.home) for key, row in self._database.entries.items()}
        assert entries == self.history.entries
