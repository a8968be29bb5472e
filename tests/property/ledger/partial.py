"""A store in memory that shows `apply` as little as it may: one accrual at first, twice as many each time it needs
more, and only what each need names. What a real store reads is never less."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.apply import Applied, NeedMore, Stamp, apply
from ledger_service.domain.commands import Command, PostReturn, RedeemPoints
from ledger_service.domain.order import order_id_of
from ledger_service.domain.slice import (
    Changes,
    Need,
    NeedsBurns,
    NeedsDebts,
    NeedsDue,
    NeedsPending,
    NeedsSpendable,
    Slice,
)


@dataclass
class PartialLedger:
    """Rows, and batches over slices of them."""

    rows: Slice = field(default_factory=Slice)
    position: int = 0
    limits: dict[MemberKey, int] = field(default_factory=dict)

    def commit(self, commands: Sequence[Command], now: datetime) -> list[Applied | Refusal]:
        """One batch: read little, decide in order, write."""
        state = self._load(commands)
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

    def _apply(self, state: Slice, command: Command, stamp: Stamp) -> Applied:
        while True:
            try:
                return apply(state, command, stamp)
            except NeedMore as more:
                self._load_more(state, more.need)

    def _write(self, changes: Changes) -> None:
        self.rows.merge(changes)

    def _load(self, commands: Sequence[Command]) -> Slice:
        state = Slice()
        self.limits = {}
        for command in commands:
            key = command.origin.wallet
            if key in self.rows.wallets:
                state.wallets[key] = self.rows.wallets[key]
            homes = [MemberKey(key.program, home) for home in command.origin.homes]
            state.chains |= {home: self.rows.chains[home] for home in homes if home in self.rows.chains}
            if isinstance(command, RedeemPoints):
                self._read_spendable(state, key, 1)
            if isinstance(command, PostReturn):
                self._read_sales(state, command)
        return state

    def _read_sales(self, state: Slice, command: PostReturn) -> None:
        for ref in command.sales:
            order_id = (command.origin.program, order_id_of(command.origin.program, ref))
            if order_id not in self.rows.orders:
                continue
            state.orders[order_id] = self.rows.orders[order_id]
            state.order_accruals[order_id] = self.rows.order_accruals[order_id]
            state.add_accruals(
                command.origin.wallet, [self.rows.accruals[each] for each in self.rows.order_accruals[order_id]]
            )
            state.returned |= {key: line for key, line in self.rows.returned.items() if key[:2] == order_id}

    def _load_more(self, state: Slice, need: Need) -> None:
        key = need.wallet
        if isinstance(need, NeedsSpendable):
            self._read_spendable(state, key, 2 * self.limits.get(key, 0) or 1)
        elif isinstance(need, NeedsDue):
            state.add_accruals(key, self._due(key, need.until))
            state.due_until[key] = need.until
        elif isinstance(need, NeedsPending):
            state.add_accruals(key, [a for a in self._positive(key) if (a.available_time or need.after) > need.after])
            state.pending_read.add(key)
        elif isinstance(need, NeedsDebts):
            state.add_accruals(key, [a for a in self._of(key) if a.debt > 0])
            state.debts_read.add(key)
        elif isinstance(need, NeedsBurns):
            burns = self.rows.burns.get(need.accrual_id, {}).values()
            state.add_burns(need.accrual_id, [burn for burn in burns if burn.unpaid > 0])

    def _read_spendable(self, state: Slice, key: MemberKey, limit: int) -> None:
        self.limits[key] = limit
        ends = []
        for home in {accrual.home for accrual in self._positive(key)}:
            mine = sorted((a for a in self._positive(key) if a.home == home), key=lambda accrual: accrual.burn_key)
            state.add_accruals(key, mine[:limit])
            ends += [mine[limit - 1].burn_key] if len(mine) >= limit else []
        state.frontier[key] = min(ends, default=None)

    def _due(self, key: MemberKey, until: datetime) -> list[Accrual]:
        """What has lapsed, and the one that lapses next, whichever home it has."""
        lapsing = sorted(
            (a for a in self._positive(key) if a.expire_time is not None), key=lambda accrual: accrual.burn_key
        )
        due = [accrual for accrual in lapsing if accrual.is_due(until)]
        return lapsing[: len(due) + 1]

    def _positive(self, key: MemberKey) -> list[Accrual]:
        return [accrual for accrual in self._of(key) if accrual.remaining > 0]

    def _of(self, key: MemberKey) -> list[Accrual]:
        return [self.rows.accruals[accrual_id] for accrual_id in self.rows.of_wallet.get(key, set())]
