"""What all conditions together may take: of a program its memory, of a brand a line's time, of an order its time."""

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.check_conditions import condition_faults
from rules_service.domain.condition import (
    MOST_CHARACTERS_A_PROGRAM,
    MOST_STEPS_A_BRAND,
    MOST_STEPS_AN_ORDER,
)
from rules_service.domain.evaluate import evaluate
from rules_service.domain.fault import Path
from rules_service.domain.order import Order
from tests.unit.rules.costly import Costly, CostlyConditions, asking, costing
from tests.unit.rules.examples import SHOP, line, order, with_rules
from tests.unit.rules.test_rule_faults import faults

LONG = 1_000
"""Characters of a condition here."""
WHOLE = MOST_CHARACTERS_A_PROGRAM // LONG
HALF = MOST_STEPS_A_BRAND // 2


def told(*rules: tuple[str, str, str]) -> list[tuple[Path, str]]:
    """The faults of conditions of known cost."""
    return [(fault.path, fault.reason) for fault in condition_faults(asking(*rules), CostlyConditions())]


def long_rules(count: int) -> list[tuple[str, str, str]]:
    """Rules with different conditions of LONG characters that cost next to nothing."""
    return [(f"r{number:04}", "NORTH", f"{f'1 {number:04} ':x<{LONG}}") for number in range(count)]


def lines(count: int, brand: str = "NORTH") -> Order:
    """An order of so many lines."""
    return order(*(line(number + 1, brand, 100, sku=str(number + 1)) for number in range(count)))


def test_different_conditions_of_a_program_have_so_many_characters() -> None:
    assert told(*long_rules(WHOLE)) == []
    reason = "the different conditions of a program have at most 200,000 characters together; selectors are not counted"
    assert told(*long_rules(WHOLE), ("z", "PEAK", "1")) == [(("earn_rules", "z", "condition"), reason)]


def test_the_same_condition_counts_once_however_many_rules_have_it() -> None:
    again = [(f"z{number}", "PEAK", long_rules(1)[0][2]) for number in range(20)]
    assert told(*long_rules(WHOLE), *again) == []


def test_nothing_is_compiled_beyond_the_characters_of_a_program_and_that_is_told_once() -> None:
    conditions = CostlyConditions()
    found = list(condition_faults(asking(*long_rules(WHOLE + 50)), conditions))
    assert [fault.path[1] for fault in found] == [f"r{WHOLE:04}"]
    assert len(conditions.compiled) == WHOLE


def test_faulty_conditions_count_too() -> None:
    faulty = [(f"r{number:04}", "NORTH", f"{f'no {number:04} ':x<{LONG}}") for number in range(WHOLE + 50)]
    assert len(told(*faulty)) == WHOLE + 1


def test_different_conditions_of_a_brand_take_so_many_steps_on_a_line() -> None:
    rules = [("a", "NORTH", f"{HALF} a"), ("b", "NORTH", f"{HALF} b")]
    assert told(*rules) == []
    reason = (
        "with this one the conditions of brand NORTH may take 200,001 steps on one line; "
        "all different ones of a brand take at most 200,000"
    )
    assert told(*rules, ("c", "NORTH", "1 c"), ("d", "NORTH", "7 d")) == [(("earn_rules", "c", "condition"), reason)]


def test_steps_of_a_brand_are_its_own_and_the_same_condition_counts_once() -> None:
    rules = [("a", "NORTH", f"{HALF} a"), ("b", "NORTH", f"{HALF} b"), ("c", "PEAK", f"{HALF} a")]
    assert told(*rules, ("d", "NORTH", f"{HALF} a"), ("e", "PEAK", f"{HALF} c")) == []


def test_a_sum_too_great_is_told_with_file_line_and_key() -> None:
    loops = [f"line.categories.exists(c, {'||'.join(['c == line.sku'] * 33)} || c == '{name}')" for name in "abc"]
    rules = "".join(
        f"  {name}:\n    brand: NORTH\n    per_unit: {{points: 1}}\n    condition: {loop}\n"
        for name, loop in zip("abc", loops, strict=True)
    )
    ((place, reason),) = faults(SHOP, f"earn_rules:\n{rules}")
    assert place == "1.yaml:13 earn_rules.c.condition"
    assert reason.startswith("with this one the conditions of brand NORTH may take ")


def test_an_order_whose_conditions_take_more_is_refused_with_the_rule_that_is_one_too_many() -> None:
    program = costing(asking(("a", "NORTH", f"{HALF} a"), ("b", "NORTH", f"{HALF} b")))
    whole = MOST_STEPS_AN_ORDER // (2 * HALF)
    assert len(evaluate(program, lines(whole)).lines) == whole
    for asked in (lines(whole + 1), order(*lines(whole + 1).lines[::-1])):
        with pytest.raises(Refusal) as raised:
            evaluate(program, asked)
        assert raised.value.reason == "RULE_FAILED"
        assert raised.value.metadata["rule_id"] == "a"
        assert raised.value.metadata["reason"] == (
            "the conditions of the order's lines may take more than 20,000,000 steps; this one is where they do"
        )


def test_an_order_of_a_hundred_lines_is_never_refused_for_its_steps() -> None:
    assert MOST_STEPS_AN_ORDER // MOST_STEPS_A_BRAND == 100


def test_only_conditions_that_are_asked_count() -> None:
    rules = [(str(number), "NORTH", f"{HALF} {number}") for number in range(2)]
    program = costing(asking(*rules))
    assert len(evaluate(program, lines(2_000, "PEAK")).lines) == 2_000


def test_rules_with_the_same_condition_ask_it_once_a_line() -> None:
    program = costing(asking(*((str(number), "NORTH", "1") for number in range(5))))
    judged = evaluate(program, lines(3))
    assert [len(found.awards) for found in judged.lines] == [5, 5, 5]
    condition = program.rules_of["NORTH"].rules[0].condition
    assert isinstance(condition, Costly)
    assert condition.asked == ["1", "2", "3"]


def test_a_condition_costs_at_least_what_it_takes_to_ask_it() -> None:
    condition = with_rules("earn_rules: {a: {brand: NORTH, per_unit: {points: 1}, condition: 'line.paid > 0'}}")
    asked = condition.rules_of["NORTH"].rules[0].condition
    assert asked is not None
    assert asked.most_steps == 153
