"""A store in memory that shows `apply` as little as it may: one accrual at first, twice as many each time it needs
more, and only what each need names. What a real store reads is never less."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.apply import Applied, NeedMore, Stamp, apply
from ledger_service.domain.changes import Changes
from ledger_service.domain.commands import Command, ExchangeOrder, PostOrder
from ledger_service.domain.hold import Hold, HoldState
from ledger_service.domain.order import ReturnState, order_id_of
from ledger_service.domain.purchases import Purchases
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
from ledger_service.domain.standing.wallet import WalletStanding


@dataclass
class PartialLedger:
    """Rows, and batches over slices of them."""

    rows: Slice = field(default_factory=Slice)
    position: int = 0
    limits: dict[MemberKey, int] = field(default_factory=dict)
    merged: dict[MemberKey, tuple[str, ...]] = field(default_factory=dict)

    def commit(self, commands: Sequence[Command], now: datetime) -> list[Applied | Refusal]:
        """One batch: read little, decide in order, write."""
        state = self.load(commands)
        for command in commands:
            if isinstance(command, PostOrder | ExchangeOrder):
                self._read_parked(state, command)
        outcomes: list[Applied | Refusal] = []
        for command in commands:
            try:
                applied = self._apply(state, command, Stamp(now, LogPosition(0, self.position + 1)))
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            self.position += 1
            state.merge(applied.changes)
            outcomes.append(applied)
        for outcome in outcomes:
            if isinstance(outcome, Applied):
                self._write(outcome.changes)
        return outcomes

    def alone(self, command: Command, stamp: Stamp) -> Applied:
        """One command in a batch of its own, at a given time and place."""
        applied = self._apply(self.load([command]), command, stamp)
        self._write(applied.changes)
        return applied

    def _apply(self, state: Slice, command: Command, stamp: Stamp) -> Applied:
        while True:
            try:
                return apply(state, command, stamp)
            except NeedMore as more:
                self.load_more(state, more.need)

    def _write(self, changes: Changes) -> None:
        self.rows.standings.setdefault(changes.wallet.key, WalletStanding(since=date.min))
        self.rows.purchases.setdefault(changes.wallet.key, Purchases())
        self.rows.merge(changes)

    def load(self, commands: Sequence[Command]) -> Slice:
        state = Slice(ladders=self.rows.ladders)
        self.limits, self.merged = {}, {}
        for command in commands:
            key, touches = command.origin.wallet, command.touches
            homes = [MemberKey(key.program, home) for one in command.origin.reach for home in one.homes]
            state.homes.update((one.wallet, one.homes) for one in command.origin.reach)
            self.merged |= {one.wallet: one.homes for one in command.origin.reach if one.merge_seq}
            state.wallets |= {home: self.rows.wallets[home] for home in homes if home in self.rows.wallets}
            state.chains |= {home: self.rows.chains[home] for home in homes if home in self.rows.chains}
            if command.rests_on.purchases:
                state.purchases[key] = self.rows.purchases.get(key, Purchases())
            if touches.spends:
                self._read_spendable(state, key, 1)
            for order_id, _ in touches.sales:
                self.read_sale(state, key, order_id)
            for hold_id in touches.holds:
                if hold_id in self.rows.holds:
                    self._read_hold(state, key, self.rows.holds[hold_id])
            for redemption_id in touches.redemptions:
                self._read_redemption(state, key, redemption_id)
            state.add_accruals(
                key, [self.rows.accruals[one] for _, one in touches.accruals if one in self._ids_of(key)]
            )
            state.returns |= {one: self.rows.returns[one] for _, one in touches.returns if one in self.rows.returns}
            known = self.rows.adjustments
            state.adjustments |= {one: known[one] for one in touches.adjustments if one in known}
            state.transfers |= {
                one: self.rows.transfers[one] for one in touches.transfers if one in self.rows.transfers
            }
        return state

    def _read_parked(self, state: Slice, command: PostOrder | ExchangeOrder) -> None:
        """What waited for a sale when the batch began, with what was announced of it and the other sales it names."""
        key, order_id = command.origin.wallet, command.order.order_id
        waiting = [
            known
            for known in self.rows.returns.values()
            if known.state is ReturnState.PARKED
            and order_id in {order_id_of(key.program, ref) for ref in known.document.sales}
        ]
        state.parked[order_id] = tuple(known.return_id for known in waiting)
        for known in waiting:
            state.returns.setdefault(known.return_id, known)
            if known.return_id in self.rows.holds:
                self._read_hold(state, key, self.rows.holds[known.return_id])
            for other in {order_id_of(key.program, ref) for ref in known.document.sales} - {order_id}:
                order = self.rows.orders.get((key.program, other))
                if order is not None and order.home not in command.origin.homes:
                    state.elsewhere.add(other)
                elif (key.program, other) not in state.orders:
                    self.read_sale(state, key, other)

    def read_sale(self, state: Slice, key: MemberKey, order_id: str) -> None:
        order_key = (key.program, order_id)
        if order_key not in self.rows.orders:
            return
        state.orders[order_key] = self.rows.orders[order_key]
        state.order_accruals[order_key] = self.rows.order_accruals[order_key]
        state.add_accruals(key, [self.rows.accruals[each] for each in self.rows.order_accruals[order_key]])
        state.returned |= {line: back for line, back in self.rows.returned.items() if line[:2] == order_key}
        for redemption_id in state.orders[order_key].redemptions:
            self._read_redemption(state, key, redemption_id)

    def _read_hold(self, state: Slice, key: MemberKey, hold: Hold) -> None:
        state.holds.setdefault(hold.hold_id, hold)
        state.add_accruals(key, [self.rows.accruals[part.accrual_id] for part in hold.parts])

    def _read_redemption(self, state: Slice, key: MemberKey, redemption_id: str) -> None:
        redemption = self.rows.redemptions.get(redemption_id)
        if redemption is None:
            return
        state.redemptions[redemption_id] = redemption
        state.add_burns([self.rows.burns[key.program, piece.movement] for piece in redemption.pieces])
        state.add_accruals(key, [self.rows.accruals[piece.accrual_id] for piece in redemption.pieces])

    def load_more(self, state: Slice, need: Need) -> None:
        key = need.wallet
        match need:
            case NeedsSpendable():
                self._read_spendable(state, key, 2 * self.limits.get(key, 0) or 1)
            case NeedsDue(until=until):
                state.add_accruals(key, self._due(state, key, until))
                state.due_until[key] = until
            case NeedsTimedOut(until=until):
                open_ones = (hold for hold in self.rows.holds.values() if hold.state is HoldState.OPEN)
                mine = (hold for hold in open_ones if hold.root in state.homes[key])
                waiting = sorted(mine, key=lambda hold: hold.time_out)
                over = sum(hold.time_out <= until for hold in waiting)
                for hold in waiting[: over + 1]:
                    self._read_hold(state, key, hold)
                state.timed_out_until[key] = until
            case NeedsPending(after=after):
                state.add_accruals(key, [a for a in self._positive(key) if (a.available_time or after) > after])
                state.pending_read.add(key)
            case NeedsDebts():
                state.add_accruals(key, [a for a in self._of(key) if a.debt > 0])
                state.debts_read.add(key)
            case NeedsBurns(accrual_id=accrual_id):
                burns = (self.rows.burns[ref] for ref in self.rows.burns_of.get(accrual_id, ()))
                state.add_burns(burn for burn in burns if burn.unpaid > 0)
                state.unpaid_read.add(accrual_id)
            case NeedsPayers(accrual_id=accrual_id):
                payers = [self.rows.burns[ref] for ref in self.rows.payers_of.get(accrual_id, ())]
                state.add_burns(burn for burn in payers if burn.unrestored > 0)
                state.add_accruals(key, [self.rows.accruals[burn.accrual_id] for burn in payers])
                paid = (self.rows.burns[key.program, burn.pays] for burn in payers if burn.pays)
                state.add_burns(paid)
                state.payers_read.add(accrual_id)
            case NeedsSale(order_id=order_id):
                self.read_sale(state, key, order_id)
                state.sales_sought.add((key.program, order_id))
            case NeedsStanding(since=since):
                known = self.rows.standings.get(key, WalletStanding(since=date.min))
                days = {day: row for day, row in known.days.items() if day >= since}
                state.standings.setdefault(key, replace(known, days={}, since=date.max))
                state.standings[key] = state.standings[key].with_older(days, since)

    def _read_spendable(self, state: Slice, key: MemberKey, limit: int) -> None:
        self.limits[key] = limit
        ends = []
        for home in {accrual.home for accrual in self._positive(key)}:
            mine = sorted((a for a in self._positive(key) if a.home == home), key=lambda accrual: accrual.burn_key)
            state.add_accruals(key, mine[:limit])
            ends += [mine[limit - 1].burn_key] if len(mine) >= limit else []
        state.frontier[key] = min(ends, default=None)

    def _due(self, state: Slice, key: MemberKey, until: datetime) -> list[Accrual]:
        """What has lapsed, and the one of each home that lapses next."""
        found: list[Accrual] = []
        for home in state.homes[key]:
            activity = state.row(MemberKey(key.program, home)).last_activity_time
            mine = (one for one in self._positive(key) if one.home == home and one.expire_time is not None)
            lapsing = sorted(mine, key=lambda one, at=activity: (one.lapse_time(at), one.burn_key))  # type: ignore[misc]
            due = [accrual for accrual in lapsing if accrual.is_due(until, activity)]
            found += lapsing[: len(due) + 1]
        return found

    def _positive(self, key: MemberKey) -> list[Accrual]:
        return [accrual for accrual in self._of(key) if accrual.remaining > 0]

    def _of(self, key: MemberKey) -> list[Accrual]:
        return [self.rows.accruals[accrual_id] for accrual_id in self._ids_of(key)]

    def wallet_of(self, hold: Hold) -> MemberKey:
        """Whose points a hold sets aside."""
        return MemberKey(hold.program, hold.root)

    def _ids_of(self, key: MemberKey) -> set[str]:
        if key not in self.merged:
            return self.rows.of_wallet.get(key, set())
        # Whose wallet it was when something was born there says nothing any more.
        known, homes = self.rows.accruals, self.merged[key]
        return {one for one, each in known.items() if each.program == key.program and each.home in homes}
