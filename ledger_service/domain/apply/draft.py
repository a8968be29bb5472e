"""A command's working copy of the slice: every movement goes through `move`, which keeps all sums in step."""

import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ledger_service.domain.accrual import Accrual
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.answers import Answer
from ledger_service.domain.apply.bounds import Bounding
from ledger_service.domain.apply.outcome import Applied, Subject, event_of
from ledger_service.domain.apply.standing import Settled, settle
from ledger_service.domain.apply.sums import carrying_change, moved, rebalanced
from ledger_service.domain.changes import Changes
from ledger_service.domain.event import RecordedMovement
from ledger_service.domain.explanation import Judgement
from ledger_service.domain.hold import HeldPart, Hold, HoldKind, HoldState
from ledger_service.domain.movement import (
    ACTIVITIES,
    CHAIN_START,
    NOTHING_OWED,
    Cause,
    Link,
    Movement,
    MovementKind,
    Settlement,
    movement_hash,
)
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.pooling import PoolingState
from ledger_service.domain.pooling_refusals import pooling_state, source_leaving
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.slice import NeedMore, NeedsDue, NeedsPending, NeedsTimedOut
from ledger_service.domain.sources import SPENDING
from ledger_service.domain.standing.wallet import HomeTier
from ledger_service.domain.transfer import Transfer
from ledger_service.domain.wallet import LONG_AGO, Wallet, WalletView, view_of

HOLD_CAUSES = {HoldKind.AUTHORIZATION: Cause.AUTHORIZATION, HoldKind.RETURN: Cause.RETURN}


class Draft(Bounding):
    """Writes stay here until the command has succeeded."""

    _settled: Settled | None = None

    # --- what time has done

    def book_due(self) -> None:
        """Books what time has done by now: time-outs of holds, then expiries. So nothing that is over can be spent
        although no sweep has run."""
        self._time_out()
        self._expire_due()
        # What had lapsed by its own home's activity is not revived by that of homes that joined it.
        self.purses.join()

    def _time_out(self) -> None:
        key, due = self.wallet.key, self.wallet.next_hold_time
        if due is None or due > self.post_time:
            return
        if self._state.timed_out_until.get(key, LONG_AGO) < self.post_time:
            raise NeedMore(NeedsTimedOut(key, self.post_time))
        # A hold that lies with a home absorbed since is the wallet's too.
        mine = [hold for hold in self.holds_at_hand() if hold.root in self.origin.homes]
        over = [hold for hold in mine if hold.state is HoldState.OPEN and hold.time_out <= self.post_time]
        for hold in sorted(over, key=lambda hold: (hold.time_out, hold.hold_id)):
            self.end_hold(hold, HoldState.TIMED_OUT)
        # One that this batch has ended still counts: behind it may lie one that was not read.
        for home, row in list(self.purses.own_rows()):
            later = (hold.time_out for hold in mine if hold.root == home and hold.time_out > self.post_time)
            self.purses.put(home, replace(row, next_hold_time=min(later, default=None)))

    def _expire_due(self) -> None:
        key, due = self.wallet.key, self.wallet.next_expire_time
        if due is None or due > self.post_time:
            return
        if self._state.due_until.get(key, LONG_AGO) < self.post_time:
            raise NeedMore(NeedsDue(key, self.post_time))
        now = self.post_time
        lapsed = [one for one in self._accruals_at_hand() if one.is_due(now, self.activity_of(one.home))]
        for accrual in sorted(lapsed, key=lambda accrual: accrual.burn_key):
            self.expire(accrual)

    def has_lapsed(self, accrual: Accrual) -> bool:
        """True if points of an accrual could not be spent any more."""
        return accrual.has_lapsed(self.post_time, self.activity_of(accrual.home))

    def expire(self, accrual: Accrual) -> None:
        """Lets what remains of an accrual lapse."""
        self.move(accrual, MovementKind.EXPIRED, accrual.remaining, Cause.TIME, "")

    # --- moving points

    def bear(
        self,
        accrual: Accrual,
        cause_id: str,
        kind: MovementKind = MovementKind.EARNED,
        cause: Cause = Cause.ORDER,
    ) -> None:
        """Begins an accrual with its granted points; one that has lapsed already expires at once."""
        self._born.append(accrual.accrual_id)
        self.move(accrual, kind, accrual.granted, cause, cause_id, accrual.line_number, born=True)
        if self.has_lapsed(accrual):
            self.expire(self._accrual(accrual.accrual_id))

    def hold_points(self, accrual: Accrual, points: int, hold_id: str, kind: HoldKind) -> HeldPart:
        """Sets points of an accrual aside."""
        self.move(accrual, MovementKind.HELD, points, HOLD_CAUSES[kind], hold_id)
        return HeldPart(accrual.home, accrual.accrual_id, points)

    def unhold_points(self, part: HeldPart, points: int, hold_id: str, kind: HoldKind) -> None:
        """Frees points of an accrual; what fell due meanwhile expires."""
        accrual = self.known(part.accrual_id)
        self.move(accrual, MovementKind.UNHELD, points, HOLD_CAUSES[kind], hold_id)
        freed = self._accrual(part.accrual_id)
        if freed.remaining > 0 and self.has_lapsed(freed):
            self.expire(freed)

    def end_hold(self, hold: Hold, state: HoldState) -> Hold:
        """Frees everything a hold still holds and leaves it in `state`."""
        for part in hold.parts:
            self.unhold_points(part, part.points, hold.hold_id, hold.kind)
        ended = replace(hold, state=state, parts=())
        self.put_hold(ended)
        return ended

    def reschedule(
        self,
        accrual: Accrual,
        cause: Cause,
        cause_id: str,
        available_time: datetime | None = None,
        expire_time: datetime | None = None,
    ) -> Movement:
        """Gives an accrual new times; None leaves one as it is."""
        times = (available_time, expire_time)
        return self.move(accrual, MovementKind.RESCHEDULED, 0, cause, cause_id, times=times)

    def move(
        self,
        accrual: Accrual,
        kind: MovementKind,
        points: int,
        cause: Cause,
        cause_id: str,
        line_number: int = 0,
        settlement: Settlement = NOTHING_OWED,
        from_held: bool = False,
        born: bool = False,
        times: tuple[datetime | None, datetime | None] = (None, None),
    ) -> Movement:
        """Appends a movement to `accrual` (as it stands now) and keeps accrual, its home's row and chain in step.

        `from_held`: the points are taken from those set aside. `times`: new spendable time and expiry, where set.
        """
        if (kind, cause) in SPENDING:
            self._require_no_border(accrual)
        row = self.purses.of(accrual.home)
        after = moved(accrual, kind, points, from_held)
        if born:
            times = (accrual.available_time, accrual.expire_time)
        else:
            available_time, expire_time = times
            if available_time or expire_time:
                after = replace(
                    after,
                    available_time=available_time or after.available_time,
                    expire_time=expire_time or after.expire_time,
                )
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
            available_time=times[0],
            expire_time=times[1],
            hash=b"",
        )
        linked = replace(movement, hash=movement_hash(link.hash, accrual.program, movement, accrual if born else None))
        self._chains[accrual.home_key] = Link(linked.sequence, linked.hash)
        self.limits.count(None if born else accrual, after)
        self._accruals[accrual.accrual_id] = after
        self._movements.append(RecordedMovement(linked, after))
        self.purses.put(accrual.home, self._timed(rebalanced(row, accrual, after), after))
        return linked

    def _require_no_border(self, accrual: Accrual) -> None:
        """Nothing crosses the border of an existing program that is leaving or has left: SOURCE_LEAVING,
        POOLING_STATE."""
        for source in self._state.sources.get(accrual.program, ()):
            if source.bars(accrual, self.origin.location_id):
                if source.state is PoolingState.LEAVING:
                    raise source_leaving(source.source)
                raise pooling_state(source.source, source.state.name)

    def _timed(self, row: Wallet, accrual: Accrual) -> Wallet:
        """A home's row with its bounds kept true for points that are there now. What has lapsed already is for the
        caller to expire: the bound stays, since it says that something else is due which was not read for this one."""
        if accrual.remaining <= 0:
            return row
        ready, lapse_time = accrual.available_time, accrual.lapse_time(row.last_activity_time)
        known = row.next_expire_time
        if lapse_time is not None and lapse_time > self.post_time and (known is None or lapse_time < known):
            row = replace(row, next_expire_time=lapse_time)
        if ready is not None and ready > (row.pending_until or self.post_time):
            row = replace(row, pending_until=ready)
        return row

    # --- documents

    def put_accrual(self, accrual: Accrual) -> None:
        """Takes in facts of an accrual that no movement changes (`corrected`, `shift`)."""
        self.limits.count(self._accrual(accrual.accrual_id), accrual)
        self._accruals[accrual.accrual_id] = accrual

    def put_burn(self, burn: Burn) -> None:
        """Takes in a new or changed burn."""
        if burn.movement not in self._burns:
            self._burns_of[burn.accrual_id] = (*self._burns_of.get(burn.accrual_id, ()), burn.movement)
            if burn.debtor:
                self._payers_of[burn.debtor] = (*self._payers_of.get(burn.debtor, ()), burn.movement)
        self._burns[burn.movement] = burn

    def put_order(self, order: PostedOrder, new: bool = False) -> None:
        """Takes in a new or changed order."""
        key = (order.program, order.order_id)
        self._orders[key] = order
        if new:
            self._new_orders.append(key)

    def put_returned(self, line: ReturnedLine) -> None:
        """Takes in what has come back of a line."""
        self._returned[line.program, line.order_id, line.line_number] = line

    def put_return(self, posted: PostedReturn) -> None:
        """Takes in a new or changed return."""
        self._returns[posted.return_id] = posted

    def put_redemption(self, redemption: Redemption, new: bool = False) -> None:
        """Takes in a new or changed redemption."""
        self._redemptions[redemption.redemption_id] = redemption
        if new:
            self._new_redemptions.append(redemption.redemption_id)

    def put_hold(self, hold: Hold) -> None:
        """Takes in a new or changed hold."""
        self._holds[hold.hold_id] = hold
        if hold.state is HoldState.OPEN:
            # The time-out lies with the hold, wherever the points do.
            row = self.purses.of(hold.root)
            earliest = min(filter(None, (row.next_hold_time, hold.time_out)))
            self.purses.put(hold.root, replace(row, next_hold_time=earliest))

    def put_adjustment(self, adjustment: Adjustment) -> None:
        """Takes in a new or changed adjustment."""
        self._adjustments[adjustment.adjustment_id] = adjustment

    def put_transfer(self, transfer: Transfer) -> None:
        """Takes in a new or changed transfer."""
        self._transfers[transfer.transfer_id] = transfer

    def move_sale(self, key: bytes, order: PostedOrder) -> None:
        """Takes in a sale under another home than it lay under; its directory entry `key` follows it there."""
        self.put_order(order)
        self._moved_orders.append((order.program, order.order_id))
        self._moved_sales[key] = order.home

    def put_tier(self, tier: HomeTier) -> None:
        """Takes in a new or changed tier set by hand."""
        self._home_tiers[tier.manual.manual_id] = tier

    def judge(self, judgements: Iterable[Judgement]) -> None:
        """Takes in why rules gave what they gave; the event tells it."""
        self._judgements += judgements

    # --- trying

    def savepoint(self) -> dict[str, Any]:
        """What the command has done so far, to go back to."""
        kept = ("_state", "origin", "stamp")
        return {name: copy.copy(value) for name, value in vars(self).items() if name not in kept}

    def roll_back(self, savepoint: dict[str, Any]) -> None:
        """Forgets everything since `savepoint`."""
        vars(self).update(savepoint)

    # --- finishing

    def close(self, activity: bool = False) -> WalletView:
        """Ends the moving of points: the wallet has its next version, shown as answers show it. `activity`: what the
        member earned or spent by it prolongs what rolls."""
        self._send_back()
        now = self.post_time
        moves = (recorded.movement for recorded in self._movements)
        active = activity and any((movement.kind, movement.cause) in ACTIVITIES for movement in moves)
        view = self.view()
        for home, row in list(self.purses.own_rows()):
            self.purses.put(home, self.bounded(row))
        wallet = self.wallet
        last_activity = now if active else wallet.last_activity_time
        self.purses.close(
            replace(wallet, version=wallet.version + 1, last_post_time=now, last_activity_time=last_activity)
        )
        return replace(view, version=self.wallet.version)

    def _send_back(self) -> None:
        """What was given back to points that have left with their existing program goes on to it (docs/adr/0071). Of
        what is held somebody else takes the rest, once that has ended."""
        for accrual in sorted(self._accruals.values(), key=lambda accrual: accrual.burn_key):
            gone = self.import_gone(accrual)
            if gone is not None and accrual.remaining > 0 and not accrual.held:
                self.move(accrual, MovementKind.REVERSED, accrual.remaining, Cause.IMPORT, gone, accrual.line_number)

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
        until = self.purses.before.pending_until
        return until is not None and until > now

    def settle(self, day: date | None = None) -> Settled:
        """Counts what the command did towards the member's standing; call after `close`. `day`: ladders are followed
        up to it, even if nothing counts."""
        if self._settled is None:
            self._settled = settle(self, day)
        return self._settled

    def finish(self, answer: Answer, subject: Subject) -> Applied:
        """The command's difference, event and answer; call after `close`."""
        settled = self.settle()
        changes = Changes(
            wallet=self.wallet,
            rows=self.purses.changed,
            new_rows=self.purses.new,
            chains=self._chains,
            accruals=self._accruals,
            born=tuple(self._born),
            movements=tuple(recorded.movement for recorded in self._movements),
            burns=self._burns,
            orders=self._orders,
            new_orders=tuple(self._new_orders),
            returned=self._returned,
            returns=self._returns,
            redemptions=self._redemptions,
            new_redemptions=tuple(self._new_redemptions),
            holds=self._holds,
            adjustments=self._adjustments,
            transfers=self._transfers,
            moved_orders=tuple(self._moved_orders),
            moved_sales=self._moved_sales,
            activity=settled.activity,
            mixed=settled.mixed,
            standing=settled.standing,
            limits=self.limits.changes,
            owners={home: other.wallet for other in self.origin.others for home in other.homes},
        )
        event = event_of(self.origin, self.stamp, subject, changes, self._movements, self._judgements, self.post_time)
        return Applied(changes, event, answer)
