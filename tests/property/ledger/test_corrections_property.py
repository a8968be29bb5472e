"""Corrections among sales, returns and spending: what is fully returned ends at nothing, and there and back is neutral.

The sums of docs/DOMAIN.md §2 are checked after every step, from the movements alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.commands import Award
from ledger_service.domain.movement import HELD_SIGN, REMAINING_SIGN
from ledger_service.domain.order import ReturnBasis
from tests.support.examples import examples
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_people import People

EXPIRY = NOON + timedelta(days=10)
LINDEN = terms("linden", "1", {"north": "1", "harbor": "1"})

grants = st.lists(st.integers(0, 50), min_size=2, max_size=2)
"""Points of two rules on one line; 0: the rule does not pay."""
steps = st.lists(
    st.one_of(
        st.tuples(st.just("return"), st.integers(1, 3)),
        st.tuples(st.just("correct"), grants),
        st.tuples(st.just("recount"), st.integers(1, 9), grants),
        st.tuples(st.just("spend"), st.integers(1, 60)),
        st.tuples(st.just("earn"), st.integers(1, 30)),
        st.tuples(st.just("wait"), st.integers(1, 7)),
    ),
    max_size=12,
)


def awards_of(points: Sequence[int]) -> list[Award]:
    """What the sale should have earned."""
    return [
        award(1, each, "north", rule=f"rule-{ordinal}", ordinal=ordinal, expire_time=EXPIRY)
        for ordinal, each in enumerate(points, start=1)
        if each
    ]


class History:
    """A sale of one line, and what happens to it and around it."""

    def __init__(self, pieces: int, points: Sequence[int]) -> None:
        self.ledger, self.pieces, self.extras = PureLedger(), pieces, 0
        self.people = People(self.ledger)
        self.points = list(points)
        self.ledger.post_order("ana", "sale", [sold(1, 1000, "north", quantity=pieces)], awards_of(points))

    def take(self, step: tuple[object, ...]) -> None:
        """One step; a refused one changes nothing."""
        before = len(self.ledger.events)
        try:
            getattr(self, f"_{step[0]}")(*step[1:])
        except Refusal:
            assert len(self.ledger.events) == before
        check_sums(self.ledger)

    def _return(self, pieces: int) -> None:
        self.ledger.give_back("ana", self._name(), "sale", {1: (ReturnBasis.QUANTITY, pieces)})

    def _correct(self, points: Sequence[int]) -> None:
        self.people.correct("ana", "sale", awards_of(points))
        self.points = list(points)

    def _recount(self, pieces: int, points: Sequence[int]) -> None:
        self.people.correct("ana", "sale", awards_of(points), sold(1, 1000, "north", quantity=pieces))
        self.points, self.pieces = list(points), pieces

    def _spend(self, points: int) -> None:
        self.ledger.redeem("ana", points, LINDEN)

    def _earn(self, points: int) -> None:
        self.ledger.post_order("ana", self._name(), [sold(1, 100, "harbor")], [award(1, points, "harbor")])

    def _wait(self, days: int) -> None:
        self.ledger.pass_time(timedelta(days=days))

    def return_the_rest(self) -> None:
        """Everything that has not come back comes back."""
        with suppress(Refusal):
            # Refused where nothing is left to come back.
            self.ledger.give_back("ana", self._name(), "sale", {1: (ReturnBasis.WHOLE, None)})

    def of_sale(self) -> list[Accrual]:
        """The sale's accruals."""
        return self.people.accruals(self.people.order("sale").order_id)

    def _name(self) -> str:
        self.extras += 1
        return f"extra-{self.extras}"


def check_sums(ledger: PureLedger) -> None:
    """Movements sum to accruals, accruals to the wallet; what corrections moved is what `corrected` and `shift` say;
    nobody owes more than what was spent and not repaid."""
    sums: dict[str, int] = defaultdict(int)
    corrected: dict[str, int] = defaultdict(int)
    for event in ledger.events:
        for recorded in event.movements:
            move = recorded.movement
            sign = REMAINING_SIGN[move.kind] + HELD_SIGN.get(move.kind, 0)
            sums[move.accrual_id] += sign * move.points
            if move.kind.value == "adjusted":
                corrected[move.accrual_id] += move.points
    accruals = ledger.state.accruals
    for accrual in accruals.values():
        assert accrual.remaining + accrual.held == sums[accrual.accrual_id]
        assert corrected[accrual.accrual_id] == accrual.corrected - accrual.shift
        burns = [burn for burn in ledger.state.burns.values() if burn.accrual_id == accrual.accrual_id]
        assert accrual.debt <= sum(burn.unpaid for burn in burns)
    [wallet] = ledger.state.wallets.values()
    assert wallet.balance == sum(one.remaining + one.held for one in accruals.values())
    assert wallet.debt == sum(one.debt for one in accruals.values())


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 9), grants, steps)
def test_what_is_fully_returned_leaves_nothing_but_unpaid_debt(
    pieces: int, points: list[int], history: list[tuple[object, ...]]
) -> None:
    sale = History(pieces, points)
    for step in history:
        sale.take(step)
    sale.return_the_rest()
    check_sums(sale.ledger)
    for accrual in sale.of_sale():
        burns = [burn for burn in sale.ledger.state.burns.values() if burn.accrual_id == accrual.accrual_id]
        # What others paid for it before a correction gave it points again stays with it.
        spent = sum(burn.unrestored for burn in burns)
        repaid = sum(burn.repaid_points for burn in burns)
        assert accrual.remaining + accrual.held == repaid - spent


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 9), grants, steps, grants)
def test_correcting_there_and_back_is_neutral(
    pieces: int, points: list[int], history: list[tuple[object, ...]], other: list[int]
) -> None:
    sale = History(pieces, points)
    for step in history:
        if step[0] != "wait":
            sale.take(step)
    balance = sale.ledger.state.wallets[sale.ledger.origin("ana").wallet].balance
    back = list(sale.points)
    sale.take(("correct", other))
    sale.take(("correct", back))
    assert sale.ledger.state.wallets[sale.ledger.origin("ana").wallet].balance == balance


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(1, 9), grants, st.integers(1, 9), grants)
def test_a_correction_before_a_return_and_after_it_come_to_the_same(
    pieces: int, points: list[int], returned: int, other: list[int]
) -> None:
    balances = []
    for order in (("return", "correct"), ("correct", "return")):
        sale = History(pieces, points)
        for step in order:
            sale.take((step, returned) if step == "return" else (step, other))
        balances.append(sum(one.remaining for one in sale.of_sale()))
    assert balances[0] == balances[1]
