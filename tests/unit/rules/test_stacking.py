"""Groups of rules that are decided among themselves."""

import pytest

from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import Outcome
from tests.unit.rules.examples import line, order, with_rules


def groups(mode: str, per: str, rules: str) -> str:
    """Rules in the group `g`."""
    return f"stacking: {{g: {{mode: {mode}, per: {per}}}}}\nearn_rules: {{{rules}}}"


TWO = (
    "a: {brand: NORTH, group: g, priority: 1, per_unit: {points: 3}}, "
    "b: {brand: NORTH, group: g, priority: 2, per_amount: {points: 1, per: 1.00 USD}}"
)


def paid(text: str, *lines: tuple[int, int]) -> list[dict[str, int]]:
    """Points by rule of North lines of so many pieces and cents."""
    sold = [line(number, "NORTH", cents, quantity=pieces) for number, (pieces, cents) in enumerate(lines, start=1)]
    return [
        {award.rule.rule.rule_id: award.points for award in judged.awards}
        for judged in evaluate(with_rules(text), order(*sold)).lines
    ]


@pytest.mark.parametrize(
    ("mode", "per", "expected"),
    [
        ("stack", "line", [{"a": 3, "b": 5}, {"a": 6, "b": 1}]),
        ("best_of", "line", [{"b": 5}, {"a": 6}]),
        ("best_of", "order", [{"a": 3}, {"a": 6}]),
        ("first", "line", [{"b": 5}, {"b": 1}]),
        ("first", "order", [{"b": 5}, {"b": 1}]),
    ],
)
def test_a_group_is_decided_by_its_mode_line_by_line_or_once(
    mode: str, per: str, expected: list[dict[str, int]]
) -> None:
    # Over the order `a` pays 9 and `b` 6.99.
    assert paid(groups(mode, per, TWO), (1, 500), (2, 199)) == expected


def test_what_pays_nothing_is_not_preferred() -> None:
    assert paid(groups("first", "line", TWO), (2, 0)) == [{"a": 6}]


def test_it_is_compared_before_rounding_and_a_winner_that_comes_to_nothing_is_not_replaced() -> None:
    rules = (
        "a: {brand: NORTH, group: g, per_amount: {points: 0.99, per: 1.00 USD}}, "
        "b: {brand: NORTH, group: g, rounding: half_up, per_amount: {points: 0.98, per: 1.00 USD}}"
    )
    judged = evaluate(with_rules(groups("best_of", "line", rules)), order(line(1, "NORTH", 100))).lines[0]
    assert judged.awards == ()
    assert [(outcome.outcome, outcome.points) for outcome in judged.outcomes] == [
        (Outcome.NOTHING, 0),
        (Outcome.OUTRANKED, 0),
    ]
    assert judged.outcomes[1].preferred is judged.outcomes[0].rule
    assert judged.outcomes[1].explanation == "0.98 before rounding; a is preferred in its group"


@pytest.mark.parametrize(("priorities", "winner"), [((0, 0), "a"), ((1, 1), "a"), ((0, 1), "b"), ((2, 1), "a")])
@pytest.mark.parametrize("mode", ["best_of", "first"])
@pytest.mark.parametrize("per", ["line", "order"])
def test_ties_go_to_the_higher_priority_then_to_the_lower_ordinal(
    mode: str, per: str, priorities: tuple[int, int], winner: str
) -> None:
    rules = ", ".join(
        f"{rule_id}: {{brand: NORTH, group: g, priority: {priority}, per_unit: {{points: 3}}}}"
        for rule_id, priority in zip(("a", "b"), priorities, strict=True)
    )
    assert paid(groups(mode, per, rules), (1, 100)) == [{winner: 3}]


def test_a_multiplier_sees_what_the_preferred_base_rule_pays() -> None:
    rules = TWO + ", twice: {brand: NORTH, multiplier: {factor: 2}}"
    assert paid(groups("best_of", "line", rules), (1, 500)) == [{"b": 5, "twice": 5}]


def test_rules_of_each_brand_are_decided_apart() -> None:
    rules = groups("best_of", "order", TWO + ", p: {brand: PEAK, group: g, per_unit: {points: 1}}")
    judged = evaluate(with_rules(rules), order(line(1, "NORTH", 500), line(2, "PEAK", 100))).lines
    assert [[award.rule.rule.rule_id for award in entry.awards] for entry in judged] == [["b"], ["p"]]


def test_effects_over_the_order_are_compared_by_their_totals() -> None:
    rules = (
        "a: {brand: NORTH, group: g, fixed: {points: 10, per: order}}, "
        "b: {brand: NORTH, group: g, per_unit: {points: 4}}"
    )
    assert paid(groups("best_of", "order", rules), (1, 100), (1, 300)) == [{"a": 3}, {"a": 7}]
    assert paid(groups("best_of", "order", rules), (1, 100), (2, 300)) == [{"b": 4}, {"b": 8}]
