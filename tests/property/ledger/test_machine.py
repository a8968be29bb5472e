"""The state machine does what the model says, whatever is asked of it in whatever order."""

from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.property.ledger.twin import Twin


class LedgerMachine(RuleBasedStateMachine):
    """Each rule is a random command, carried out and compared by the twin."""

    twin: Twin

    @initialize()
    def begin(self) -> None:
        self.twin = Twin(lambda least, most: least)

    def _with(self, data: st.DataObject) -> Twin:
        self.twin.choose = lambda least, most: data.draw(st.integers(least, most))
        return self.twin

    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        self._with(data).wait()

    @rule(data=st.data())
    def a_sale_is_posted(self, data: st.DataObject) -> None:
        self._with(data).sell()

    @rule(data=st.data())
    def points_are_spent(self, data: st.DataObject) -> None:
        self._with(data).redeem()

    @rule(data=st.data())
    def goods_come_back(self, data: st.DataObject) -> None:
        self._with(data).give_back()


TestTheMachine = LedgerMachine.TestCase
TestTheMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("seed", range(4))
def test_a_long_history_is_the_models_at_every_step(seed: int) -> None:
    twin = Twin(Random(seed).randint)
    for _ in range(200):
        twin.act()


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_twenty_thousand_commands_are_the_models_at_every_step() -> None:
    commands = seed = 0
    while commands < 20_000:
        twin = Twin(Random(10_000 + seed).randint)
        for _ in range(200):
            twin.act()
        commands += len(twin.done)
        seed += 1
