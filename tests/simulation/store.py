"""The simulated database: the ledger's store in memory, with transactions, row locks and the moments at which things
break. It decides nothing that the PostgreSQL store leaves to the database; both pass the same tests."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import TypeVar

from chassis.runtime.reasons import unavailable
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import BaseCommand, Command, ExchangeOrder, PostOrder
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.limit_wants import wants_of
from ledger_service.domain.order import order_id_of
from ledger_service.domain.slice import Need, Slice
from ledger_service.domain.standing.wallet import WalletStanding
from ledger_service.store import codec
from ledger_service.store.event_hash import event_hash
from ledger_service.use_cases.commit_ports import Application, Claims, Head, HeadMoved, Refused
from tests.property.ledger.partial import PartialLedger
from tests.simulation.database import EntryRow, EventRow, MemoryDatabase, Moment, RequestRow, at_once
from tests.simulation.locks import Holder
from tests.support.pure_limits import provide_wants

T = TypeVar("T")


class MemoryBatches:
    """See `use_cases.commit_ports.BatchStore`; one client's connections."""

    def __init__(self, database: MemoryDatabase, client: str = "", moment: Moment = at_once) -> None:
        self._database = database
        self._client = client
        self._moment = moment

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["MemoryBatch"]:
        """A transaction: commits at the end of the block, rolls back if it raises."""
        await self._moment("begin")
        batch = MemoryBatch(self._database, self._moment)
        self._database.open[batch] = self._client
        try:
            yield batch
            await self._moment("commit")
            batch.commit()
        except BaseException:
            batch.roll_back()
            raise
        await self._moment("committed")


class MemoryBatch:
    """See `use_cases.commit_ports.Batch`."""

    def __init__(self, database: MemoryDatabase, moment: Moment) -> None:
        self._database = database
        self._moment = moment
        self._holder = Holder()
        self._requests: dict[bytes, RequestRow | None] = {}
        self._entries: dict[bytes, EntryRow | None] = {}
        self._taken_over: dict[bytes, EntryRow] = {}
        self._applied: list[Application] = []
        self._log: dict[tuple[int, int], EventRow] = {}
        self._head: Head | None = None
        self._view = PartialLedger(rows=database.rows)

    async def undisturbed(self, head: Head) -> Head:
        """Keeps cuts of periods waiting; shared among lanes, of which each has a batch at a time."""
        await self._moment("claim")
        await self._lock(("batch", head.partition))
        row = self._database.heads[head.partition]
        if row.epoch != head.epoch:
            raise HeadMoved
        return Head(head.partition, head.epoch, row.position, row.hash)

    # --- keys

    async def claim(self, commands: Sequence[Command]) -> Claims:
        """Claims request ids and directory entries, leaves sales as awaited and locks others."""
        await self._moment("claim")
        keys = sorted({command.origin.request.key for command in commands})
        for key in keys:
            await self._lock(("request", key))
        claimed = [command for command in commands if self._request(command.origin.request.key) is None]
        for command in claimed:
            self._requests[command.origin.request.key] = RequestRow(command.origin.request.fingerprint)
        for key in sorted({key for command in claimed for key in _named(command)}):
            await self._lock(("entry", key))
        mine = [command for command in claimed if self._claim_entries(command)]
        for command in claimed:
            if command not in mine:
                self._requests[command.origin.request.key] = None
        overtaken = [command for command in mine if not self._claim_sales(command)]
        return Claims([command for command in mine if command not in overtaken], overtaken)

    def _claim_entries(self, command: BaseCommand) -> bool:
        """Takes all entries of a command or none."""
        new: dict[bytes, EntryRow] = {}
        for entry in command.entries:
            known = self._entry(entry.key)
            if known is not None and (known.state != "AWAITED" or entry.voids):
                return False
            origin = command.origin
            state = "VOIDED" if entry.voids else "POSTED"
            new[entry.key] = EntryRow(origin.request.fingerprint, state, origin.program, origin.home)
            if known is not None:
                self._taken_over[entry.key] = known
        self._entries.update(new)
        return True

    def _claim_sales(self, command: BaseCommand) -> bool:
        """Leaves the sales that a command waits for; False if one of them, or one that it must not lose, has
        changed."""
        for lock in command.locks:
            known = self._entry(lock.key)
            if known is None or known.home != lock.home:
                return False
        for awaited in command.awaits:
            known = self._entry(awaited.key)
            if known is not None and known.state != "AWAITED":
                return False
            waiting = (command.origin.home, awaited.return_id)
            row = known or EntryRow(b"", "AWAITED", command.origin.program, command.origin.home)
            if waiting not in row.awaiting:
                row = replace(row, awaiting=(*row.awaiting, waiting))
            self._entries[awaited.key] = row
        return True

    def _request(self, key: bytes) -> RequestRow | None:
        return self._requests[key] if key in self._requests else self._database.requests.get(key)

    def _entry(self, key: bytes) -> EntryRow | None:
        return self._entries[key] if key in self._entries else self._database.entries.get(key)

    async def _lock(self, name: tuple[str, object]) -> None:
        self._check_open()
        await self._database.locks.take(self._holder, name)
        self._check_open()

    # --- reading

    async def load(self, commands: Sequence[Command]) -> Slice:
        """Locks the wallets and reads what the commands name."""
        await self._moment("load")
        reach = [one for command in commands for one in command.origin.reach]
        for key in sorted({MemberKey(one.wallet.program, home) for one in reach for home in one.homes}):
            await self._lock(("wallet", key))
        state = self._view.load(commands)
        for command in commands:
            if command.rests_on.purchases:
                origin = command.origin
                state.purchases[origin.wallet] = self._database.purchases(origin.wallet, origin.homes)
        for command in commands:
            if isinstance(command, PostOrder | ExchangeOrder) and command.order.document_key in self._taken_over:
                await self._read_parked(state, command)
        await self._read_limits(state, commands)
        return state

    async def _read_limits(self, state: Slice, commands: Sequence[Command]) -> None:
        """Locks the budgets as a whole, where the real store has one for each lane."""
        wants = wants_of(state, commands)
        for key in sorted(wants.budgets):
            await self._lock(("budget", key))
        rows = self._database.rows
        provide_wants(rows, wants)
        state.member_uses = {key: rows.member_uses[key] for key in wants.members}
        state.member_marks = {key: rows.member_marks.get(key, 0) for key in wants.members}
        state.budgets = {key: rows.budgets[key] for key in wants.budgets}

    async def _read_parked(self, state: Slice, command: PostOrder | ExchangeOrder) -> None:
        program, key = command.origin.program, command.origin.wallet
        waiting = [return_id for _, return_id in self._taken_over[command.order.document_key].awaiting]
        for return_id in sorted(waiting):
            await self._lock(("return", return_id))
        known = [self._database.rows.returns[one] for one in waiting if one in self._database.rows.returns]
        state.returns |= {parked.return_id: parked for parked in known}
        state.parked[command.order.order_id] = tuple(parked.return_id for parked in known)
        for parked in known:
            for ref in parked.document.sales:
                entry = self._entry(order_key(program, ref))
                order_id = order_id_of(program, ref)
                if entry is None or entry.state != "POSTED" or order_id in state.parked:
                    continue
                if entry.home in command.origin.homes:
                    self._view.read_sale(state, key, order_id)
                else:
                    state.elsewhere.add(order_id)

    async def load_more(self, state: Slice, need: Need) -> None:
        """Reads on, under locks already held."""
        await self._moment("load more")
        self._check_open()
        self._view.load_more(state, need)

    # --- writing

    async def write(self, head: Head, applied: Sequence[Application], refused: Sequence[Refused]) -> Head:
        """Writes the difference; raises HeadMoved if the lane went away."""
        await self._moment("write")
        await self._lock(("head", head.partition))
        row = self._database.heads[head.partition]
        if (row.epoch, row.position) != (head.epoch, head.position):
            raise HeadMoved
        self._release(refused)
        last = head.hash
        for application in applied:
            event = application.applied.event
            payload = codec.encode(event)
            last = event_hash(last, payload, codec.encode(application.applied.answer))
            self._log[event.position] = EventRow(event, payload, codec.encode(application.applied.answer), last)
            request = application.command.origin.request
            self._requests[request.key] = RequestRow(request.fingerprint, event.position)
            for entry in application.command.entries:
                known = self._entries[entry.key]
                assert known is not None
                self._entries[entry.key] = replace(known, place=event.position)
            for key, home in application.applied.changes.moved_sales.items():
                moved = self._entry(key)
                assert moved is not None
                self._entries[key] = replace(moved, home=home)
        self._applied = list(applied)
        self._head = Head(head.partition, head.epoch, head.position + len(applied), last)
        return self._head

    def _release(self, refused: Sequence[Refused]) -> None:
        for command, refusal, kept in refused:
            request = command.origin.request
            self._requests[request.key] = (
                RequestRow(request.fingerprint, refusal=codec.encode_refusal(refusal)) if kept else None
            )
            for awaited in command.awaits:
                self._forget(awaited.key, (command.origin.home, awaited.return_id))
            for entry in command.entries:
                if entry.key in self._entries:
                    self._entries[entry.key] = self._taken_over.get(entry.key)

    def _forget(self, key: bytes, waiting: tuple[str, str]) -> None:
        """What was not parked after all waits for nothing."""
        known = self._entry(key)
        if known is not None and known.state == "AWAITED":
            left = tuple(one for one in known.awaiting if one != waiting)
            self._entries[key] = replace(known, awaiting=left) if left else None

    @property
    def payloads(self) -> list[bytes]:
        """The events it has written."""
        return [row.payload for row in self._log.values()]

    @property
    def written(self) -> list[tuple[bytes, bytes]]:
        """The same with their answers."""
        return [(row.payload, row.answer) for row in self._log.values()]

    @property
    def refusals(self) -> list[bytes]:
        """The refusals it keeps."""
        return [row.refusal for row in self._requests.values() if row is not None and row.refusal is not None]

    # --- ending

    def commit(self) -> None:
        """Makes everything true at once."""
        self._check_open()
        database = self._database
        _put(database.requests, self._requests)
        _put(database.entries, self._entries)
        database.log.update(self._log)
        for application in self._applied:
            reach = application.command.origin.reach
            database.committed[application.applied.event.position] = (len(database.committed), reach)
            database.count_purchases(application.applied.changes)
            database.rows.standings.setdefault(application.applied.changes.wallet.key, WalletStanding(since=date.min))
            database.rows.merge(application.applied.changes)
        if self._head is not None:
            row = database.heads[self._head.partition]
            row.position, row.hash = self._head.position, self._head.hash
        self._end()

    def roll_back(self) -> None:
        """Forgets everything; may be called again."""
        if not self._holder.ended:
            self._end()

    def _end(self) -> None:
        self._database.open.pop(self, None)
        self._database.locks.release_all(self._holder)

    def _check_open(self) -> None:
        if self._holder.ended:
            # The connection is gone, and the transaction with it.
            raise unavailable("database")


def _named(command: BaseCommand) -> list[bytes]:
    """The entries of the directory that a command claims, awaits or locks."""
    return [
        *(entry.key for entry in command.entries),
        *(awaited.key for awaited in command.awaits),
        *(lock.key for lock in command.locks),
    ]


def _put(table: dict[bytes, T], rows: Mapping[bytes, T | None]) -> None:
    for key, row in rows.items():
        if row is None:
            table.pop(key, None)
        else:
            table[key] = row
