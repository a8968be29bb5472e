"""What a home's row says of when it must be looked at again, as it is after a command."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ledger_service.domain.accrual import NEVER, Accrual
from ledger_service.domain.apply.reading import Reading
from ledger_service.domain.hold import Hold, HoldState
from ledger_service.domain.slice import NeedMore, NeedsTimedOut
from ledger_service.domain.wallet import LONG_AGO, Wallet


class Bounding(Reading):
    """Keeps bounds true that are cheaper than what they stand for."""

    def bounded(self, row: Wallet) -> Wallet:
        """The row of a home of the wallet with its bounds as they are after the command."""
        home = row.key.member
        return replace(
            row,
            next_expire_time=self._next_expiry(home, row) if row.positive else None,
            pending_until=self._pending_until(home, row) if row.positive else None,
            next_hold_time=row.next_hold_time if self.wallet.held else self._next_time_out(home, row),
        )

    def _next_time_out(self, home: str, row: Wallet) -> datetime | None:
        """When a hold of a home is over next, where the wallet holds no points: never, unless it was parted from
        another that does. Such a hold sets aside what is another's by now, and is read to be known."""
        if row.next_hold_time is None or not self.origin.merge_seq:
            return None
        if self._state.timed_out_until.get(self.origin.wallet, LONG_AGO) < NEVER:
            raise NeedMore(NeedsTimedOut(self.origin.wallet, NEVER))
        mine = (hold for hold in self.holds_at_hand() if hold.root == home and hold.state is HoldState.OPEN)
        return min((hold.time_out for hold in mine if hold.parts), default=None)

    def holds_at_hand(self) -> list[Hold]:
        """Holds that are loaded, as they are now."""
        program = self.origin.program
        return [hold for hold in {**self._state.holds, **self._holds}.values() if hold.program == program]

    def _next_expiry(self, home: str, row: Wallet) -> datetime | None:
        """A lower bound of a home's next expiry once all that was due is booked.

        What is at hand may be a part of the home's; along with what is due the store reads whatever expires next, so
        that nothing that was not read expires earlier. An accrual that this batch has emptied or postponed still
        counts as it was read: behind it may lie one that was not.
        """
        known = row.next_expire_time
        if known is None or known > self.post_time:
            return known
        mine = (accrual for accrual in self._accruals_at_hand() if accrual.home == home)
        times = (time for accrual in mine for time in self._lapse_times(accrual))
        return min((time for time in times if time is not None and time > self.post_time), default=None)

    def _pending_until(self, home: str, row: Wallet) -> datetime | None:
        """When the last of what is pending of a home becomes spendable. All of it is at hand once the wallet was
        viewed, so that a wallet is not read for it longer than there is any."""
        known, now = row.pending_until, self.post_time
        if known is None or known <= now:
            return known
        pending = (one for one in self._accruals_at_hand() if one.home == home and one.is_pending(now))
        ready = (accrual.available_time for accrual in pending)
        return max(filter(None, ready), default=None)

    def _lapse_times(self, accrual: Accrual) -> Iterator[datetime | None]:
        """When an accrual lapses, and when it would have if nothing had been postponed since it was read."""
        activity = self.activity_of(accrual.home)
        yield accrual.lapse_time(activity)
        before = self._state.expiry_as_read(accrual.accrual_id)
        if before is not None and before != accrual.expire_time:
            yield replace(accrual, expire_time=before).lapse_time(activity)
