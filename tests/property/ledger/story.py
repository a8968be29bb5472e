"""A member's random life with points: sales, holds, redemptions, returns, restores, and time that passes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.hold import HoldState
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import ReturnPolicy, SpentPoints
from ledger_service.domain.redemption import RedemptionTerms
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_restores import DEBT, bring_back, burns, redemption, restore, spend
from tests.support.pure_spend import PureSpending

ENTITIES = ("north", "harbor", "peak", "linden")
SHARES = ("1", "1/2", "9/10", "3/7")
RATES = ("4/5", "1", "7/3", "1/3")
FUNDERS: Sequence[Mapping[str, int]] = (
    {},
    {"north": 6_500, "harbor": 2_000, "peak": 1_500},
    {"harbor": 5_000, "linden": 5_000},
)

Choose = Callable[[int, int], int]
T = TypeVar("T")


class Story:
    """`choose` draws a number between two, both included. What is drawn decides everything."""

    def __init__(self, choose: Choose, policy: ReturnPolicy = DEBT, ledger: PureLedger | None = None) -> None:
        self.choose = choose
        self.policy = policy
        self.ledger = ledger or PureLedger()
        self.spending = PureSpending(self.ledger)
        self.sales: dict[str, int] = {}
        self.holds: list[str] = []
        self.redemptions: list[str] = []
        self.withheld = 0

    def act(self) -> None:
        """One random act; then what must hold after every command does."""
        acts = (self.sell, self.redeem, self.redeem, self.give_back, self.give_points_back, self.wait, self.hold)
        try:
            self._one(acts)()
        except Refusal as refusal:
            if refusal.reason not in ("INSUFFICIENT_POINTS", "WORTH_NOTHING"):
                raise
        self._check()

    def _check(self) -> None:
        assert sum(self.ledger.positions().values()) == 0
        for burn in burns(self.ledger):
            assert 0 <= burn.restored_points <= burn.points
            assert 0 <= burn.repaid_points <= burn.points
            assert 0 <= burn.restored_price <= burn.price.minor_units
            assert 0 <= burn.repaid_price <= burn.price.minor_units
            if self.policy.spent is SpentPoints.DEBT:
                assert burn.restored_points + burn.repaid_points <= burn.points

    def wait(self) -> None:
        """Days pass."""
        self.ledger.pass_time(timedelta(days=self.choose(1, 40)))

    def sell(self) -> None:
        """A sale of one line and several pieces, carried by one entity or by several."""
        name = f"sale-{len(self.sales)}"
        quantity = self.choose(1, 4)
        points, brand = self.choose(1, 300), self._one(ENTITIES)
        given = award(
            1,
            points,
            brand,
            funders=self._one(FUNDERS) or None,
            rate=PointRate("USD", Ratio.of(self._one(RATES))),
            expire_time=self._one((None, self.ledger.now + timedelta(days=60))),
        )
        self.ledger.post_order("ana", name, [sold(1, 1000, brand, quantity)], [given])
        self.sales[name] = quantity

    def redeem(self) -> None:
        """Points are spent in one step."""
        if points := self._some_points():
            self.redemptions.append(spend(self.ledger, points, self._terms()))

    def hold(self) -> None:
        """Points are set aside for an hour or a month, captured in part, or freed."""
        open_holds = [one for one in self.holds if self._is_open(one)]
        if open_holds and self.choose(0, 2):
            held = self._one(open_holds)
            if self.choose(0, 2) == 0:
                self.spending.void("ana", held)
            else:
                points = self.choose(1, self.spending.hold(held).points)
                captured = self.spending.capture("ana", held, points).redemption
                self.redemptions.append(captured.redemption_id)
        elif points := self._some_points():
            seconds = self._one((3_600, 30 * 86_400))
            answer = self.spending.authorize("ana", points, self._terms(), seconds=seconds)
            self.holds.append(answer.authorization.authorization_id)

    def give_back(self) -> None:
        """Pieces of a sale come back."""
        open_sales = [name for name, left in self.sales.items() if left]
        if not open_sales:
            return
        name = self._one(open_sales)
        pieces = self.choose(1, self.sales[name])
        self.sales[name] -= pieces
        lines = {1: (ReturnBasis.QUANTITY, pieces)}
        answer = bring_back(self.ledger, f"return-{len(self.ledger.events)}", name, lines, self.policy)
        self.withheld += answer.withheld.minor_units if answer.withheld else 0

    def give_points_back(self) -> None:
        """A part of a redemption is restored."""
        if standing := self._standing():
            one = self._one(standing)
            restore(self.ledger, one, self.choose(1, self._left(one)), self.policy)

    def undo(self) -> None:
        """Frees all that is held and restores all that was ever spent, in any order and in parts."""
        for held in self.holds:
            if self._is_open(held):
                self.spending.void("ana", held)
        while standing := self._standing():
            one = self._one(standing)
            restore(self.ledger, one, self.choose(0, self._left(one)), self.policy)
            self._check()

    def _some_points(self) -> int:
        wallet = self.ledger.state.wallets.get(self.ledger.origin("ana").wallet)
        available = 0 if wallet is None else wallet.positive - wallet.debt
        return self.choose(3, available) if available >= 3 else 0

    def _is_open(self, hold_id: str) -> bool:
        hold = self.spending.hold(hold_id)
        return hold.state is HoldState.OPEN and hold.time_out > self.ledger.now

    def _standing(self) -> list[str]:
        return [one for one in self.redemptions if self._left(one)]

    def _left(self, redemption_id: str) -> int:
        one = redemption(self.ledger, redemption_id)
        return one.points - one.restored_points

    def _terms(self) -> RedemptionTerms:
        brand = self._one(ENTITIES)
        return terms(brand, self._one(RATES), {entity: self._one(SHARES) for entity in ENTITIES})

    def _one(self, things: Sequence[T]) -> T:
        return things[self.choose(0, len(things) - 1)]


def undone(choose: Choose, acts: int, policy: ReturnPolicy = DEBT) -> Story:
    """A story of so many acts, then undone as a whole."""
    story = Story(choose, policy)
    for _ in range(acts):
        story.act()
    story.undo()
    return story
