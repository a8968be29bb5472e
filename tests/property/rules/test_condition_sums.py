"""What conditions may take together is counted exactly, in whatever order lines and rules are named."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from rules_service.domain.check_conditions import condition_faults
from rules_service.domain.condition import MOST_CHARACTERS_A_PROGRAM, MOST_STEPS_A_BRAND, MOST_STEPS_AN_ORDER
from rules_service.domain.evaluate import evaluate
from rules_service.domain.order import OrderLine
from rules_service.domain.program import Program
from tests.unit.rules.costly import Costly, CostlyConditions, asking, costing
from tests.unit.rules.examples import line, order

BRANDS = ("NORTH", "PEAK")

_SOURCES = st.one_of(
    st.builds("{} {}".format, st.integers(1, MOST_STEPS_A_BRAND), st.sampled_from("ab")),
    st.builds("{} {}".format, st.sampled_from((1, "no")), st.sampled_from(("x" * 60_000, "y" * 90_000))),
    st.just(""),
)


def _program(conditions: Sequence[tuple[str, str]]) -> Program:
    return asking(*((f"r{number}", brand, source) for number, (brand, source) in enumerate(conditions)))


@given(st.lists(st.tuples(st.sampled_from(BRANDS), _SOURCES), min_size=1, max_size=10))
def test_a_program_is_refused_at_each_rule_at_which_a_sum_becomes_too_great(
    conditions: list[tuple[str, str]],
) -> None:
    expected: list[str] = []
    for number, (brand, source) in enumerate(conditions):
        before = [(where, said) for where, said in conditions[:number] if said]
        if not source:
            continue
        if _characters([*before, (brand, source)]) > MOST_CHARACTERS_A_PROGRAM:
            expected.append(f"r{number}")
            break
        steps = _steps(before, brand)
        faulty = source.startswith("no")
        if faulty or steps <= MOST_STEPS_A_BRAND < _steps([*before, (brand, source)], brand):
            expected.append(f"r{number}")
    found = condition_faults(_program(conditions), CostlyConditions())
    assert [fault.path for fault in found] == [("earn_rules", rule_id, "condition") for rule_id in expected]


def _characters(conditions: Sequence[tuple[str, str]]) -> int:
    return sum(len(source) for source in {source for _, source in conditions})


def _steps(conditions: Sequence[tuple[str, str]], brand: str) -> int:
    sources = {source for of_brand, source in conditions if of_brand == brand and not source.startswith("no")}
    return sum(int(source.split()[0]) for source in sources)


_COSTS = st.builds("{} {}".format, st.integers(1, MOST_STEPS_AN_ORDER // 6), st.sampled_from("ab"))


@given(
    st.lists(st.tuples(st.sampled_from(BRANDS), st.one_of(_COSTS, st.just(""))), min_size=1, max_size=6),
    st.lists(st.sampled_from(BRANDS), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_an_order_is_refused_exactly_if_its_conditions_may_take_too_much(
    conditions: list[tuple[str, str]], sold: list[str], shuffled: Random
) -> None:
    program = _program(conditions)
    lines = [line(number + 1, brand, 100, sku=str(number + 1)) for number, brand in enumerate(sold)]
    steps = sum(_steps([one for one in conditions if one[1]], brand) for brand in sold)
    first = _outcome(program, lines)
    assert isinstance(first, dict) == (steps <= MOST_STEPS_AN_ORDER)
    assert isinstance(first, dict) or first.startswith("RULE_FAILED")
    shuffled.shuffle(lines)
    rules = list(program.earn_rules)
    shuffled.shuffle(rules)
    assert _outcome(replace(program, earn_rules=tuple(rules)), lines) == first


def _outcome(program: Program, lines: Sequence[OrderLine]) -> dict[str, list[str]] | str:
    """Which conditions were asked about which lines; or the refusal."""
    ready = costing(program)
    try:
        evaluate(ready, order(*lines))
    except Refusal as refusal:
        return f"{refusal.reason}: {refusal}"
    asked: dict[str, list[str]] = {}
    for of_brand in ready.rules_of.values():
        for rule in of_brand.rules:
            if isinstance(rule.condition, Costly):
                asked[rule.rule.rule_id] = rule.condition.asked
    return asked
