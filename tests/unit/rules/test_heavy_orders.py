"""An order whose conditions may take long is judged beside the others, which do not wait for it."""

import asyncio
from typing import cast

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.condition import MOST_STEPS_A_BRAND
from rules_service.domain.evaluation import OrderEvaluation
from rules_service.domain.order import Order
from rules_service.domain.revision import LiveProgram, Revision
from rules_service.use_cases.drafts import Drafts
from rules_service.use_cases.evaluate_orders import AskedOrder, AskedOrders, EvaluateOrders
from rules_service.use_cases.live_programs import LivePrograms
from rules_service.use_cases.past_revisions import PastRevisions
from rules_service.use_cases.ports import RevisionLog
from tests.unit.rules.examples import CONDITIONS, NOW, line, order, read, with_rules

_LARGEST = [f"{'x' * 125}{number:03}" for number in range(512)]
_LOOP = "line.categories.exists(c, " + "||".join(["c == line.sku"] * 44)
HEAVY = f"""
earn_rules:
  a: {{brand: NORTH, per_unit: {{points: 1}}, condition: "{_LOOP} || c == 'a')"}}
  b: {{brand: NORTH, per_unit: {{points: 1}}, condition: "{_LOOP} || c == 'b')"}}
"""


@pytest.fixture
def evaluating() -> EvaluateOrders:
    """The program above, live; so nothing is read from a log."""
    compiled = with_rules(HEAVY)
    live = LivePrograms()
    live.replace(LiveProgram(Revision("t", compiled.revision, 1, NOW, compiled.program), compiled))
    return EvaluateOrders(PastRevisions(cast(RevisionLog, None), live, CONDITIONS), Drafts(read, CONDITIONS))


def heavy(lines: int) -> Order:
    """Lines of North with as many categories as there can be."""
    return order(*(line(number + 1, "NORTH", 100, sku="x" * 128, categories=_LARGEST) for number in range(lines)))


async def judged(evaluating: EvaluateOrders, *orders: Order) -> list[OrderEvaluation | Refusal]:
    """The orders in one call."""
    return await evaluating.run(AskedOrders([AskedOrder("t", asked) for asked in orders]), lambda program_id: None)


def test_the_conditions_take_nearly_all_that_they_may() -> None:
    assert 0.95 * MOST_STEPS_A_BRAND < with_rules(HEAVY).rules_of["NORTH"].most_steps <= MOST_STEPS_A_BRAND


async def test_a_light_order_of_another_call_is_judged_while_a_heavy_one_still_is(evaluating: EvaluateOrders) -> None:
    finished: list[str] = []

    async def call(name: str, *orders: Order) -> None:
        results = await judged(evaluating, *orders)
        assert all(isinstance(result, OrderEvaluation) for result in results)
        finished.append(name)

    light = order(line(1, "PEAK", 100))
    async with asyncio.TaskGroup() as calls:
        calls.create_task(call("heavy", heavy(100)))
        await asyncio.sleep(0)
        for number in range(3):
            calls.create_task(call(f"light {number}", light))
    assert finished == ["light 0", "light 1", "light 2", "heavy"]


async def test_many_orders_that_take_a_little_give_others_their_turn(evaluating: EvaluateOrders) -> None:
    finished: list[str] = []

    async def call(name: str, *orders: Order) -> None:
        await judged(evaluating, *orders)
        finished.append(name)

    async with asyncio.TaskGroup() as calls:
        calls.create_task(call("many", *[heavy(4)] * 40))
        await asyncio.sleep(0)
        calls.create_task(call("light", order(line(1, "PEAK", 100))))
    assert finished == ["light", "many"]


async def test_results_stay_in_the_order_asked_and_are_those_of_each_order_alone(evaluating: EvaluateOrders) -> None:
    orders = [order(line(1, "PEAK", 100)), heavy(20), heavy(110), order(line(1, "NORTH", 100))]
    together = await judged(evaluating, *orders)
    alone = [(await judged(evaluating, asked))[0] for asked in orders]
    assert [isinstance(result, Refusal) for result in together] == [False, False, True, False]
    assert together[:2] + together[3:] == alone[:2] + alone[3:]
    assert [str(together[2])] == [str(alone[2])]
