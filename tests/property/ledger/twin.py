"""Sales, redemptions and returns to the state machine and to the model at once: the part of the machine that needs no
directory, for tests that carry histories elsewhere."""

from collections.abc import Sequence

from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.driver import Driver
from tests.property.ledger.machine.steps import Choose, Done, snapshot
from tests.property.ledger.machine.world import T, World
from tests.support.pure_ledger import PureLedger

__all__ = ["Choose", "Done", "Twin", "snapshot"]


class Twin:
    """Both worlds, and what was done in them."""

    def __init__(self, choose: Choose) -> None:
        self._world = World(choose)
        self._driver = Driver(self._world)

    @property
    def pure(self) -> PureLedger:
        """The state machine's world."""
        return self._world.ledger

    @property
    def accounts(self) -> dict[str, Account]:
        """The model's."""
        return self._world.accounts

    @property
    def done(self) -> list[Done]:
        """What was done."""
        return self._world.done

    def act(self) -> None:
        """One random step: time passes, or one of the commands."""
        self._one_of((self.wait, *(self.command,) * 6))()

    def command(self) -> None:
        """One random command."""
        self._one_of((self._driver.sales.sell, self._driver.spending.redeem, self._driver.returns.give_back))()

    def wait(self) -> None:
        """Minutes, days or weeks go by."""
        self._driver.wait()

    def _one_of(self, things: Sequence[T]) -> T:
        return self._world.one_of(things)
