"""Random lives of one member under time, carried out by the state machine and by the model at once."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import ON_EVENT, Accrual, MemberKey
from ledger_service.domain.answers import SweepAnswer
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import AuthorizeRedemption, Command, RedeemPoints, SweepWallet
from ledger_service.domain.due import Figures, seen
from ledger_service.domain.order import DocumentRef, order_id_of
from ledger_service.domain.wallet import Wallet, WalletView
from tests.property.ledger.time_model import TimedLot, TimedMember
from tests.property.ledger.twin import Choose, Done
from tests.support import pure_time
from tests.support.pure_ledger import PureLedger, award, sold, terms

ANA = MemberKey("prg", "ana")
NORTH = terms("north", "1", {})
BEGINNINGS = (
    datetime(2023, 12, 31, 12, tzinfo=UTC),
    datetime(2024, 1, 31, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
    datetime(2025, 8, 31, 6, tzinfo=UTC),
)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
SOON_DAYS = 30


@dataclass
class TimedTwin:
    """Both worlds, and what was done in them."""

    choose: Choose
    pure: PureLedger = field(default_factory=PureLedger)
    member: TimedMember = field(default_factory=TimedMember)
    done: list[Done] = field(default_factory=list)
    reads: list[WalletView] = field(default_factory=list)
    """What was shown before each command."""
    idle_sweeps: bool = True

    def begin(self) -> None:
        """Begins at a month's end."""
        self.pure.at(BEGINNINGS[self.choose(0, len(BEGINNINGS) - 1)])

    def act(self) -> None:
        """One random step, after a wait as often as not."""
        if self.choose(0, 1):
            self.wait()
        kinds = (self.earn, self.earn, self.earn, self.spend, self.hold, self.extend, self.activate, self.cancel)
        [*kinds, self.sweep][self.choose(0, len(kinds))]()

    def wait(self) -> None:
        """Days or months go by, or just until something lapses or a tick before it."""
        now, times = self.pure.now, [lot.lapses(self.member.activity) for lot in self.member.lots if lot.points]
        ahead = sorted(time for time in times if now < time < now + timedelta(days=2_000))
        if ahead and self.choose(0, 2) == 0:
            self.pure.at(ahead[0] - self.choose(0, 1) * TICK)
        else:
            self.pure.pass_time((DAY, 10 * DAY, 29 * DAY, 31 * DAY, 366 * DAY)[self.choose(0, 4)])

    # --- commands

    def earn(self) -> None:
        """A sale of one line."""
        now, name = self.pure.now, f"sale-{len(self.done)}"
        own = (None, DAY, 28 * DAY, 31 * DAY, 365 * DAY)[self.choose(0, 4)]
        months, days = ((0, 0), (1, 0), (6, 0), (12, 0), (0, 30), (1, 1))[self.choose(0, 5)]
        ready = (None, None, 2 * DAY, 40 * DAY)[self.choose(0, 3)]
        expires = None if own is None else now + own + len(self.done) * TICK
        on_event = self.choose(0, 7) == 0
        order_id = order_id_of(self.pure.program, DocumentRef("till", name))
        later = None if ready is None else now + ready
        lot = TimedLot(name, order_id, self.choose(1, 50), now, expires, months, days, later)
        lot.ready = ON_EVENT if on_event else lot.ready
        given = award(
            1,
            lot.points,
            "north",
            available_time=lot.ready,
            expire_time=expires,
            rolling_months=months if expires else 0,
            rolling_days=days if expires else 0,
        )

        def model() -> bool:
            self.member.lots.append(lot)
            self.member.activity = now
            return True

        self._run(self.pure.order_command("ana", name, [sold(1, 1000, "north")], [given]), model)

    def spend(self) -> None:
        """Some points."""
        origin, points = self.pure.origin("ana"), self.choose(1, 60)
        name = f"red-{origin.request_id}"

        def model() -> bool:
            taken = self.member.take(self.pure.now, points)
            self.member.activity = self.pure.now if taken else self.member.activity
            return bool(taken)

        self._run(RedeemPoints(origin, name.encode(), name, points, NORTH, None), model)

    def hold(self) -> None:
        """Some points set aside for a day or for weeks."""
        origin, points, days = self.pure.origin("ana"), self.choose(1, 60), (1, 20)[self.choose(0, 1)]
        name = f"aut-{origin.request_id}"

        def model() -> bool:
            parts = self.member.take(self.pure.now, points)
            for lot, part in parts:
                lot.held += part
            self.member.holds |= {name: (self.pure.now + days * DAY, parts)} if parts else {}
            return bool(parts)

        self._run(AuthorizeRedemption(origin, name.encode(), name, points, NORTH, None, days * 86_400), model)

    def extend(self) -> None:
        """Everything that lapses before a time, or one of the sales."""
        until = self.pure.now + (-1, 5, 100, 500)[self.choose(0, 3)] * DAY + len(self.done) * TICK
        lots = self.member.lots
        named = lots[self.choose(0, len(lots) - 1)] if lots and self.choose(0, 1) else None
        ids = [pure_time.accrual_of(self.pure, named.name).accrual_id] if named else []

        def model() -> bool:
            activity, now = self.member.activity, self.pure.now
            early = [lot for lot in ([named] if named else lots) if now < lot.lapses(activity) < until]
            moved = [lot for lot in early if lot.points or lot.held]
            for lot in moved:
                lot.own = until
            return bool(moved)

        self._run(pure_time.extension(self.pure, "ana", until, ids), model)

    def activate(self) -> None:
        """The pending points of a sale."""
        if not self.member.lots:
            return
        lot = self.member.lots[self.choose(0, len(self.member.lots) - 1)]

        def model() -> bool:
            now = self.pure.now
            pending = (lot.ready or now) > now and lot.points > 0
            lot.ready = now if pending else lot.ready
            return pending

        self._run(pure_time.activation(self.pure, "ana", pure_time.target(self.pure, "ana", lot.name)), model)

    def cancel(self) -> None:
        """The pending points of a sale."""
        if not self.member.lots:
            return
        lot = self.member.lots[self.choose(0, len(self.member.lots) - 1)]

        def model() -> bool:
            pending = (lot.ready or self.pure.now) > self.pure.now and lot.points > 0
            lot.points = 0 if pending else lot.points
            return pending

        self._run(pure_time.cancellation(self.pure, "ana", pure_time.target(self.pure, "ana", lot.name)), model)

    def sweep(self) -> None:
        """What is due. Whether a sweep that books nothing corrects a bound depends on what is at hand, so those are
        left out where histories are compared."""
        if self.idle_sweeps or self._is_due():
            self._sweep()

    def _is_due(self) -> bool:
        member = deepcopy(self.member)
        member.book(self.pure.now)
        return member.expired + member.unheld > 0

    def _sweep(self) -> None:
        self._run(SweepWallet(self.pure.origin("ana")), lambda: None)

    # --- both at once

    def _run(self, command: Command, model: Callable[[], bool | None]) -> None:
        """Carries the command out in both worlds; before it, what a read shows is what the model says. One that is
        refused books nothing."""
        now, before = self.pure.now, deepcopy(self.member)
        self.member.book(now)
        read = self.read()
        self.reads.append(read)
        self._compare(read, now)
        done = model()
        try:
            applied: Applied | None = self.pure.run(command)
            reason = ""
        except Refusal as refusal:
            applied, reason = None, refusal.reason
        assert done is None or done == (applied is not None), reason
        self.done.append(Done(now, command, applied, reason))
        if applied is None:
            if isinstance(command, SweepWallet):
                assert self.member.expired == self.member.unheld == 0
            self.member = before
        else:
            view: WalletView = applied.answer.wallet
            assert (view.balance, view.available, view.pending, view.held) == self.member.shown(now)
            if isinstance(applied.answer, SweepAnswer):
                booked = (applied.answer.expired_points, applied.answer.unheld_points)
                assert booked == (self.member.expired, self.member.unheld)

    def _compare(self, read: WalletView, now: datetime) -> None:
        shown = (read.balance, read.available, read.pending, read.held)
        assert shown == self.member.shown(now)
        assert (read.expiring_soon, read.next_expire_time) == self.member.soon(now, now + SOON_DAYS * DAY)

    def read(self) -> WalletView:
        """The wallet as it is read now, although nobody has booked what is due."""
        state, now = self.pure.state, self.pure.now
        wallet = state.wallets.get(ANA) or Wallet(ANA)
        accruals = [state.accruals[one] for one in state.of_wallet.get(ANA, ())]
        parts = [part for hold in state.holds.values() if hold.time_out <= now for part in hold.parts]
        figures = figures_of(accruals, wallet.last_activity_time, now)
        return seen(wallet, figures, now, now + SOON_DAYS * DAY, parts, {one.accrual_id: one for one in accruals})


def figures_of(accruals: list[Accrual], activity: datetime | None, now: datetime) -> Figures:
    """What a store finds, from all accruals."""
    filled = [one for one in accruals if one.remaining > 0]
    lapsed = [one for one in filled if one.has_lapsed(now, activity)]
    standing = [one for one in filled if one not in lapsed]
    times = [(one.lapse_time(activity), one.remaining) for one in standing]
    soon = now + SOON_DAYS * DAY
    return Figures(
        pending=sum(one.remaining for one in standing if one.waits(now)),
        lapsed=sum(one.remaining for one in lapsed),
        expiring_soon=sum(points for time, points in times if time is not None and time < soon),
        next_expire_time=min((time for time, _ in times if time is not None), default=None),
    )
