"""The difference that one applied command makes."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.hold import Hold
from ledger_service.domain.limits import NOTHING_COUNTED, LimitChanges
from ledger_service.domain.movement import Link, Movement, MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.standing.wallet import StandingChanges
from ledger_service.domain.transfer import Transfer
from ledger_service.domain.wallet import Wallet

LineKey = tuple[str, str, int]
"""Program, order id, line number."""

OrderKey = tuple[str, str]
"""Program, order id."""


class ActivityKey(NamedTuple):
    """One brand's share of a home's local day, in one currency of sale."""

    program: str
    home: str
    day: date
    brand: str
    currency: str


class MixedKey(NamedTuple):
    """A home's orders of a local day over the same several brands, sorted."""

    program: str
    home: str
    day: date
    brands: tuple[str, ...]


class ActivityChange(NamedTuple):
    """What a command adds to a share of a day; below 0 where it takes off."""

    spend: int
    base_points: int
    all_points: int
    orders: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What one applied command changes: the last state of everything it touched.

    `wallet` is the command's own, folded; `rows` are the homes' rows behind it, and behind any other wallet that was
    touched, of which `new_rows` are of homes without a history. `born` are the ids of those `accruals` that are new;
    `new_orders` and `new_redemptions` likewise. `moved_orders` lie under another home from now on, and so says their
    directory entry in `moved_sales`. `activity` and `mixed` are differences, unlike all others: what is added to the
    days of homes, and to their orders over several brands. `owners` says whose the homes of other wallets are that
    were touched. `standing` is None where the program has no ladders or the member's standing is none of the
    command's business.
    """

    wallet: Wallet
    rows: dict[MemberKey, Wallet]
    new_rows: tuple[MemberKey, ...]
    chains: dict[MemberKey, Link]
    accruals: dict[str, Accrual]
    born: tuple[str, ...]
    movements: tuple[Movement, ...]
    burns: dict[MovementRef, Burn]
    orders: dict[OrderKey, PostedOrder] = field(default_factory=dict)
    new_orders: tuple[OrderKey, ...] = ()
    returned: dict[LineKey, ReturnedLine] = field(default_factory=dict)
    returns: dict[str, PostedReturn] = field(default_factory=dict)
    redemptions: dict[str, Redemption] = field(default_factory=dict)
    new_redemptions: tuple[str, ...] = ()
    holds: dict[str, Hold] = field(default_factory=dict)
    adjustments: dict[str, Adjustment] = field(default_factory=dict)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    moved_orders: tuple[OrderKey, ...] = ()
    moved_sales: dict[bytes, str] = field(default_factory=dict)
    activity: dict[ActivityKey, ActivityChange] = field(default_factory=dict)
    mixed: dict[MixedKey, int] = field(default_factory=dict)
    limits: LimitChanges = NOTHING_COUNTED
    standing: StandingChanges | None = None
    owners: dict[str, MemberKey] = field(default_factory=dict)
