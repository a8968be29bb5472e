"""The rows of the homes that a command may change: those of its own wallet, and of wallets that it reaches into.

A home's row is what the command changes; a wallet is folded from its homes' rows whenever it is asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from ledger_service.domain import refusals
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Origin, RootHomes
from ledger_service.domain.link_refusals import wallets_needed
from ledger_service.domain.slice import Slice
from ledger_service.domain.wallet import LONG_AGO, Wallet, folded, shared


class Purses:
    """Rows by home. MEMBER_MOVED if the command was made on an older state of merges than one of the rows has seen."""

    def __init__(self, state: Slice, origin: Origin) -> None:
        self._state = state
        self._origin = origin
        self._rows: dict[str, Wallet] = {}
        self._touched: set[str] = set()
        self._own: Wallet | None = None
        for wallet in origin.reach:
            for home in wallet.homes:
                row = state.row(MemberKey(origin.program, home))
                # A home of two wallets: what is known of one of them is not so any more.
                if wallet.merge_seq < row.merge_seq or home in self._rows:
                    raise refusals.member_moved(home)
                self._rows[home] = row
        self.before = folded(origin.wallet, [self._rows[home] for home in origin.homes])
        self._touched.update(origin.homes)

    def __copy__(self) -> "Purses":
        """One that goes on by itself: a command goes back to it where it only tried something."""
        twin = object.__new__(Purses)
        twin.__dict__ = {**self.__dict__, "_rows": dict(self._rows), "_touched": set(self._touched)}
        return twin

    def __contains__(self, home: str) -> bool:
        return home in self._rows

    @property
    def own(self) -> Wallet:
        """The command's wallet."""
        if self._own is None:
            self._own = folded(self._origin.wallet, [self._rows[home] for home in self._origin.homes])
        return self._own

    @property
    def last_post_time(self) -> datetime:
        """The latest command of any wallet that is reached."""
        return max((row.last_post_time for row in self._rows.values()), default=LONG_AGO)

    def require(self, homes: Iterable[str]) -> None:
        """WALLETS_NEEDED unless the rows of all these homes are here."""
        missing = sorted({home for home in homes if home not in self._rows})
        if missing:
            raise wallets_needed(self._origin.wallet.member, missing)

    def of(self, home: str) -> Wallet:
        """The row of a home."""
        self.require((home,))
        return self._rows[home]

    def put(self, home: str, row: Wallet) -> None:
        """Takes in the new state of a home's row."""
        self._rows[home] = row
        self._touched.add(home)
        self._own = None

    def own_rows(self) -> Iterator[tuple[str, Wallet]]:
        """The rows of the wallet's own homes."""
        return ((home, self._rows[home]) for home in self._origin.homes)

    def join(self) -> None:
        """From here on the wallet's homes live by what they share: the latest activity of any of them."""
        if len(self._origin.homes) > 1:
            wallet = self.own
            for home, row in self.own_rows():
                if row.last_activity_time != wallet.last_activity_time:
                    self.put(home, replace(row, last_activity_time=wallet.last_activity_time))

    def close(self, wallet: Wallet) -> None:
        """Writes what the wallet's homes share into all their rows; and for each other wallet that was touched its
        next version."""
        # A batch that holds a lease puts its fence into what it writes.
        fence = max(wallet.fence, self._state.fences.get(wallet.key, 0))
        now = replace(wallet, merge_seq=self._origin.merge_seq, fence=fence)
        for home, row in self.own_rows():
            self.put(home, shared(row, now))
        for other in self._origin.others:
            if not self._touched.isdisjoint(other.homes):
                self._close_other(other, wallet.last_post_time)

    def _close_other(self, other: RootHomes, post_time: datetime) -> None:
        whole = folded(other.wallet, [self._rows[home] for home in other.homes])
        after = replace(whole, version=whole.version + 1, last_post_time=post_time, merge_seq=other.merge_seq)
        for home in other.homes:
            row = self._rows[home]
            # What rolls lives on by the home's own activity until its wallet joins it with that of others.
            self.put(home, shared(row, replace(after, last_activity_time=row.last_activity_time)))

    @property
    def new(self) -> tuple[MemberKey, ...]:
        """Those of them that were not there before."""
        return tuple(key for key in self.changed if key not in self._state.wallets)

    @property
    def changed(self) -> dict[MemberKey, Wallet]:
        """The rows to be written."""
        return {MemberKey(self._origin.program, home): self._rows[home] for home in sorted(self._touched)}
