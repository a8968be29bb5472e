"""The slice of state a batch works on, and what may be missing from it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from ledger_service.domain.accrual import Accrual, BurnKey, MemberKey
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.changes import Changes, LineKey, OrderKey
from ledger_service.domain.hold import Hold
from ledger_service.domain.limits import BudgetKey, BudgetShare, LimitChanges, MemberLimit, Use
from ledger_service.domain.movement import Link, MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.purchases import Purchases
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.sources import Source
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.wallet import WalletStanding
from ledger_service.domain.transfer import Transfer
from ledger_service.domain.wallet import Wallet, folded

BurnRef = tuple[str, MovementRef]
"""Program and redeemed movement."""


class NeedsSpendable(NamedTuple):
    """More of the wallet's positive accruals in burn order than were loaded."""

    wallet: MemberKey


class NeedsDue(NamedTuple):
    """Everything positive that lapses up to `until` (now, or later), and whatever lapses next."""

    wallet: MemberKey
    until: datetime


class NeedsTimedOut(NamedTuple):
    """Every open hold whose time runs out up to `until`, with its accruals."""

    wallet: MemberKey
    until: datetime


class NeedsPending(NamedTuple):
    """Everything positive that becomes spendable after `after`."""

    wallet: MemberKey
    after: datetime


class NeedsDebts(NamedTuple):
    """Every accrual in debt, with its unpaid burns."""

    wallet: MemberKey


class NeedsBurns(NamedTuple):
    """The unpaid burns of one accrual."""

    wallet: MemberKey
    home: str
    accrual_id: str


class NeedsPayers(NamedTuple):
    """The burns that paid debts of one accrual and were not given back, with the accruals they burnt."""

    wallet: MemberKey
    accrual_id: str


class NeedsSale(NamedTuple):
    """A sale of one of the wallet's homes, with its accruals and what has come back of it."""

    wallet: MemberKey
    home: str
    order_id: str


class NeedsStanding(NamedTuple):
    """Where the wallet's member stands, and its activity from `since` on."""

    wallet: MemberKey
    since: date


Need = (
    NeedsSpendable
    | NeedsDue
    | NeedsTimedOut
    | NeedsPending
    | NeedsDebts
    | NeedsBurns
    | NeedsPayers
    | NeedsSale
    | NeedsStanding
)


class NeedMore(Exception):  # noqa: N818  not a fault: the store reads on and the command is applied again
    """The slice does not hold enough to decide."""

    def __init__(self, need: Need) -> None:
        super().__init__(need)
        self.need = need


@dataclass(slots=True)
class Slice:
    """Rows read under locks, kept current while the batch's commands are applied.

    `wallets` are the rows of homes, by home; a wallet is folded from them. What else names wallets names their roots:
    a batch knows a home in one wallet only. `strange` are homes that something of a wallet leads to and that are in
    none of the batch's wallets: points of theirs were spent or held together before their members were parted.

    It holds prefixes, never whole wallets, and knows what it holds: `frontier` is how far a wallet's positive
    accruals were read in burn order (up to and with that key; None: all; missing: none), `due_until` and
    `timed_out_until` the times up to which what is due was read, `pending_read` and `debts_read` the wallets whose
    pending accruals and debts are all here, `unpaid_read` and `payers_read` the accruals whose unpaid burns and whose
    payers are, `fences` those of wallets that are this batch's own. `parked` are the returns that wait for a sale,
    by the order's id, where a command posts it; `elsewhere` the ids of other sales they name that are not the
    wallet's. `postponed` says when accruals expired before this batch set another time. `sales_sought` are sales that
    were looked for because an accrual names them. `member_uses` and `member_marks` are what homes have used of limits
    of members and the highest marks told, where a command earns against them; `budgets` likewise. `ladders` are the
    programs' own, by program, and `standings` where members stand on them, where a command may change it.
    `sources` are existing programs within them, by program, where a command may spend.
    """

    wallets: dict[MemberKey, Wallet] = field(default_factory=dict)
    homes: dict[MemberKey, tuple[str, ...]] = field(default_factory=dict)
    chains: dict[MemberKey, Link] = field(default_factory=dict)
    accruals: dict[str, Accrual] = field(default_factory=dict)
    of_wallet: dict[MemberKey, set[str]] = field(default_factory=dict)
    strange: dict[MemberKey, set[str]] = field(default_factory=dict)
    fences: dict[MemberKey, int] = field(default_factory=dict)
    frontier: dict[MemberKey, BurnKey | None] = field(default_factory=dict)
    due_until: dict[MemberKey, datetime] = field(default_factory=dict)
    timed_out_until: dict[MemberKey, datetime] = field(default_factory=dict)
    pending_read: set[MemberKey] = field(default_factory=set)
    debts_read: set[MemberKey] = field(default_factory=set)
    unpaid_read: set[str] = field(default_factory=set)
    payers_read: set[str] = field(default_factory=set)
    burns: dict[BurnRef, Burn] = field(default_factory=dict)
    burns_of: dict[str, set[BurnRef]] = field(default_factory=dict)
    payers_of: dict[str, set[BurnRef]] = field(default_factory=dict)
    orders: dict[OrderKey, PostedOrder] = field(default_factory=dict)
    order_accruals: dict[OrderKey, tuple[str, ...]] = field(default_factory=dict)
    returned: dict[LineKey, ReturnedLine] = field(default_factory=dict)
    returns: dict[str, PostedReturn] = field(default_factory=dict)
    parked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    redemptions: dict[str, Redemption] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    adjustments: dict[str, Adjustment] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    postponed: dict[str, datetime] = field(default_factory=dict)
    member_uses: dict[MemberLimit, Use] = field(default_factory=dict)
    member_marks: dict[MemberLimit, int] = field(default_factory=dict)
    budgets: dict[BudgetKey, BudgetShare] = field(default_factory=dict)
    sales_sought: set[OrderKey] = field(default_factory=set)
    ladders: dict[str, tuple[Ladder, ...]] = field(default_factory=dict)
    standings: dict[MemberKey, WalletStanding] = field(default_factory=dict)
    purchases: dict[MemberKey, Purchases] = field(default_factory=dict)
    sources: dict[str, tuple[Source, ...]] = field(default_factory=dict)

    def row(self, home: MemberKey) -> Wallet:
        """The row of a home; that of one without a history is empty."""
        return self.wallets.get(home) or Wallet(home)

    def wallet(self, root: MemberKey, homes: Iterable[str]) -> Wallet:
        """The wallet of a root, folded from the rows of its homes."""
        return folded(root, [self.row(MemberKey(root.program, home)) for home in homes])

    def add_accruals(self, wallet: MemberKey, accruals: Iterable[Accrual]) -> None:
        """Takes in accruals that were read, unless a newer state of them is here already."""
        of_wallet = self.of_wallet.setdefault(wallet, set())
        for accrual in accruals:
            self.accruals.setdefault(accrual.accrual_id, accrual)
            of_wallet.add(accrual.accrual_id)

    def add_burns(self, burns: Iterable[Burn]) -> None:
        """Takes in burns that were read, unless a newer state of them is here already."""
        for burn in burns:
            if (burn.program, burn.movement) not in self.burns:
                self.put_burn(burn)

    def expiry_as_read(self, accrual_id: str) -> datetime | None:
        """An accrual's own expiry as the batch met it; None if it is new or never expires."""
        known = self.accruals.get(accrual_id)
        return self.postponed.get(accrual_id) or (known.expire_time if known else None)

    def put_burn(self, burn: Burn) -> None:
        """Takes in the newest state of a burn."""
        ref = (burn.program, burn.movement)
        self.burns[ref] = burn
        self.burns_of.setdefault(burn.accrual_id, set()).add(ref)
        if burn.debtor:
            self.payers_of.setdefault(burn.debtor, set()).add(ref)

    def merge(self, changes: Changes) -> None:
        """Makes the next command of the batch see what this one did."""
        key = changes.wallet.key
        self.wallets.update(changes.rows)
        self.chains.update(changes.chains)
        for accrual in changes.accruals.values():
            before = self.expiry_as_read(accrual.accrual_id)
            if before is not None and before != accrual.expire_time:
                self.postponed[accrual.accrual_id] = before
        self.accruals.update(changes.accruals)
        for accrual in changes.accruals.values():
            self.of_wallet.setdefault(changes.owners.get(accrual.home, key), set()).add(accrual.accrual_id)
        self.unpaid_read.update(changes.born)
        self.payers_read.update(changes.born)
        for burn in changes.burns.values():
            self.put_burn(burn)
        self.orders.update(changes.orders)
        for order in changes.new_orders:
            self.order_accruals.setdefault(order, ())
        self._add_to_orders(changes.born)
        self.returned.update(changes.returned)
        self.returns.update(changes.returns)
        self.redemptions.update(changes.redemptions)
        self.holds.update(changes.holds)
        self.adjustments.update(changes.adjustments)
        self.transfers.update(changes.transfers)
        self._count(changes.limits)
        if changes.standing is not None:
            self.standings[key] = self.standings[key].with_changes(changes.standing)
        if key in self.purchases:
            self.purchases[key] = self.purchases[key].after(changes)

    def _count(self, changes: LimitChanges) -> None:
        """Adds to what was read of limits; what was not is nobody's question in this batch."""
        for member, use in changes.uses.items():
            if member in self.member_uses:
                self.member_uses[member] = self.member_uses[member].plus(use)
        for budget, use in changes.budget_uses.items():
            if budget in self.budgets:
                self.budgets[budget] = self.budgets[budget].after(use)
        self.member_marks.update(changes.marks)
        for budget, mark in changes.budget_marks.items():
            self.budgets[budget] = replace(self.budgets[budget], told=mark)

    def _add_to_orders(self, born: Iterable[str]) -> None:
        """New accruals of sales that are here take their places in accrual order, each sale sorted once."""
        new: defaultdict[OrderKey, list[str]] = defaultdict(list)
        for accrual_id in born:
            accrual = self.accruals[accrual_id]
            new[accrual.program, accrual.order_id].append(accrual_id)
        for order in new.keys() & self.order_accruals.keys():
            ids = (*self.order_accruals[order], *new[order])
            self.order_accruals[order] = tuple(sorted(ids, key=lambda one: self.accruals[one].accrual_order))
