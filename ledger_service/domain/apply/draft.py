"""A command's working copy of the slice: every movement goes through `move`, which keeps all sums in step."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.answers import Answer
from ledger_service.domain.apply.outcome import Applied, Stamp, Subject, event_of
from ledger_service.domain.apply.sums import carrying_change, moved, rebalanced
from ledger_service.domain.commands import Origin
from ledger_service.domain.event import RecordedMovement
from ledger_service.domain.movement import (
    BIRTHS,
    CHAIN_START,
    NOTHING_OWED,
    Cause,
    Link,
    Movement,
    MovementKind,
    MovementRef,
    Settlement,
    movement_hash,
)
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.slice import (
    Changes,
    LineKey,
    NeedMore,
    NeedsBurns,
    NeedsDebts,
    NeedsDue,
    NeedsPending,
    NeedsSpendable,
    Slice,
)
from ledger_service.domain.wallet import LONG_AGO, Wallet, WalletView, view_of


class Draft:
    """Reads fall through to the slice, writes stay here until the command has succeeded."""

    def __init__(self, state: Slice, origin: Origin, stamp: Stamp) -> None:
        self._state = state
        self.origin = origin
        self.stamp = stamp
        wallet = state.wallets.get(origin.wallet) or Wallet(origin.wallet)
        if origin.merge_seq < wallet.merge_seq:
            raise refusals.member_moved(origin.home)
        clock = origin.occur_time if origin.replay_clock else stamp.now
        self.post_time = max(clock, wallet.last_post_time)
        self.wallet = replace(wallet, merge_seq=origin.merge_seq)
        self._chains: dict[MemberKey, Link] = {}
        self._accruals: dict[str, Accrual] = {}
        self._born: list[str] = []
        self._movements: list[RecordedMovement] = []
        self._burns: dict[MovementRef, Burn] = {}
        self._burns_of: defaultdict[str, dict[MovementRef, Burn]] = defaultdict(dict)

    # --- reading

    def spendable(self) -> list[Accrual]:
        """The wallet's spendable accruals in burn order, as far as they are loaded."""
        key = self.wallet.key
        if key not in self._state.frontier and self._had_points():
            raise NeedMore(NeedsSpendable(key))
        frontier = self._state.frontier.get(key)
        found = [accrual for accrual in self._accruals_at_hand() if accrual.is_spendable(self.post_time)]
        if frontier is not None:
            # Beyond the frontier lie accruals that were not read: one of them may come first.
            found = [accrual for accrual in found if accrual.burn_key <= frontier]
        return sorted(found, key=lambda accrual: accrual.burn_key)

    def require_all_spendable(self) -> None:
        """Raises NeedMore unless `spendable` shows all there are."""
        if self._state.frontier.get(self.wallet.key) is not None:
            raise NeedMore(NeedsSpendable(self.wallet.key))

    def _had_points(self) -> bool:
        before = self._state.wallets.get(self.wallet.key)
        return before is not None and before.positive > 0

    def debtors(self) -> list[Accrual]:
        """The wallet's accruals in debt, oldest first."""
        key = self.wallet.key
        found = [accrual for accrual in self._accruals_at_hand() if accrual.debt > 0]
        if sum(accrual.debt for accrual in found) < self.wallet.debt and key not in self._state.debts_read:
            raise NeedMore(NeedsDebts(key))
        return sorted(found, key=lambda accrual: accrual.burn_key)

    def unpaid_burns(self, accrual: Accrual) -> list[Burn]:
        """The burns of an accrual that a repayment may still pay, latest first."""
        known = self._state.burns.get(accrual.accrual_id)
        if known is None and accrual.accrual_id not in self._born:
            raise NeedMore(NeedsBurns(self.wallet.key, accrual.home, accrual.accrual_id))
        burns = {**(known or {}), **self._burns_of[accrual.accrual_id]}
        return sorted(
            (burn for burn in burns.values() if burn.unpaid > 0), key=lambda burn: burn.movement, reverse=True
        )

    def order(self, order_id: str) -> PostedOrder | None:
        """A posted order of the command's program."""
        return self._state.orders.get((self.origin.program, order_id))

    def order_accruals(self, order_id: str) -> list[Accrual]:
        """The accruals of an order, in accrual order."""
        ids = self._state.order_accruals.get((self.origin.program, order_id), ())
        return [self._accrual(accrual_id) for accrual_id in ids]

    def returned(self, key: LineKey) -> ReturnedLine | None:
        """What earlier commands have returned of a line."""
        return self._state.returned.get(key)

    def latest(self, accrual: Accrual) -> Accrual:
        """The accrual as this command has left it so far."""
        return self._accrual(accrual.accrual_id)

    def _accrual(self, accrual_id: str) -> Accrual:
        return self._accruals.get(accrual_id) or self._state.accruals[accrual_id]

    def _accruals_at_hand(self) -> list[Accrual]:
        ids = self._state.of_wallet.get(self.wallet.key, set()) | self._accruals.keys()
        return [self._accrual(accrual_id) for accrual_id in ids]

    # --- moving points

    def bear(self, accrual: Accrual, cause_id: str) -> None:
        """Begins an accrual with its granted points; one that has lapsed already expires at once."""
        self._born.append(accrual.accrual_id)
        self.move(accrual, MovementKind.EARNED, accrual.granted, Cause.ORDER, cause_id, accrual.line_number)
        expiry, ready = accrual.expire_time, accrual.available_time
        if expiry is not None and expiry <= self.post_time:
            # The wallet's next expiry stays: it says that something else is due, and nothing was read for this one.
            self._expire(self._accrual(accrual.accrual_id))
            return
        wallet = self.wallet
        self.wallet = replace(
            wallet,
            next_expire_time=_earliest(wallet.next_expire_time, expiry),
            pending_until=max(ready, wallet.pending_until or ready) if ready else wallet.pending_until,
        )

    def expire_due(self) -> None:
        """Books what has lapsed by now, so that it cannot be spent although no sweep has run."""
        key, due = self.wallet.key, self.wallet.next_expire_time
        if due is None or due > self.post_time:
            return
        if self._state.due_until.get(key, LONG_AGO) < self.post_time:
            raise NeedMore(NeedsDue(key, self.post_time))
        lapsed = [accrual for accrual in self._accruals_at_hand() if accrual.is_due(self.post_time)]
        for accrual in sorted(lapsed, key=lambda accrual: accrual.burn_key):
            self._expire(accrual)

    def _expire(self, accrual: Accrual) -> None:
        self.move(accrual, MovementKind.EXPIRED, accrual.remaining, Cause.TIME, "")

    def move(
        self,
        accrual: Accrual,
        kind: MovementKind,
        points: int,
        cause: Cause,
        cause_id: str,
        line_number: int = 0,
        settlement: Settlement = NOTHING_OWED,
    ) -> Movement:
        """Appends a movement to `accrual` (as it stands now) and keeps accrual, wallet and chain in step."""
        after = moved(accrual, kind, points)
        born = accrual if kind in BIRTHS else None
        link = self._chains.get(accrual.home_key) or self._state.chains.get(accrual.home_key, CHAIN_START)
        movement = Movement(
            home=accrual.home,
            sequence=link.length + 1,
            accrual_id=accrual.accrual_id,
            kind=kind,
            points=points,
            remaining_after=after.remaining,
            held_after=after.held,
            cause=cause,
            cause_id=cause_id,
            line_number=line_number,
            settlement=settlement,
            carrying=carrying_change(accrual, after),
            occur_time=self.origin.occur_time,
            post_time=self.post_time,
            available_time=accrual.available_time if born else None,
            expire_time=accrual.expire_time if born else None,
            hash=b"",
        )
        linked = replace(movement, hash=movement_hash(link.hash, accrual.program, movement, born))
        self._chains[accrual.home_key] = Link(linked.sequence, linked.hash)
        self._accruals[accrual.accrual_id] = after
        self._movements.append(RecordedMovement(linked, after))
        self.wallet = rebalanced(self.wallet, accrual, after)
        return linked

    def put_burn(self, burn: Burn) -> None:
        """Takes in a new or changed burn."""
        self._burns[burn.movement] = burn
        self._burns_of[burn.accrual_id][burn.movement] = burn

    # --- finishing

    def close(self) -> WalletView:
        """Ends the moving of points: the wallet has its next version, shown as answers show it."""
        wallet, now = self.wallet, self.post_time
        lapsed = wallet.next_expire_time is not None and wallet.next_expire_time <= now
        self.wallet = replace(
            wallet,
            version=wallet.version + 1,
            last_post_time=now,
            last_activity_time=now,
            next_expire_time=self._next_expiry() if lapsed else wallet.next_expire_time,
        )
        return self.view()

    def view(self) -> WalletView:
        """The wallet as it stands in this command."""
        return view_of(self.wallet, self._pending(), 0, self.post_time)

    def _pending(self) -> int:
        key, now = self.wallet.key, self.post_time
        if self.wallet.pending_until is None or self.wallet.pending_until <= now:
            return 0
        if self._was_pending(now) and key not in self._state.pending_read:
            raise NeedMore(NeedsPending(key, now))
        return sum(accrual.remaining for accrual in self._accruals_at_hand() if accrual.is_pending(now))

    def _was_pending(self, now: datetime) -> bool:
        """True if something was pending before this command, so that it must be read."""
        before = self._state.wallets.get(self.wallet.key)
        return before is not None and before.pending_until is not None and before.pending_until > now

    def _next_expiry(self) -> datetime | None:
        """A lower bound of the next expiry once all that was due is booked.

        What is at hand may be a part of the wallet; along with what is due the store reads whatever expires next, so
        that nothing that was not read expires earlier. An accrual that this batch has emptied still counts: behind it
        may lie one that was not read.
        """
        times = (a.expire_time for a in self._accruals_at_hand() if a.expire_time is not None)
        return min((time for time in times if time > self.post_time), default=None)

    def finish(
        self,
        answer: Answer,
        subject: Subject,
        order: PostedOrder | None = None,
        returned: dict[LineKey, ReturnedLine] | None = None,
        posted_return: PostedReturn | None = None,
        redemption: Redemption | None = None,
    ) -> Applied:
        """The command's difference, event and answer; call after `close`."""
        changes = Changes(
            wallet=self.wallet,
            chains=self._chains,
            accruals=self._accruals,
            born=tuple(self._born),
            movements=tuple(recorded.movement for recorded in self._movements),
            burns=self._burns,
            order=order,
            returned=returned or {},
            posted_return=posted_return,
            redemption=redemption,
        )
        event = event_of(self.origin, self.stamp, subject, changes, self._movements, self.post_time)
        return Applied(changes, event, answer)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((time for time in (one, other) if time is not None), default=None)
