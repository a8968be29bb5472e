"""Reading a batch's slice under its locks: what its commands name, and more where one asks for it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from chassis.runtime.postgres import Connection, Row
from chassis.runtime.statements import Statement
from chassis.values.ids import BUCKETS
from chassis.values.integers import INT64_MAX
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.changes import OrderKey
from ledger_service.domain.commands import BaseCommand
from ledger_service.domain.movement import Link, MovementRef
from ledger_service.domain.redemption import Burn
from ledger_service.domain.slice import (
    Need,
    NeedsBurns,
    NeedsDebts,
    NeedsDue,
    NeedsPayers,
    NeedsPending,
    NeedsSale,
    NeedsSpendable,
    NeedsStanding,
    NeedsTimedOut,
    Slice,
)
from ledger_service.store import document_rows, rows
from ledger_service.store.facts import read_purchases
from ledger_service.store.orders import orders_of
from ledger_service.store.standing_loading import StandingLoading
from ledger_service.store.statements import SQL

Waiting = tuple[MemberKey, str, str]
"""A return that waited for a sale of a wallet: the wallet, the return's home and its id."""

SPENDABLE_AT_FIRST = 32
"""How many accruals in burn order are read for a redemption; each time it needs more, eight times as many. Most need a
few and would pay for reading the rest; one that spends a thousand accruals takes three looks."""


class Loading:
    """Fills a slice on one connection, whose transaction holds the locks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read_so_far: dict[MemberKey, int] = {}
        self._parted: set[MemberKey] = set()

    async def load(self, commands: Sequence[BaseCommand], waiting: Sequence[Waiting] = ()) -> Slice:
        """Locks the wallets and reads what the commands name, with the returns that waited for their sales."""
        state = Slice()
        for command in commands:
            state.homes.update((one.wallet, one.homes) for one in command.origin.reach)
        self._parted = {one.wallet for command in commands for one in command.origin.reach if one.merge_seq}
        await self._lock_wallets(state)
        known = {key for key, homes in state.homes.items() if _has_row(state, key, homes)}
        spending: Counter[MemberKey] = Counter()
        for command in commands:
            if command.touches.spends and command.origin.wallet in known:
                spending[command.origin.wallet] += command.touches.spends
        if spending:
            await self._read_spendable(state, spending, SPENDABLE_AT_FIRST)
        await self._read_named(state, commands, waiting)
        if judged := {command.origin.wallet for command in commands if command.rests_on.purchases}:
            homes = {key: state.homes[key] for key in judged}
            state.purchases = await read_purchases(self._connection, homes)
        return state

    # --- wallets

    async def _lock_wallets(self, state: Slice) -> None:
        """Locks and reads the rows of all homes, each with the end of its chain. Chains that another lane may have
        moved while the rows were waited for are read once more: the statement that waits sees them as they were before
        (one that is missed all the same ends in a movement that is there already, and the batch is tried again)."""
        homes = {MemberKey(key.program, home) for key, some in state.homes.items() for home in some}
        keys = rows.columns(((rows.bucket(*key), *key) for key in homes), 3)
        for row in await self._connection.fetch(SQL.lock_wallets, *keys):
            home = rows.wallet_of(row)
            state.wallets[home.key] = home
            if row["length"] is not None:
                state.chains[home.key] = Link(row["length"], row["hash"])
        shared = {
            MemberKey(key.program, home)
            for key, some in state.homes.items()
            if len(some) > 1 or key in self._parted
            for home in some
        }
        if shared:
            keys = rows.columns(((rows.bucket(*key), *key) for key in shared), 3)
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

    # --- what commands name

    async def _read_named(self, state: Slice, commands: Sequence[BaseCommand], waiting: Sequence[Waiting]) -> None:
        named = [(command.origin.wallet, command.touches) for command in commands]
        # A sale has one home in a batch: who names one of nobody's locks its entry, and leaves if it was claimed.
        sales = {(key.program, order): (key, home) for key, touches in named for order, home in touches.sales}
        if sales:
            await self.read_sales(state, sales)
        if accruals := [(key, home, one) for key, touches in named for home, one in touches.accruals]:
            await self._read_accruals(state, accruals)
        if redemptions := [(key, one) for key, touches in named for one in touches.redemptions]:
            await self._read_redemptions(state, redemptions)
        holds = [(key, one) for key, touches in named for one in touches.holds]
        if holds := [*holds, *((key, one) for key, _, one in waiting)]:
            await self._read_holds(state, holds)
        returns = [(key.program, home, one) for key, touches in named for home, one in touches.returns]
        if returns := [*returns, *((key.program, home, one) for key, home, one in waiting)]:
            # All at once, in one order: another lane's batch may lock some of them too.
            await self._lock_returns(state, returns)
        if adjustments := [(key, one) for key, touches in named for one in touches.adjustments]:
            for row in await self._connection.fetch(SQL.read_adjustments, *_everywhere(state, adjustments)):
                adjustment = document_rows.adjustment_of(row)
                state.adjustments[adjustment.adjustment_id] = adjustment
        if transfers := [(key, one) for key, touches in named for one in touches.transfers]:
            for row in await self._connection.fetch(SQL.read_transfers, *_everywhere(state, transfers)):
                transfer = document_rows.transfer_of(row)
                state.transfers[transfer.transfer_id] = transfer

    async def read_sales(self, state: Slice, sales: Mapping[OrderKey, tuple[MemberKey, str]]) -> None:
        """Reads sales of (wallet, home) with their accruals and unpaid burns, what has come back of them, and the
        redemptions that paid for them."""
        values = ((rows.bucket(program, home), program, order) for (program, order), (_, home) in sales.items())
        columns = rows.columns(values, 3)
        for order in await orders_of(self._connection, columns):
            state.orders[order.program, order.order_id] = order
        found = [rows.accrual_of(row) for row in await self._connection.fetch(SQL.read_order_accruals, *columns)]
        for key, (wallet, _) in sales.items():
            mine = [accrual for accrual in found if (accrual.program, accrual.order_id) == key]
            state.add_accruals(wallet, mine)
            state.order_accruals[key] = tuple(accrual.accrual_id for accrual in mine)
        for row in await self._connection.fetch(SQL.read_returned_lines, *columns):
            line = document_rows.returned_line_of(row)
            state.returned[line.program, line.order_id, line.line_number] = line
        await self._read_unpaid(state, ((a.program, a.home, a.accrual_id) for a in found))
        paid = [
            (wallet, redemption_id)
            for key, (wallet, _) in sales.items()
            if key in state.orders
            for redemption_id in state.orders[key].redemptions
        ]
        if paid:
            await self._read_redemptions(state, paid)

    async def _lock_returns(self, state: Slice, returns: Sequence[tuple[str, str, str]]) -> None:
        """Reads and locks returns of (program, home, id)."""
        keys = sorted({(rows.bucket(program, home), program, one) for program, home, one in returns})
        for row in await self._connection.fetch(SQL.lock_returns, *rows.columns(keys, 3)):
            posted = document_rows.return_of(row)
            state.returns[posted.return_id] = posted

    async def _read_accruals(self, state: Slice, accruals: Iterable[tuple[MemberKey, str, str]]) -> None:
        """Reads accruals of (wallet, home, id), as far as their homes are the batch's wallets'; what else something of
        a wallet leads to is strange to it by now."""
        owners = _owners(state)
        values: set[rows.Values] = set()
        for key, home, one in accruals:
            if (key.program, home) in owners:
                values.add((rows.bucket(key.program, home), key.program, one))
            else:
                state.strange.setdefault(key, set()).add(home)
        if not values:
            return
        for row in await self._connection.fetch(SQL.read_accruals, *rows.columns(sorted(values), 3)):
            accrual = rows.accrual_of(row)
            state.add_accruals(owners[accrual.program, accrual.home], [accrual])

    async def _read_redemptions(self, state: Slice, redemptions: Sequence[tuple[MemberKey, str]]) -> None:
        """Reads redemptions that wallets name, with every burn and accrual behind them, and what paid debts of those.
        One that paid for a sale stays with the root that spent."""
        namers = {(key.program, one): key for key, one in redemptions}
        found = await self._found(SQL.read_redemptions, state, redemptions, "redemption_id")
        burns: list[tuple[MemberKey, MovementRef, str]] = []
        owners = _owners(state)
        for redemption in map(document_rows.redemption_of, found):
            state.redemptions.setdefault(redemption.redemption_id, redemption)
            named_by = namers[redemption.program, redemption.redemption_id]
            if key := owners.get((redemption.program, redemption.root), named_by):
                burns += [(key, piece.movement, piece.accrual_id) for piece in redemption.pieces]
        if burns:
            values = {(rows.bucket(key.program, ref.home), key.program, *ref) for key, ref, _ in burns}
            at = await self._connection.fetch(SQL.read_burns_at, *rows.columns(values, 4))
            state.add_burns(map(document_rows.burn_of, at))
            await self._read_accruals(state, ((key, ref.home, one) for key, ref, one in burns))
            # Most were never in debt: asked for at once, that costs one look instead of one for each.
            await self._read_payers(state, ((key, accrual_id) for key, _, accrual_id in burns))

    async def _read_holds(self, state: Slice, holds: Sequence[tuple[MemberKey, str]]) -> None:
        """Reads holds that wallets name with the accruals they hold."""
        namers = {(key.program, one): key for key, one in holds}
        await self._take_holds(state, await self._found(SQL.read_holds, state, holds, "hold_id"), namers)

    async def _take_holds(
        self, state: Slice, found: Sequence[Row], namers: Mapping[tuple[str, str], MemberKey] = MappingProxyType({})
    ) -> None:
        holds = [state.holds.setdefault(row["hold_id"], document_rows.hold_of(row)) for row in found]
        owners = _owners(state)
        whose = [(owners.get((one.program, one.root)) or namers[one.program, one.hold_id], one) for one in holds]
        if accruals := [(key, part.home, part.accrual_id) for key, hold in whose for part in hold.parts]:
            await self._read_accruals(state, accruals)

    async def _found(
        self, statement: Statement, state: Slice, named: Sequence[tuple[MemberKey, str]], column: str
    ) -> list[Row]:
        """Documents that wallets name by id, with whichever of their homes they lie. Of members that were ever linked
        every bucket is asked for the others: what was done together stays with the root of that day."""
        found = list(await self._connection.fetch(statement, *_everywhere(state, named)))
        here = {(row["program"], row[column]) for row in found}
        away = sorted({(key.program, one) for key, one in named if key in self._parted} - here)
        if away:
            keys = ((bucket, program, one) for program, one in away for bucket in range(BUCKETS))
            found += await self._connection.fetch(statement, *rows.columns(keys, 3))
        return found

    # --- burns

    async def _read_unpaid(self, state: Slice, accruals: Iterable[tuple[str, str, str]]) -> None:
        """Reads the burns of accruals of (program, home, id) that a repayment may still pay."""
        wanted = list(accruals)
        values = ((rows.bucket(program, home), program, accrual) for program, home, accrual in wanted)
        found = await self._connection.fetch(SQL.read_burns, *rows.columns(values, 3))
        state.add_burns(map(document_rows.burn_of, found))
        state.unpaid_read.update(accrual_id for _, _, accrual_id in wanted)

    async def _read_payers(self, state: Slice, debtors: Iterable[tuple[MemberKey, str]]) -> None:
        """Reads what paid debts of accruals of (wallet, id), with the accruals that paid and the burns they paid."""
        wanted = {(key.program, accrual_id): key for key, accrual_id in debtors}
        values = {
            (rows.bucket(program, home), program, accrual_id)
            for (program, accrual_id), key in wanted.items()
            for home in state.homes[key]
        }
        found = list(await self._connection.fetch(SQL.read_payers, *rows.columns(sorted(values), 3)))
        if parted := sorted(debtor for debtor, key in wanted.items() if key in self._parted):
            # Whoever paid may be another member by now, in any bucket.
            away = await self._connection.fetch(SQL.read_payers_anywhere, *rows.columns(parted, 2))
            known = {(row["program"], row["home"], row["sequence"]) for row in found}
            found += [row for row in away if (row["program"], row["home"], row["sequence"]) not in known]
        burns: list[Burn] = [document_rows.burn_of(row) for row in found]
        state.add_burns(burns)
        state.payers_read.update(accrual_id for _, accrual_id in wanted)
        paid = {(rows.bucket(burn.program, burn.pays.home), burn.program, *burn.pays) for burn in burns if burn.pays}
        if paid:
            more = await self._connection.fetch(SQL.read_burns_at, *rows.columns(sorted(paid), 4))
            state.add_burns(map(document_rows.burn_of, more))
            payers = ((wanted[burn.program, burn.debtor], burn.movement.home, burn.accrual_id) for burn in burns)
            await self._read_accruals(state, payers)

    # --- more

    async def load_more(self, state: Slice, need: Need) -> None:
        """Reads on, under locks already held."""
        key = need.wallet
        homes = list(state.homes[key])
        here = ([rows.bucket(key.program, home) for home in homes], key.program, homes)
        match need:
            case NeedsSpendable():
                limit = 8 * self._read_so_far[key] if key in self._read_so_far else SPENDABLE_AT_FIRST
                await self._read_spendable(state, {key: INT64_MAX}, limit)
            case NeedsDue(until=until):
                known = (state.wallets.get(MemberKey(key.program, home)) for home in homes)
                activity = [None if home is None else home.last_activity_time for home in known]
                found = await self._connection.fetch(SQL.read_due, *here, until, activity)
                state.add_accruals(key, map(rows.accrual_of, found))
                state.due_until[key] = until
            case NeedsTimedOut(until=until):
                found = await self._connection.fetch(SQL.read_timed_out, *here, until)
                await self._take_holds(state, found)
                state.timed_out_until[key] = until
            case NeedsPending(after=after):
                found = await self._connection.fetch(SQL.read_pending, *here, after)
                state.add_accruals(key, map(rows.accrual_of, found))
                state.pending_read.add(key)
            case NeedsDebts():
                debtors = [rows.accrual_of(row) for row in await self._connection.fetch(SQL.read_debts, *here)]
                state.add_accruals(key, debtors)
                state.debts_read.add(key)
                await self._read_unpaid(state, ((a.program, a.home, a.accrual_id) for a in debtors))
            case NeedsBurns(home=home, accrual_id=accrual_id):
                await self._read_unpaid(state, [(key.program, home, accrual_id)])
            case NeedsPayers(accrual_id=accrual_id):
                await self._read_payers(state, [(key, accrual_id)])
            case NeedsSale(home=home, order_id=order_id):
                sale = (key.program, order_id)
                await self.read_sales(state, {sale: (key, home)})
                state.sales_sought.add(sale)
            case NeedsStanding(since=since):
                await StandingLoading(self._connection).read(state, {key: since})


def _has_row(state: Slice, key: MemberKey, homes: Iterable[str]) -> bool:
    """True if any home of a wallet has a history."""
    return any(MemberKey(key.program, home) in state.wallets for home in homes)


def _everywhere(state: Slice, named: Sequence[tuple[MemberKey, str]]) -> list[Sequence[object]]:
    """Ids of wallets as columns of bucket, program and id: what is kept with a wallet's root may lie with a home that
    was absorbed since."""
    keys = {(rows.bucket(key.program, home), key.program, one) for key, one in named for home in state.homes[key]}
    return rows.columns(sorted(keys), 3)


def _owners(state: Slice) -> dict[tuple[str, str], MemberKey]:
    """Each home of the batch's wallets, and whose it is. What is read belongs to the wallet it lies in, whichever
    command named it: another member's may name it too, before it is refused."""
    return {(key.program, home): key for key, homes in state.homes.items() for home in homes}
