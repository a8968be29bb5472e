"""Wallets: the balance of a canonical member in one program, the unit of serialization."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ledger_service.domain.accrual import MemberKey

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wallet:
    """Running totals over the accruals of all homes of a root.

    `positive` is Σ max(remaining, 0), `debt` is Σ max(0, −(remaining + held)), `balance` is Σ(remaining + held).
    `next_expire_time` is a lower bound of the earliest expiry of anything positive, `pending_until` an upper bound
    of the latest time at which anything pending becomes spendable, `next_hold_time` a lower bound of the earliest
    time-out of a hold: they say cheaply that nothing is due or pending. `last_activity_time` is the last earning or
    spending.
    """

    key: MemberKey
    version: int = 0
    balance: int = 0
    positive: int = 0
    held: int = 0
    debt: int = 0
    last_post_time: datetime = LONG_AGO
    last_activity_time: datetime | None = None
    next_expire_time: datetime | None = None
    pending_until: datetime | None = None
    fence: int = 0
    merge_seq: int = 0
    next_hold_time: datetime | None = None

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """What says when it must be looked at again."""
        return self.next_expire_time, self.next_hold_time


@dataclass(frozen=True, slots=True)
class WalletView:
    """A wallet as answers show it, as of one moment. `available` is never below 0."""

    program: str
    root: str
    balance: int
    available: int
    pending: int
    held: int
    debt: int
    version: int
    as_of: datetime
    expiring_soon: int = 0
    next_expire_time: datetime | None = None


def view_of(wallet: Wallet, pending: int, lapsed: int, as_of: datetime) -> WalletView:
    """The wallet at `as_of`, given what is pending then and what has lapsed but was not booked yet."""
    return WalletView(
        program=wallet.key.program,
        root=wallet.key.member,
        balance=wallet.balance - lapsed,
        available=max(0, wallet.positive - lapsed - pending - wallet.debt),
        pending=pending,
        held=wallet.held,
        debt=wallet.debt,
        version=wallet.version,
        as_of=as_of,
    )
