"""The state machine does what the model says, whatever is asked of it in whatever order."""

import ast
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ledger_service.domain import apply, refusals
from tests.property.ledger.machine.driver import Driver
from tests.property.ledger.machine.long import REASONS, Long
from tests.property.ledger.machine.world import World
from tests.support.examples import examples


class LedgerMachine(RuleBasedStateMachine):
    """Each rule is a random command of one kind or another, carried out and compared."""

    driver: Driver

    @initialize()
    def begin(self) -> None:
        self.driver = Driver(World(lambda least, most: least))

    def _with(self, data: st.DataObject) -> Driver:
        self.driver.world.choose = lambda least, most: data.draw(st.integers(least, most))
        return self.driver

    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        self._with(data).wait()

    @rule(data=st.data())
    def a_member_is_merged(self, data: st.DataObject) -> None:
        self._with(data).merge()

    @rule(data=st.data())
    def a_sale_is_posted(self, data: st.DataObject) -> None:
        self._with(data).sales.sell()

    @rule(data=st.data())
    def something_is_asked_of_sales(self, data: st.DataObject) -> None:
        driver = self._with(data)
        sales, after = driver.sales, driver.corrections
        driver.any_of(sales.sell_to_nobody, sales.claim, after.correct, after.activate, after.cancel_pending)

    @rule(data=st.data())
    def points_are_spent(self, data: st.DataObject) -> None:
        driver = self._with(data)
        spending = driver.spending
        driver.any_of(spending.redeem, spending.authorize, spending.increase, spending.capture, spending.void)

    @rule(data=st.data())
    def points_come_back(self, data: st.DataObject) -> None:
        self._with(data).spending.restore()

    @rule(data=st.data())
    def goods_come_back(self, data: st.DataObject) -> None:
        self._with(data).returns.give_back()

    @rule(data=st.data())
    def something_is_asked_of_returns(self, data: st.DataObject) -> None:
        driver = self._with(data)
        returns = driver.returns
        driver.any_of(
            returns.announce,
            returns.call_off,
            returns.park,
            returns.sell_awaited,
            returns.resolve,
            returns.cancel,
            returns.exchange,
        )

    @rule(data=st.data())
    def people_decide(self, data: st.DataObject) -> None:
        driver = self._with(data)
        people = driver.people
        driver.any_of(people.sweep, people.extend, people.adjust, people.decide, people.send, people.receive)

    def teardown(self) -> None:
        if hasattr(self, "driver"):
            self.driver.world.check()


TestTheMachine = LedgerMachine.TestCase
TestTheMachine.settings = settings(
    max_examples=examples(20),
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("seed", range(4))
def test_a_long_history_is_the_models_at_every_step(seed: int) -> None:
    driver = Driver(World(Random(seed).randint))
    for _ in range(150):
        driver.act()
    driver.world.check()


@pytest.mark.timeout(120)
def test_five_thousand_commands_are_the_models_at_every_step() -> None:
    long = Long(seed=20_261)
    long.run(5_000)
    assert long.world.applied * 10 >= long.world.count * 6
    assert long.rare(1) == {}


def test_the_reasons_are_those_that_apply_can_give() -> None:
    """So that a new one is not forgotten. What does not fit 64 bits is refused by the arithmetic itself."""
    made = {
        function.name: next(each.id for each in ast.walk(function) if isinstance(each, ast.Name) and each.id.isupper())
        for function in ast.parse(Path(refusals.__file__).read_text()).body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
    }
    source = "\n".join(path.read_text() for path in Path(apply.__file__).parent.glob("*.py"))
    given = {made[name] for name in re.findall(r"(?<!_)refusals\.(\w+)\(", source)}
    assert given | {"AMOUNT_OUT_OF_RANGE"} == set(REASONS)
