"""The slice of state a batch works on, the difference a command makes to it, and what may be missing from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ledger_service.domain.accrual import Accrual, BurnKey, MemberKey
from ledger_service.domain.movement import Link, Movement, MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.wallet import Wallet

LineKey = tuple[str, str, int]
"""Program, order id, line number."""

OrderKey = tuple[str, str]
"""Program, order id."""


class NeedsSpendable(NamedTuple):
    """More of the wallet's positive accruals in burn order than were loaded."""

    wallet: MemberKey


class NeedsDue(NamedTuple):
    """Everything positive that expires up to `until`."""

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


Need = NeedsSpendable | NeedsDue | NeedsPending | NeedsDebts | NeedsBurns


class NeedMore(Exception):  # noqa: N818  not a fault: the store reads on and the command is applied again
    """The slice does not hold enough to decide."""

    def __init__(self, need: Need) -> None:
        super().__init__(need)
        self.need = need


@dataclass(slots=True)
class Slice:
    """Rows read under locks, kept current while the batch's commands are applied.

    It holds prefixes, never whole wallets, and knows what it holds: `frontier` is how far a wallet's positive
    accruals were read in burn order (up to and with that key; None: all; missing: none), `due_until` the time up to
    which what is due was read, `pending_read` and `debts_read` the wallets whose pending accruals and debts are all
    here, `burns` the accruals whose unpaid burns are, `fenced` the wallets whose fence is this batch's own.
    """

    wallets: dict[MemberKey, Wallet] = field(default_factory=dict)
    homes: dict[MemberKey, tuple[str, ...]] = field(default_factory=dict)
    chains: dict[MemberKey, Link] = field(default_factory=dict)
    accruals: dict[str, Accrual] = field(default_factory=dict)
    of_wallet: dict[MemberKey, set[str]] = field(default_factory=dict)
    fenced: set[MemberKey] = field(default_factory=set)
    frontier: dict[MemberKey, BurnKey | None] = field(default_factory=dict)
    due_until: dict[MemberKey, datetime] = field(default_factory=dict)
    pending_read: set[MemberKey] = field(default_factory=set)
    debts_read: set[MemberKey] = field(default_factory=set)
    burns: dict[str, dict[MovementRef, Burn]] = field(default_factory=dict)
    new_burns: dict[str, dict[MovementRef, Burn]] = field(default_factory=dict)
    orders: dict[OrderKey, PostedOrder] = field(default_factory=dict)
    order_accruals: dict[OrderKey, tuple[str, ...]] = field(default_factory=dict)
    returned: dict[LineKey, ReturnedLine] = field(default_factory=dict)

    def add_accruals(self, wallet: MemberKey, accruals: Iterable[Accrual]) -> None:
        """Takes in accruals that were read, unless a newer state of them is here already."""
        of_wallet = self.of_wallet.setdefault(wallet, set())
        for accrual in accruals:
            self.accruals.setdefault(accrual.accrual_id, accrual)
            of_wallet.add(accrual.accrual_id)

    def add_burns(self, accrual_id: str, burns: Iterable[Burn]) -> None:
        """Takes in all unpaid burns of an accrual that were read, under those this batch has written itself."""
        known = {burn.movement: burn for burn in burns}
        known.update(self.new_burns.get(accrual_id, {}))
        self.burns[accrual_id] = known

    def merge(self, changes: "Changes") -> None:
        """Makes the next command of the batch see what this one did."""
        key = changes.wallet.key
        self.wallets[key] = changes.wallet
        self.chains.update(changes.chains)
        self.accruals.update(changes.accruals)
        self.of_wallet.setdefault(key, set()).update(changes.accruals)
        for accrual_id in changes.born:
            self.burns[accrual_id] = {}
        for burn in changes.burns.values():
            self.new_burns.setdefault(burn.accrual_id, {})[burn.movement] = burn
            if burn.accrual_id in self.burns:
                self.burns[burn.accrual_id][burn.movement] = burn
        if changes.order is not None:
            order = (changes.order.program, changes.order.order_id)
            self.orders[order] = changes.order
            self.order_accruals[order] = changes.born
        self.returned.update(changes.returned)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one applied command changes. `born` are the ids of those `accruals` that are new."""

    wallet: Wallet
    chains: dict[MemberKey, Link]
    accruals: dict[str, Accrual]
    born: tuple[str, ...]
    movements: tuple[Movement, ...]
    burns: dict[MovementRef, Burn]
    order: PostedOrder | None = None
    returned: dict[LineKey, ReturnedLine] = field(default_factory=dict)
    posted_return: PostedReturn | None = None
    redemption: Redemption | None = None
