"""Holds and captures against a model that knows nothing of accruals, movements or slices: heaps of points with an
expiry, and what lies beside them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.movement import MovementKind
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending, capturing

RATE = Fraction(3, 7)
LINDEN = terms("linden", "3/7", {"north": "1"})
FAR = 10**9


class Refused(Exception):  # noqa: N818  the model's answer
    """The reason."""


@dataclass
class Heap:
    """Points earned at once; `expires` in seconds from the beginning."""

    free: int
    expires: int
    held: int = 0


@dataclass
class Held:
    """An authorization: points of heaps by number, and what was captured of it."""

    until: int
    heaps: dict[int, int]
    points: int
    state: str = "open"
    captured: int = 0
    worth: int = 0


@dataclass
class Shelf:
    """The model: one member."""

    now: int = 0
    heaps: list[Heap] = field(default_factory=list)
    holds: list[Held] = field(default_factory=list)
    spent: int = 0
    cents: int = 0

    def settle(self) -> None:
        """What time has done: over at the instant, whether or not anybody looked."""
        for hold in sorted(self.holds, key=lambda hold: hold.until):
            if hold.state == "open" and hold.until <= self.now:
                self.end(hold, "timed_out")
        for heap in self.heaps:
            if heap.expires <= self.now:
                heap.free = 0

    def end(self, hold: Held, state: str) -> None:
        for number, points in hold.heaps.items():
            self.heaps[number].held -= points
            self.heaps[number].free += 0 if self.heaps[number].expires <= self.now else points
        hold.heaps, hold.state = {}, state

    def turn(self) -> list[int]:
        """Heaps by expiry, then as they came."""
        return sorted(range(len(self.heaps)), key=lambda number: (self.heaps[number].expires, number))

    @property
    def available(self) -> int:
        return sum(heap.free for heap in self.heaps)

    def take(self, points: int) -> dict[int, int]:
        if points > self.available:
            raise Refused("INSUFFICIENT_POINTS")
        taken: dict[int, int] = {}
        for number in self.turn():
            part = min(points - sum(taken.values()), self.heaps[number].free)
            if part:
                taken[number] = part
                self.heaps[number].free -= part
        return taken

    def earn(self, points: int, lasts: int) -> None:
        self.heaps.append(Heap(points, self.now + lasts))

    def authorize(self, points: int, seconds: int) -> None:
        if int(points * RATE) == 0:
            raise Refused("WORTH_NOTHING")
        self.holds.append(Held(self.now + seconds, self.set_aside(points), points))

    def set_aside(self, points: int) -> dict[int, int]:
        taken = self.take(points)
        for number, part in taken.items():
            self.heaps[number].held += part
        return taken

    def open(self, which: int) -> Held:
        hold = self.holds[which % len(self.holds)]
        if hold.state != "open":
            raise Refused("AUTHORIZATION_ENDED")
        return hold

    def increase(self, which: int, points: int) -> None:
        hold = self.open(which)
        for number, part in self.set_aside(points).items():
            hold.heaps[number] = hold.heaps.get(number, 0) + part
        hold.points += points

    def capture(self, which: int, points: int, release: bool) -> int:
        hold = self.open(which)
        points = points or sum(hold.heaps.values())
        if points > sum(hold.heaps.values()):
            raise Refused("CAPTURE_EXCEEDS_HOLD")
        worth = int((hold.captured + points) * RATE) - hold.worth
        if worth == 0:
            raise Refused("WORTH_NOTHING")
        left = points
        for number in self.turn():
            part = min(left, hold.heaps.get(number, 0))
            left -= part
            if part:
                self.heaps[number].held -= part
                hold.heaps[number] -= part
        hold.captured, hold.worth = hold.captured + points, hold.worth + worth
        self.spent, self.cents = self.spent + points, self.cents + worth
        if release or not sum(hold.heaps.values()):
            self.end(hold, "cleared")
        return worth

    def void(self, which: int) -> None:
        self.end(self.open(which), "voided")

    def redeem(self, points: int) -> int:
        worth = int(points * RATE)
        if worth == 0:
            raise Refused("WORTH_NOTHING")
        self.take(points)
        self.spent, self.cents = self.spent + points, self.cents + worth
        return worth


POINTS = st.integers(1, 60)
WHICH = st.integers(0, 5)
SECONDS = st.integers(1, 300)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), POINTS, st.one_of(SECONDS, st.just(FAR))),
        st.tuples(st.just("authorize"), POINTS, SECONDS),
        st.tuples(st.just("increase"), WHICH, POINTS),
        st.tuples(st.just("capture"), WHICH, st.integers(0, 60), st.booleans()),
        st.tuples(st.just("order"), WHICH, st.integers(0, 60), st.booleans()),
        st.tuples(st.just("void"), WHICH),
        st.tuples(st.just("redeem"), POINTS),
        st.tuples(st.just("wait"), SECONDS),
    ),
    max_size=25,
)


class Pair:
    """The ledger and the model, told the same."""

    def __init__(self) -> None:
        self.real, self.model = PureSpending(PureLedger()), Shelf()
        self.begin: datetime = self.real.ledger.now
        self.ids: list[str] = []
        self.earned = 0

    def do(self, action: str, *told: Any) -> None:
        if action == "wait":
            self.model.now += told[0]
            self.real.ledger.at(self.begin + timedelta(seconds=self.model.now))
            return
        if action in ("increase", "capture", "order", "void") and not self.ids:
            return
        if action == "earn":
            # What is earned at one instant goes by order id, which is a hash.
            self.do("wait", 1)
        self.model.settle()
        before = (self.state(), len(self.real.ledger.events))
        expected, heard = self.expected(action, *told), self.heard(action, *told)
        assert heard == expected
        if isinstance(expected, str):
            assert (self.state(), len(self.real.ledger.events)) == before
        else:
            self.same()

    def expected(self, action: str, *told: Any) -> int | str | None:
        """What the model says: a worth, a reason, or nothing."""
        act = getattr(self.model, "capture" if action == "order" else action)
        try:
            worth: int | None = act(*told)
        except Refused as refused:
            return str(refused)
        return worth

    def heard(self, action: str, *told: Any) -> int | str | None:
        """What the ledger says."""
        try:
            worth: int | None = getattr(self, action)(*told)
        except Refusal as refusal:
            return refusal.reason
        return worth

    def earn(self, points: int, lasts: int) -> None:
        self.earned += 1
        expires = None if lasts == FAR else self.begin + timedelta(seconds=self.model.now + lasts)
        self.real.ledger.post_order(
            "ana", f"sale-{self.earned:03}", [sold(1, 100, "north")], [award(1, points, "north", expire_time=expires)]
        )

    def authorize(self, points: int, seconds: int) -> None:
        self.ids.append(self.real.authorize("ana", points, LINDEN, seconds=seconds).authorization.authorization_id)

    def increase(self, which: int, points: int) -> None:
        self.real.increase("ana", self.ids[which % len(self.ids)], points)

    def capture(self, which: int, points: int, release: bool) -> int:
        held = self.ids[which % len(self.ids)]
        return self.real.capture("ana", held, points, release_rest=release).redemption.value.minor_units

    def order(self, which: int, points: int, release: bool) -> int:
        self.earned += 1
        tender = capturing(self.ids[which % len(self.ids)], points, release_rest=release)
        lines = [sold(1, 500, "linden"), sold(2, 700, "linden")]
        return self.real.sell("ana", f"sale-{self.earned:03}", lines, [tender]).redemptions[0].value.minor_units

    def void(self, which: int) -> None:
        self.real.void("ana", self.ids[which % len(self.ids)])

    def redeem(self, points: int) -> int:
        return self.real.ledger.redeem("ana", points, LINDEN).redemption.value.minor_units

    # --- the same afterwards

    def state(self) -> dict[str, tuple[int, int]]:
        """Remaining and held by accrual."""
        accruals = self.real.ledger.state.accruals.values()
        return {one.accrual_id: (one.remaining, one.held) for one in accruals}

    def same(self) -> None:
        state = self.real.ledger.state
        wallet = state.wallets[MemberKey("prg", "ana")]
        mine = sorted(
            state.accruals.values(),
            key=lambda one: self.real.ledger.state.orders["prg", one.order_id].document.ref.document_id,
        )
        assert [(one.remaining, one.held) for one in mine] == [(heap.free, heap.held) for heap in self.model.heaps]
        assert wallet.held == sum(heap.held for heap in self.model.heaps)
        assert wallet.balance == wallet.held + self.model.available
        for name, hold in zip(self.ids, self.model.holds, strict=True):
            real = state.holds[name]
            assert real.spending is not None
            assert (real.state.value, real.points) == (hold.state, sum(hold.heaps.values()))
            assert (real.spending.captured_points, real.spending.captured_value) == (hold.captured, hold.worth)
            assert real.points + real.spending.captured_points <= real.spending.points
            assert hold.worth == int(hold.captured * RATE)
        self.books()

    def books(self) -> None:
        """All that was ever spent, by movements, pieces and obligations."""
        events = self.real.ledger.events
        burnt = [r.movement for event in events for r in event.movements if r.movement.kind is MovementKind.REDEEMED]
        assert sum(movement.points for movement in burnt) == self.model.spent
        pieces = [piece for one in self.real.ledger.state.redemptions.values() for piece in one.pieces]
        assert sorted((p.movement, p.points, p.value) for p in pieces) == sorted(
            (m.ref, m.points, m.settlement.value.minor_units) for m in burnt if m.settlement.value
        )
        cents = self.model.cents
        assert self.real.ledger.positions() == ({"north": -cents, "linden": cents} if cents else {})


@settings(max_examples=examples(62), deadline=None)
@given(ACTIONS)
def test_holds_and_captures_do_what_the_model_does(actions: list[tuple[Any, ...]]) -> None:
    pair = Pair()
    # They lapse in another order than they came, so that one of several heaps shows whose points were taken.
    for lasts in (FAR, 260, 290):
        pair.do("earn", 20, lasts)
    for action in actions:
        pair.do(*action)
