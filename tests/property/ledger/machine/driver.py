"""Random commands of every kind, mixed so that holds, returns, debts and corrections meet on the same lots."""

from collections.abc import Callable
from datetime import timedelta

from tests.property.ledger.machine.ask_corrections import Corrections
from tests.property.ledger.machine.ask_people import People
from tests.property.ledger.machine.ask_returns import Returns
from tests.property.ledger.machine.ask_sales import Sales
from tests.property.ledger.machine.ask_spending import Spending
from tests.property.ledger.machine.world import World

Act = Callable[[], None]


class Driver:
    """A world, and all that may be asked of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sales = Sales(world)
        self.corrections = Corrections(world)
        self.spending = Spending(world)
        self.returns = Returns(world, self.sales)
        self.people = People(world)
        self.acts: list[tuple[int, Act]] = [
            (9, self.sales.sell),
            (1, self.sales.sell_to_nobody),
            (1, self.sales.claim),
            (2, self.corrections.correct),
            (1, self.corrections.activate),
            (1, self.corrections.cancel_pending),
            (3, self.spending.redeem),
            (4, self.spending.authorize),
            (1, self.spending.increase),
            (3, self.spending.capture),
            (1, self.spending.void),
            (3, self.spending.restore),
            (5, self.returns.give_back),
            (2, self.returns.announce),
            (1, self.returns.call_off),
            (1, self.returns.park),
            (1, self.returns.sell_awaited),
            (1, self.returns.resolve),
            (1, self.returns.cancel),
            (1, self.returns.exchange),
            (1, self.people.sweep),
            (1, self.people.extend),
            (2, self.people.adjust),
            (1, self.people.decide),
            (1, self.people.send),
            (2, self.people.receive),
        ]
        self.turns = [act for times, act in self.acts for _ in range(times)]

    def act(self) -> None:
        """Time passes, somebody is merged, or a command."""
        if self.world.often(9):
            self.command()
        else:
            self.world.one_of((self.wait, self.wait, self.wait, self.merge))()

    def command(self) -> None:
        """A command."""
        self.world.one_of(self.turns)()

    def any_of(self, *acts: Act) -> None:
        """One of these."""
        self.world.one_of(acts)()

    def merge(self) -> None:
        """Identity knows a member by one more card: every resolution from before is old."""
        self.world.merges[self.world.one_of(self.world.members)] += 1

    def wait(self) -> None:
        """Minutes, days or weeks go by."""
        # Whole days, so that what lapses or becomes available is often met at its very instant.
        span = self.world.one_of((timedelta(minutes=15), *(timedelta(days=days) for days in (1, 1, 2, 3, 20))))
        self.world.ledger.pass_time(span)
