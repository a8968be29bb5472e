"""The difference that one applied command makes."""

from dataclasses import dataclass, field

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.hold import Hold
from ledger_service.domain.movement import Link, Movement, MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.transfer import Transfer
from ledger_service.domain.wallet import Wallet

LineKey = tuple[str, str, int]
"""Program, order id, line number."""

OrderKey = tuple[str, str]
"""Program, order id."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one applied command changes: the last state of everything it touched.

    `born` are the ids of those `accruals` that are new; `new_orders` and `new_redemptions` likewise. `moved_orders`
    lie under another home from now on, and so says their directory entry in `moved_sales`.
    """

    wallet: Wallet
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
