"""What a command sees: the slice under its own changes, and when it needs more than is at hand."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from ledger_service.domain.accrual import NEVER, Accrual, MemberKey
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.apply.limit_counters import LimitCounters, Whose
from ledger_service.domain.apply.outcome import Stamp
from ledger_service.domain.apply.purses import Purses
from ledger_service.domain.changes import LineKey, OrderKey
from ledger_service.domain.commands import Origin
from ledger_service.domain.event import RecordedMovement
from ledger_service.domain.explanation import Judgement
from ledger_service.domain.hold import Hold
from ledger_service.domain.member_tiers import days_needed, tier_on
from ledger_service.domain.movement import Link, MovementKind, MovementRef
from ledger_service.domain.order import PostedOrder, PostedReturn, ReturnedLine
from ledger_service.domain.purchases import Purchases
from ledger_service.domain.redemption import Burn, Redemption
from ledger_service.domain.scope import SpendingPlace
from ledger_service.domain.slice import (
    NeedMore,
    NeedsBurns,
    NeedsDebts,
    NeedsDue,
    NeedsPayers,
    NeedsSpendable,
    NeedsStanding,
    NeedsTimedOut,
    Slice,
)
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.wallet import HomeTier, WalletStanding
from ledger_service.domain.transfer import Transfer
from ledger_service.domain.wallet import LONG_AGO, Wallet

BurnOrder = Callable[[Accrual], Any]
"""A sort key: which accrual is spent before which."""


class Reading:
    """Reads fall through to the slice; what the command has changed so far lies over it."""

    def __init__(self, state: Slice, origin: Origin, stamp: Stamp) -> None:
        self._state = state
        self.origin = origin
        self.stamp = stamp
        self.purses = Purses(state, origin)
        clock = origin.occur_time if origin.replay_clock else stamp.now
        self.post_time = max(clock, self.purses.last_post_time)
        self._chains: dict[MemberKey, Link] = {}
        self._accruals: dict[str, Accrual] = {}
        self._born: list[str] = []
        self._movements: list[RecordedMovement] = []
        self._burns: dict[MovementRef, Burn] = {}
        self._burns_of: dict[str, tuple[MovementRef, ...]] = {}
        self._payers_of: dict[str, tuple[MovementRef, ...]] = {}
        self._orders: dict[OrderKey, PostedOrder] = {}
        self._new_orders: list[OrderKey] = []
        self._returned: dict[LineKey, ReturnedLine] = {}
        self._returns: dict[str, PostedReturn] = {}
        self._redemptions: dict[str, Redemption] = {}
        self._new_redemptions: list[str] = []
        self._holds: dict[str, Hold] = {}
        self._adjustments: dict[str, Adjustment] = {}
        self._transfers: dict[str, Transfer] = {}
        self._moved_orders: list[OrderKey] = []
        self._moved_sales: dict[bytes, str] = {}
        self._judgements: list[Judgement] = []
        self.limits = LimitCounters(state, Whose(origin.program, origin.home, origin.homes))
        self._home_tiers: dict[str, HomeTier] = {}

    # --- whose

    @property
    def wallet(self) -> Wallet:
        """The command's wallet as it stands now."""
        return self.purses.own

    def activity_of(self, home: str) -> datetime | None:
        """The last activity by which what rolls of a home lives on."""
        return self.purses.of(home).last_activity_time

    def _is_own(self, accrual: Accrual) -> bool:
        """True of an accrual of the wallet's own homes, not one of those that the command reaches into."""
        return accrual.home in self.origin.homes

    # --- accruals

    def spendable(self, place: SpendingPlace | None = None, order: BurnOrder | None = None) -> list[Accrual]:
        """The wallet's accruals that can be spent (at `place`, if one is given), in burn order, as far as they are
        loaded; all of them if an `order` other than the default is asked for."""
        key = self.wallet.key
        if key not in self._state.frontier and self._had_points():
            raise NeedMore(NeedsSpendable(key))
        if order is not None:
            self.require_all_spendable()
        now = self.post_time
        frontier = self._state.frontier.get(key)
        at_hand = self._accruals_at_hand()
        allowed = (accrual for accrual in at_hand if place is None or place.allows(accrual.scope))
        found = [accrual for accrual in allowed if accrual.is_spendable(now, self.activity_of(accrual.home))]
        found = [accrual for accrual in found if not self._goes_back(accrual)]
        if frontier is not None:
            # Beyond the frontier lie accruals that were not read: one of them may come first.
            found = [accrual for accrual in found if accrual.burn_key <= frontier]
        return sorted(found, key=order or (lambda accrual: accrual.burn_key))

    def _goes_back(self, accrual: Accrual) -> bool:
        """True for points that go back to the existing program that they came from: nobody spends them any more."""
        return self.import_gone(accrual) is not None

    def import_gone(self, accrual: Accrual) -> str | None:
        """The import of points that go back, or have gone, to the existing program that they came from."""
        imports = (source.gone.get(accrual.order_id) for source in self._state.sources.get(accrual.program, ()))
        return next(filter(None, imports), None)

    def require_all_spendable(self) -> None:
        """Raises NeedMore unless `spendable` shows all there are."""
        if self._state.frontier.get(self.wallet.key) is not None:
            raise NeedMore(NeedsSpendable(self.wallet.key))

    def _had_points(self) -> bool:
        return self.purses.before.positive > 0

    def debtors(self) -> list[Accrual]:
        """The wallet's accruals in debt, oldest first."""
        key = self.wallet.key
        found = [accrual for accrual in self._accruals_at_hand() if accrual.debt > 0]
        if sum(accrual.debt for accrual in found) < self.wallet.debt and key not in self._state.debts_read:
            raise NeedMore(NeedsDebts(key))
        return sorted(found, key=lambda accrual: accrual.burn_key)

    def accrual(self, accrual_id: str) -> Accrual | None:
        """An accrual that the command names, as it stands now."""
        known = self._accruals.get(accrual_id) or self._state.accruals.get(accrual_id)
        # Another command of the batch may have named what is not this wallet's.
        mine = known is not None and known.program == self.origin.program and self._is_own(known)
        return known if mine else None

    def known(self, accrual_id: str) -> Accrual:
        """An accrual that something of the wallet names, as it stands now. Wallets that were one may have been parted
        since: WALLETS_NEEDED if it lies in another than those the command reaches; LookupError if it was not read."""
        known = self._accruals.get(accrual_id) or self._state.accruals.get(accrual_id)
        if known is None:
            self.purses.require(self._state.strange.get(self.origin.wallet, ()))
            raise LookupError(f"accrual {accrual_id} was not read")
        if known.home not in self.purses:
            self.purses.require({known.home, *self._state.strange.get(self.origin.wallet, ())})
        return known

    def latest(self, accrual: Accrual) -> Accrual:
        """The accrual as this command has left it so far."""
        return self._accrual(accrual.accrual_id)

    def _accrual(self, accrual_id: str) -> Accrual:
        return self._accruals.get(accrual_id) or self._state.accruals[accrual_id]

    def _accruals_at_hand(self) -> list[Accrual]:
        """What is loaded of the wallet's own homes."""
        ids = self._state.of_wallet.get(self.origin.wallet, set()) | self._accruals.keys()
        found = (self._accrual(accrual_id) for accrual_id in ids)
        return [accrual for accrual in found if self._is_own(accrual)]

    # --- time

    @property
    def wallet_before(self) -> Wallet:
        """The wallet as it was before anything was booked."""
        return self.purses.before

    def points_moved(self, kind: MovementKind) -> int:
        """Points of one kind of movement so far, those of what was due included."""
        moves = (recorded.movement for recorded in self._movements)
        return sum(movement.points for movement in moves if movement.kind is kind)

    def lapsing_until(self, until: datetime) -> list[Accrual]:
        """The wallet's accruals with points, held ones included, that lapse by `until`, in burn order."""
        key, wallet, state = self.wallet.key, self.wallet, self._state
        if wallet.next_expire_time is not None and state.due_until.get(key, LONG_AGO) < until:
            raise NeedMore(NeedsDue(key, until))
        if wallet.next_hold_time is not None and state.timed_out_until.get(key, LONG_AGO) < NEVER:
            raise NeedMore(NeedsTimedOut(key, NEVER))
        filled = (one for one in self._accruals_at_hand() if one.remaining > 0 or one.held > 0)
        found = (one for one in filled if one.has_lapsed(until, self.activity_of(one.home)))
        return sorted(found, key=lambda accrual: accrual.burn_key)

    # --- burns

    def burn(self, ref: MovementRef) -> Burn:
        """A redeemed movement that the command's redemptions or payers name."""
        return self._burns.get(ref) or self._state.burns[self.origin.program, ref]

    def unpaid_burns(self, accrual: Accrual) -> list[Burn]:
        """The burns of an accrual that a repayment may still pay, latest first."""
        accrual_id = accrual.accrual_id
        if accrual_id not in self._state.unpaid_read and accrual_id not in self._born:
            raise NeedMore(NeedsBurns(self.wallet.key, accrual.home, accrual_id))
        refs = {ref for _, ref in self._state.burns_of.get(accrual_id, ())} | {*self._burns_of.get(accrual_id, ())}
        burns = (self.burn(ref) for ref in refs)
        return sorted((burn for burn in burns if burn.unpaid > 0), key=lambda burn: burn.movement, reverse=True)

    def payers(self, debtor: Accrual) -> list[Burn]:
        """The burns that paid debts of an accrual and were not given back yet, newest first."""
        accrual_id = debtor.accrual_id
        if accrual_id not in self._state.payers_read and accrual_id not in self._born:
            raise NeedMore(NeedsPayers(self.wallet.key, accrual_id))
        refs = {ref for _, ref in self._state.payers_of.get(accrual_id, ())} | {*self._payers_of.get(accrual_id, ())}
        burns = (self.burn(ref) for ref in refs)
        standing = (burn for burn in burns if burn.unrestored > 0)
        return sorted(standing, key=lambda burn: (burn.post_time, burn.movement), reverse=True)

    # --- standing

    @property
    def ladders(self) -> tuple[Ladder, ...]:
        """The program's ladders."""
        return self._state.ladders.get(self.origin.program, ())

    @property
    def today(self) -> date:
        """The date by the program's clock, UTC."""
        return self.post_time.date()

    @property
    def homes(self) -> tuple[str, ...]:
        """The homes whose activity is the wallet's."""
        return self._state.homes.get(self.wallet.key, self.origin.homes)

    @property
    def standing_before(self) -> WalletStanding | None:
        """Where the member stood before the command; None: it was not read."""
        return self._state.standings.get(self.wallet.key)

    @property
    def purchases_before(self) -> Purchases:
        """How often the member had bought before the command. Read with the batch for whatever rests on it: later, what
        the batch has done so far would be missing."""
        return self._state.purchases[self.wallet.key]

    def tier_before(self, ladder_id: str, day: date) -> str:
        """The member's tier of a day on a ladder, as it was before the command; empty: none, or no such ladder."""
        ladders = [ladder for ladder in self.ladders if ladder.ladder_id == ladder_id]
        if not ladders:
            return ""
        standing = self.standing_before or WalletStanding()
        since = days_needed(ladders, standing, self.homes, day)
        if self.standing_before is None or since < standing.since:
            raise NeedMore(NeedsStanding(self.wallet.key, since))
        return tier_on(ladders[0], standing, self.homes, day)

    # --- what the command has changed so far

    def changed_accruals(self) -> Iterator[tuple[Accrual, Accrual | None]]:
        """Accruals as they are now and as they were before; None: they are new."""
        return ((accrual, self._state.accruals.get(accrual_id)) for accrual_id, accrual in self._accruals.items())

    def changed_sales(self) -> set[str]:
        """Ids of sales whose document was changed, or of whose lines something came back."""
        return {order_id for _, order_id in self._orders} | {order_id for _, order_id, _ in self._returned}

    @property
    def home_tiers(self) -> Mapping[str, HomeTier]:
        """Tiers set by hand, by id, that the command sets or ends."""
        return self._home_tiers

    def before(self) -> "Reading":
        """The slice without anything that the command did."""
        return Reading(self._state, self.origin, self.stamp)

    # --- documents

    def looked_for_sale(self, order_id: str) -> bool:
        """True if a sale was read, or is known not to be one of the ledger's."""
        key = (self.origin.program, order_id)
        return key in self._orders or key in self._state.orders or key in self._state.sales_sought

    def order(self, order_id: str) -> PostedOrder | None:
        """A posted order of the command's program."""
        key = (self.origin.program, order_id)
        return self._orders.get(key) or self._state.orders.get(key)

    def order_before(self, order_id: str) -> PostedOrder | None:
        """A posted order as it was before the command."""
        return self._state.orders.get((self.origin.program, order_id))

    def order_accruals(self, order_id: str) -> list[Accrual]:
        """The accruals of an order, in accrual order."""
        ids = self._state.order_accruals.get((self.origin.program, order_id), ())
        new = (accrual_id for accrual_id in self._born if self._accruals[accrual_id].order_id == order_id)
        return sorted((self._accrual(one) for one in {*ids, *new}), key=lambda accrual: accrual.accrual_order)

    def returned(self, key: LineKey) -> ReturnedLine | None:
        """What has come back of a line so far."""
        return self._returned.get(key) or self._state.returned.get(key)

    def posted_return(self, return_id: str) -> PostedReturn | None:
        """A return that the command names."""
        return self._returns.get(return_id) or self._state.returns.get(return_id)

    def parked_for(self, order_id: str) -> tuple[PostedReturn, ...]:
        """Returns that wait for a sale which the command posts."""
        return tuple(self._state.returns[return_id] for return_id in self._state.parked.get(order_id, ()))

    def is_elsewhere(self, order_id: str) -> bool:
        """True if a sale that a parked return names was posted, but not in this wallet."""
        return order_id in self._state.elsewhere

    def redemption(self, redemption_id: str) -> Redemption | None:
        """A redemption of the wallet that the command names."""
        known = self._redemptions.get(redemption_id) or self._state.redemptions.get(redemption_id)
        return known if known is not None and self._is_mine(known.program, known.root) else None

    def hold(self, hold_id: str) -> Hold | None:
        """A hold of the wallet that the command names."""
        known = self._holds.get(hold_id) or self._state.holds.get(hold_id)
        return known if known is not None and self._is_mine(known.program, known.root) else None

    def redemption_of_sale(self, redemption_id: str) -> Redemption | None:
        """A redemption that paid for a sale of the wallet. It stays with the root that spent, who may be another by
        now: WALLETS_NEEDED if the command does not reach that one's wallet."""
        known = self._redemptions.get(redemption_id) or self._state.redemptions.get(redemption_id)
        if known is not None:
            self.purses.require({known.root})
        return known

    def announced(self, return_id: str) -> Hold | None:
        """What an announced return of a sale of the wallet holds. It stays with the root of the day it was announced;
        WALLETS_NEEDED as for redemptions."""
        known = self._holds.get(return_id) or self._state.holds.get(return_id)
        if known is None or known.program != self.origin.program:
            return None
        if known.parts:
            self.purses.require({known.root})
        return known if known.parts or known.root in self.origin.homes else None

    def _is_mine(self, program: str, root: str) -> bool:
        """True of the wallet's own; another command of the batch may have named another wallet's."""
        return program == self.origin.program and root in self.origin.homes

    def adjustment(self, adjustment_id: str) -> Adjustment | None:
        """An adjustment of the wallet that the command names."""
        return self._adjustments.get(adjustment_id) or self._state.adjustments.get(adjustment_id)

    def transfer(self, transfer_id: str) -> Transfer | None:
        """A transfer of the wallet that the command names."""
        return self._transfers.get(transfer_id) or self._state.transfers.get(transfer_id)
