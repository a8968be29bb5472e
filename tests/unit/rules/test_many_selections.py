"""An order that rules select without end is refused, by what is counted and not by a clock."""

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import MOST_SELECTIONS, TOO_MANY_SELECTIONS, evaluate
from rules_service.domain.order import Order
from tests.unit.rules.examples import line, order, with_rules

RULES = 500


@pytest.fixture(scope="module")
def compiled() -> CompiledProgram:
    """So many rules of North and one of Peak, each for everything."""
    rules = "".join(f"  r{number:03d}: {{brand: NORTH, per_unit: {{points: 1}}}}\n" for number in range(RULES))
    return with_rules(f"earn_rules:\n{rules}  peak: {{brand: PEAK, per_unit: {{points: 1}}}}")


def sold(*, north: int, peak: int = 0) -> Order:
    """So many lines of both, those of Peak first."""
    return order(*(line(number + 1, "PEAK" if number < peak else "NORTH", 100) for number in range(north + peak)))


def test_as_many_selections_as_there_may_be_are_judged(compiled: CompiledProgram) -> None:
    judged = evaluate(compiled, sold(north=MOST_SELECTIONS // RULES))
    assert sum(len(of_line.awards) for of_line in judged.lines) == MOST_SELECTIONS


def test_one_more_refuses_the_order_with_the_rule_at_which_they_are_too_many(compiled: CompiledProgram) -> None:
    with pytest.raises(Refusal) as refused:
        evaluate(compiled, sold(north=MOST_SELECTIONS // RULES, peak=3))
    assert refused.value.reason == "RULE_FAILED"
    assert (refused.value.metadata["rule_id"], refused.value.metadata["reason"]) == ("r497", TOO_MANY_SELECTIONS)
