"""Wallets: the balance of a canonical member in one program, the unit of serialization.

A wallet is the fold of its homes' rows (docs/adr/0055). The row of a home has the totals and bounds of that home alone;
what the homes share (version, times, fence, state of merges) each command writes alike into all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chassis.values.integers import checked
from ledger_service.domain.accrual import MemberKey

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wallet:
    """Running totals over the accruals of all homes of a root; the row of one home where `key` is that home's.

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


def folded(key: MemberKey, homes: Sequence[Wallet]) -> Wallet:
    """The wallet of a root, from the rows of its homes: at least one."""
    if len(homes) == 1 and homes[0].key == key:
        return homes[0]
    return Wallet(
        key=key,
        version=max(home.version for home in homes),
        balance=checked(sum(home.balance for home in homes), "balance"),
        positive=checked(sum(home.positive for home in homes), "points"),
        held=checked(sum(home.held for home in homes), "held points"),
        debt=checked(sum(home.debt for home in homes), "debt"),
        last_post_time=max(home.last_post_time for home in homes),
        last_activity_time=max(_known(home.last_activity_time for home in homes), default=None),
        next_expire_time=min(_known(home.next_expire_time for home in homes), default=None),
        pending_until=max(_known(home.pending_until for home in homes), default=None),
        fence=max(home.fence for home in homes),
        merge_seq=max(home.merge_seq for home in homes),
        next_hold_time=min(_known(home.next_hold_time for home in homes), default=None),
    )


def _known(times: Iterable[datetime | None]) -> list[datetime]:
    return [time for time in times if time is not None]


def shared(home: Wallet, wallet: Wallet) -> Wallet:
    """The row of a home with what its wallet's homes share."""
    if home is wallet:
        return home
    return replace(
        home,
        version=wallet.version,
        last_post_time=wallet.last_post_time,
        last_activity_time=wallet.last_activity_time,
        fence=wallet.fence,
        merge_seq=wallet.merge_seq,
    )


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
