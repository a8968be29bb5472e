"""One batch of a lane as one transaction: claim keys, lock and read the slice, write the difference, move the head.

Phases and locks, in this order: request keys, document keys, wallets (row locks), head. Within each the rows are
sorted, so that two processes never wait for each other in a ring.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import asyncpg

from chassis.runtime.postgres import Connection, Database
from chassis.values.integers import INT64_MAX
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.commands import Command, PostReturn, RedeemPoints
from ledger_service.domain.movement import Link
from ledger_service.domain.order import order_id_of
from ledger_service.domain.slice import (
    Need,
    NeedsBurns,
    NeedsDebts,
    NeedsDue,
    NeedsPending,
    NeedsSpendable,
    OrderKey,
    Slice,
)
from ledger_service.store import rows
from ledger_service.store.orders import orders_of
from ledger_service.store.statements import SQL
from ledger_service.store.writes import written
from ledger_service.use_cases.ports import Application, Head, HeadMoved, Refused

SPENDABLE_AT_FIRST = 256
"""How many accruals in burn order are read for a redemption; each time it needs more, eight times as many."""


class PostgresBatches:
    """Opens batches on the ledger's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["PostgresBatch"]:
        """A transaction: commits at the end of the block, rolls back if it raises."""
        async with self._database.transaction() as connection:
            yield PostgresBatch(connection)


class PostgresBatch:
    """See `use_cases.ports.Batch`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read_so_far: dict[MemberKey, int] = {}

    # --- keys

    async def claim(self, commands: Sequence[Command]) -> Sequence[Command]:
        """Claims request and document keys; a command that loses either leaves none behind."""
        origins = [command.origin for command in commands]
        requests = rows.columns(((origin.request.key, origin.request.fingerprint) for origin in origins), 2)
        documents = rows.columns(
            (_document_claim(command) for command in commands if command.document_key is not None), 5
        )
        won = {row["key"] for row in await self._connection.fetch(SQL.claim_keys, *requests, *documents)}
        claimed = [command for command in commands if command.origin.request.key in won]
        mine = [command for command in claimed if command.document_key is None or command.document_key in won]
        lost = [command.origin.request.key for command in claimed if command not in mine]
        if lost:
            await self._connection.execute(SQL.release_requests, lost)
        return mine

    # --- reading

    async def load(self, commands: Sequence[Command]) -> Slice:
        """Locks the wallets and reads what each kind of command is known to need."""
        state = Slice()
        for command in commands:
            state.homes[command.origin.wallet] = command.origin.homes
        await self._lock_wallets(state)
        spending: Counter[MemberKey] = Counter()
        for command in commands:
            if isinstance(command, RedeemPoints) and command.origin.wallet in state.wallets:
                spending[command.origin.wallet] += command.points
        if spending:
            await self._read_spendable(state, spending, SPENDABLE_AT_FIRST)
        returns = [command for command in commands if isinstance(command, PostReturn)]
        if returns:
            await self._read_sales(state, returns)
        return state

    async def _lock_wallets(self, state: Slice) -> None:
        """Locks and reads the wallets, each with the end of its own chain; then those of absorbed homes."""
        keys = rows.columns(((rows.bucket(*key), *key) for key in state.homes), 3)
        for row in await self._connection.fetch(SQL.lock_wallets, *keys):
            wallet = rows.wallet_of(row)
            state.wallets[wallet.key] = wallet
            if row["length"] is not None:
                state.chains[wallet.key] = Link(row["length"], row["hash"])
        absorbed = {
            MemberKey(root.program, home)
            for root, homes in state.homes.items()
            for home in homes
            if home != root.member
        }
        if absorbed:
            keys = rows.columns(((rows.bucket(*key), *key) for key in absorbed), 3)
            for row in await self._connection.fetch(SQL.read_chains, *keys):
                state.chains[MemberKey(row["program"], row["member"])] = Link(row["length"], row["hash"])

    async def _read_spendable(self, state: Slice, spending: Mapping[MemberKey, int], limit: int) -> None:
        """Reads as many accruals of each wallet as hold the points to be spent, at most `limit` of a home."""
        homes = [(key, home, points) for key, points in sorted(spending.items()) for home in state.homes[key]]
        values = (
            (key.member, rows.bucket(key.program, home), key.program, home, min(points, INT64_MAX))
            for key, home, points in homes
        )
        found: dict[tuple[str, str], list[Accrual]] = defaultdict(list)
        seen: dict[tuple[str, str], int] = {}
        for row in await self._connection.fetch(SQL.read_spendable, *rows.columns(values, 5), limit):
            accrual = rows.accrual_of(row)
            found[accrual.program, accrual.home].append(accrual)
            seen[accrual.program, accrual.home] = row["seen"]
        for key in spending:
            self._read_so_far[key] = limit
            per_home = [found[key.program, home] for home in state.homes[key]]
            for accruals in per_home:
                state.add_accruals(key, accruals)
            ends = (
                accruals[-1].burn_key
                for home, accruals in zip(state.homes[key], per_home, strict=True)
                if accruals and (len(accruals) < seen[key.program, home] or len(accruals) == limit)
            )
            state.frontier[key] = min(ends, default=None)

    async def _read_sales(self, state: Slice, returns: Sequence[PostReturn]) -> None:
        keys: dict[OrderKey, tuple[MemberKey, str]] = {}
        for command in returns:
            for ref, home in command.sales.items():
                order_id = order_id_of(command.origin.program, ref)
                keys[command.origin.program, order_id] = (command.origin.wallet, home)
        values = ((rows.bucket(program, home), program, order) for (program, order), (_, home) in keys.items())
        columns = rows.columns(values, 3)
        for order in await orders_of(self._connection, columns):
            state.orders[order.program, order.order_id] = order
        found = [rows.accrual_of(row) for row in await self._connection.fetch(SQL.read_order_accruals, *columns)]
        for key, (wallet, _) in keys.items():
            mine = [accrual for accrual in found if (accrual.program, accrual.order_id) == key]
            state.add_accruals(wallet, mine)
            state.order_accruals[key] = tuple(accrual.accrual_id for accrual in mine)
        for row in await self._connection.fetch(SQL.read_returned_lines, *columns):
            line = rows.returned_line_of(row)
            state.returned[line.program, line.order_id, line.line_number] = line
        await self._read_burns(state, ((a.program, a.home, a.accrual_id) for a in found))

    async def _read_burns(self, state: Slice, accruals: Iterable[tuple[str, str, str]]) -> None:
        wanted = list(accruals)
        values = ((rows.bucket(program, home), program, accrual) for program, home, accrual in wanted)
        found = await self._connection.fetch(SQL.read_burns, *rows.columns(values, 3))
        burns = [rows.burn_of(row) for row in found]
        for _, _, accrual_id in wanted:
            state.add_burns(accrual_id, (burn for burn in burns if burn.accrual_id == accrual_id))

    async def load_more(self, state: Slice, need: Need) -> None:
        """Reads on, under locks already held."""
        key = need.wallet
        homes = list(state.homes[key])
        here = ([rows.bucket(key.program, home) for home in homes], key.program, homes)
        if isinstance(need, NeedsSpendable):
            limit = 8 * self._read_so_far[key] if key in self._read_so_far else SPENDABLE_AT_FIRST
            await self._read_spendable(state, {key: INT64_MAX}, limit)
        elif isinstance(need, NeedsDue):
            found = await self._connection.fetch(SQL.read_due, *here, need.until)
            state.add_accruals(key, map(rows.accrual_of, found))
            state.due_until[key] = need.until
        elif isinstance(need, NeedsPending):
            found = await self._connection.fetch(SQL.read_pending, *here, need.after)
            state.add_accruals(key, map(rows.accrual_of, found))
            state.pending_read.add(key)
        elif isinstance(need, NeedsDebts):
            debtors = [rows.accrual_of(row) for row in await self._connection.fetch(SQL.read_debts, *here)]
            state.add_accruals(key, debtors)
            state.debts_read.add(key)
            await self._read_burns(state, ((a.program, a.home, a.accrual_id) for a in debtors))
        elif isinstance(need, NeedsBurns):
            await self._read_burns(state, [(key.program, need.home, need.accrual_id)])

    # --- writing

    async def write(self, head: Head, applied: Sequence[Application], refused: Sequence[Refused]) -> Head:
        """Writes everything in one statement, the lane's head included; raises HeadMoved if the lane went away."""
        await self._release(refused)
        parameters, known_wallets, new_head = written(head, applied, refused)
        try:
            row = await self._connection.fetchrow(SQL.write_batch, *parameters)
        except asyncpg.UniqueViolationError as error:
            raise HeadMoved from error
        if row is None or row["heads"] != 1 or row["wallets"] != known_wallets:
            raise HeadMoved
        return new_head

    async def _release(self, refused: Sequence[Refused]) -> None:
        """Commands that leave without a kept outcome take their request ids with them; only an applied command keeps
        its document."""
        requests = [r.command.origin.request.key for r in refused if not r.kept]
        if requests:
            await self._connection.execute(SQL.release_requests, requests)
        documents = [r.command.document_key for r in refused if r.command.document_key is not None]
        if documents:
            await self._connection.execute(SQL.release_documents, documents)


def _document_claim(command: Command) -> tuple[object, ...]:
    origin = command.origin
    return (origin.request.key, command.document_key, origin.request.fingerprint, origin.program, origin.home)
