"""One batch of a lane as one transaction: claim keys, lock and read the slice, write the difference, move the head.

Phases and locks, in this order: cuts of periods held off (where a batch is tried again), request keys, directory
entries (claimed, awaited and locked ones alike), wallets (row locks), existing programs (of those that
spend), parked returns, budgets, allotments, head. Within each the rows are sorted, so that two processes never wait for
each other in a ring. Should the database find a ring all the same, the batch that it gives up is tried again.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from chassis.runtime.postgres import Connection, Database
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.changes import OrderKey
from ledger_service.domain.commands import (
    CancelOrder,
    Command,
    CorrectOrder,
    ExchangeOrder,
    PostOrder,
    PostReturn,
    ResolveParkedReturn,
)
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.order import order_id_of
from ledger_service.domain.slice import Need, Slice
from ledger_service.domain.sources import Sources, crossings
from ledger_service.store import rows
from ledger_service.store.directory import Directory
from ledger_service.store.drawing import LaneDoubts
from ledger_service.store.limit_writes import limit_parts
from ledger_service.store.limits import LimitLoading
from ledger_service.store.loading import Loading
from ledger_service.store.sources import sources_by_program
from ledger_service.store.standing_loading import StandingLoading
from ledger_service.store.statements import SQL
from ledger_service.store.writes import LastStates, rare_parts, written
from ledger_service.use_cases.commit_ports import Application, Claims, Head, HeadMoved, Refused
from ledger_service.use_cases.standing_ports import NO_LADDERS, ProgramLadders


class ComingSale(NamedTuple):
    """A sale that comes at last: its wallet, and the returns that waited for it as (home, id)."""

    wallet: MemberKey
    order_id: str
    returns: tuple[tuple[str, str], ...]


class PostgresBatches:
    """Opens batches on the ledger's database."""

    def __init__(self, database: Database, ladders: ProgramLadders = NO_LADDERS) -> None:
        self._database = database
        self._ladders = ladders
        self._doubts = LaneDoubts()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["PostgresBatch"]:
        """A transaction: commits at the end of the block, rolls back if it raises."""
        try:
            async with self._database.transaction() as connection:
                yield PostgresBatch(connection, self._ladders, self._doubts)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            raise HeadMoved from error


_GIVING_BACK = (PostReturn, CancelOrder, ExchangeOrder, CorrectOrder, ResolveParkedReturn)
"""What gives points back that paid for a sale, besides sales that returns have waited for."""


class PostgresBatch:
    """See `use_cases.commit_ports.Batch`."""

    def __init__(
        self, connection: Connection, ladders: ProgramLadders = NO_LADDERS, doubts: LaneDoubts | None = None
    ) -> None:
        self._connection = connection
        self._ladders = ladders
        self._directory = Directory(connection)
        self._loading = Loading(connection)
        self._limits = LimitLoading(connection, doubts or LaneDoubts())
        self._sources: Sources = {}

    async def undisturbed(self, head: Head) -> Head:
        """Locks cuts of periods out, before any row is locked: a cut that waits for it holds none either."""
        await self._connection.fetchval(SQL.hold_off_cuts)
        row = await self._connection.fetchrow(SQL.read_head, head.partition, head.epoch)
        if row is None:
            raise HeadMoved
        return Head(head.partition, head.epoch, row["position"], row["hash"])

    async def claim(self, commands: Sequence[Command]) -> Claims:
        """Claims the commands' keys."""
        return await self._directory.claim(commands)

    async def load(self, commands: Sequence[Command]) -> Slice:
        """Locks the wallets and reads what the commands name, with the returns that waited for their sales."""
        waited = self._waited(commands)
        waiting = [(sale.wallet, home, one) for sale in waited for home, one in sale.returns]
        state = await self._loading.load(commands, waiting)
        if waited:
            await self._read_parked(state, waited)
        await self._limits.load(state, commands)
        await self._read_sources(state, commands, waited)
        programs = {key.program for key in state.homes}
        state.ladders = {program: ladders for program in programs if (ladders := self._ladders(program))}
        if state.ladders:
            await StandingLoading(self._connection).foresee(state, commands)
        return state

    async def _read_sources(self, state: Slice, commands: Sequence[Command], waited: Sequence[ComingSale]) -> None:
        """Holds existing programs as they are, for commands that may spend or give spent points back. Behind the
        wallets: what was born in them came from an import that this statement sees."""
        programs = {one.origin.program for one in commands if one.guarded or isinstance(one, _GIVING_BACK)}
        programs |= {sale.wallet.program for sale in waited}
        if programs:
            state.sources = sources_by_program(await self._connection.fetch(SQL.sources_of, sorted(programs)))
            self._sources = state.sources

    async def load_more(self, state: Slice, need: Need) -> None:
        """Reads on, under locks already held."""
        await self._loading.load_more(state, need)

    def _waited(self, commands: Sequence[Command]) -> list[ComingSale]:
        """The commands' sales that returns have waited for."""
        return [
            ComingSale(command.origin.wallet, command.order.order_id, returns)
            for command in commands
            if isinstance(command, PostOrder | ExchangeOrder)
            if (returns := self._directory.awaiting.get(command.order.document_key))
        ]

    async def _read_parked(self, state: Slice, waited: Sequence[ComingSale]) -> None:
        """Notes which returns waited for the sales, and reads the other sales that they name."""
        named: dict[bytes, tuple[OrderKey, set[MemberKey]]] = {}
        for key, order_id, returns in waited:
            # A return that was overtaken and parked again may be listed twice.
            known = [state.returns[one] for one in dict.fromkeys(one for _, one in returns) if one in state.returns]
            state.parked[order_id] = tuple(parked.return_id for parked in known)
            for parked in known:
                for ref in parked.document.sales:
                    sale = (key.program, order_id_of(key.program, ref))
                    named.setdefault(order_key(key.program, ref), (sale, set()))[1].add(key)
        sales: dict[OrderKey, tuple[MemberKey, str]] = {}
        for directory_key, home in (await self._directory.homes_of(list(named))).items():
            order, wallets = named[directory_key]
            if order in state.orders or order[1] in state.parked:
                continue
            owner = next((key for key in wallets if home in state.homes[key]), None)
            if owner is None:
                state.elsewhere.add(order[1])
            else:
                sales[order] = (owner, home)
        if sales:
            await self._loading.read_sales(state, sales)

    async def write(self, head: Head, applied: Sequence[Application], refused: Sequence[Refused]) -> Head:
        """Writes the difference; the last statement moves the lane's head. Raises HeadMoved if the lane went away."""
        await self._directory.release(refused)
        states = LastStates.of(applied)
        for statement, columns in (*rare_parts(states), *limit_parts(applied, self._limits.partition)):
            await self._connection.execute(statement, *columns)
        if crossed := crossings(self._sources, (one.applied.event for one in applied)):
            await self._connection.execute(SQL.keep_crossings, *rows.columns(crossed, 5))
        parameters, new_head = written(head, states, applied, refused)
        try:
            row = await self._connection.fetchrow(SQL.write_batch, *parameters)
        except asyncpg.UniqueViolationError as error:
            raise HeadMoved from error
        if row is None or row["heads"] != 1 or row["wallets"] != len(states.known_wallets):
            raise HeadMoved
        return new_head
