"""Effects that are decided over lines together: fixed points, steps of spending, sets of goods."""

import pytest

from rules_service.domain.breakdown import Breakdown, Counted
from rules_service.domain.evaluate import evaluate
from tests.unit.rules.examples import line, order, with_rules
from tests.unit.rules.test_selectors import TREE, earns, rule

PAIR = "bundle: {points: 50, parts: [{categories: [cheese], quantity: 2}, {categories: [wine]}]}"


def test_fixed_points_are_for_each_line_or_once() -> None:
    lines = [line(1, "NORTH", 1_000), line(2, "NORTH", 2_000), line(3, "NORTH", 0)]
    assert earns(with_rules(rule("", "fixed: {points: 10, per: line}")), order(*lines)) == [10, 10, 10]
    assert earns(with_rules(rule("", "fixed: {points: 10, per: order}")), order(*lines)) == [3, 7, 0]


def test_what_nothing_was_paid_for_is_split_by_pieces_or_evenly() -> None:
    program = with_rules(rule("", "fixed: {points: 10, per: order}"))
    by_pieces = [line(1, "NORTH", 0, quantity=1), line(2, "NORTH", 0, quantity=4)]
    assert earns(program, order(*by_pieces)) == [2, 8]
    evenly = [line(number, "NORTH", 0, quantity=0) for number in (1, 2, 3)]
    assert earns(program, order(*evenly)) == [4, 3, 3]


@pytest.mark.parametrize(("paid", "points"), [(1_999, 0), (2_000, 1), (4_999, 1), (5_000, 2), (99_999, 2)])
@pytest.mark.parametrize("per", ["line", "order"])
def test_the_highest_step_that_was_reached_counts(paid: int, points: int, per: str) -> None:
    effect = f"steps: {{thresholds: [{{from: 50.00 USD, points: 2}}, {{from: 20.00 USD, points: 1}}], per: {per}}}"
    assert earns(with_rules(rule("", effect)), order(line(1, "NORTH", paid))) == [points]


def test_steps_of_the_order_are_reached_by_its_lines_together() -> None:
    effect = "steps: {thresholds: [{from: 50.00 USD, points: 9}], per: order}"
    program = with_rules(rule("except: {skus: [x]}", effect))
    lines = [line(1, "NORTH", 3_000), line(2, "NORTH", 2_000), line(3, "NORTH", 9_000, sku="x"), line(4, "PEAK", 9_000)]
    judged = evaluate(program, order(*lines)).lines
    assert [[award.points for award in entry.awards] for entry in judged] == [[5], [4], [], []]
    assert judged[0].explanation == "50.00 USD in the order reaches 50.00 USD: 9 points, of which on this line 5"
    assert evaluate(program, order(*lines[:1])).lines[0].explanation == (
        "30.00 USD in the order is below 50.00 USD, of which on this line 0"
    )


@pytest.mark.parametrize(
    ("cheese", "wine", "points"), [(1, 5, 0), (2, 0, 0), (2, 1, 50), (5, 2, 100), (4, 9, 100), (9, 9, 200)]
)
def test_every_complete_set_pays(cheese: int, wine: int, points: int) -> None:
    lines = [
        line(1, "NORTH", 1_000, categories=["brie"], quantity=cheese),
        line(2, "NORTH", 1_000, categories=["wine"], quantity=wine),
        line(3, "NORTH", 1_000, categories=["food"], quantity=9),
    ]
    earned = earns(with_rules(rule("", PAIR) + TREE), order(*lines))
    assert earned == [points // 2, points // 2, 0]


def test_sets_can_be_capped() -> None:
    lines = [line(1, "NORTH", 1_000, sku="a", quantity=9)]
    program = with_rules(rule("", "bundle: {points: 5, parts: [{skus: [a], quantity: 2}], most_sets: 3}"))
    assert earns(program, order(*lines)) == [15]


def test_a_line_counts_for_the_first_part_it_fits() -> None:
    # Three pieces of `a` fit both parts and count for the first alone, so that `b` has to complete the set.
    program = with_rules(rule("", "bundle: {points: 5, parts: [{skus: [a]}, {categories: [x]}]}"))
    both = line(1, "NORTH", 1_000, sku="a", categories=["x"], quantity=3)
    assert earns(program, order(both)) == [0]
    assert earns(program, order(both, line(2, "NORTH", 1_000, sku="b", categories=["x"], quantity=2))) == [5, 5]


def test_a_set_is_told_with_its_figures() -> None:
    lines = [
        line(1, "NORTH", 1_000, categories=["cheese"], quantity=2),
        line(2, "NORTH", 500, categories=["wine"]),
        line(3, "NORTH", 500),
    ]
    judged = evaluate(with_rules(rule("", PAIR) + TREE), order(*lines)).lines
    assert [entry.explanation for entry in judged] == [
        "1 set at 50 points each = 50 for the order, of which on this line 33",
        "1 set at 50 points each = 50 for the order, of which on this line 17",
        "No rule of North selects this line.",
    ]
    made = judged[0].awards[0].breakdown
    assert made == Breakdown(Counted.SETS, (1, 1), "", made.rate, made.exact)
    assert [value[0] * 3 == 100 * value[1] for value in (made.rate or (0, 1), made.exact)] == [True, True]


def test_a_multiplier_sees_the_lines_exact_part_of_an_orders_base() -> None:
    rules = """
    earn_rules:
      base: {brand: NORTH, fixed: {points: 10, per: order}}
      twice: {brand: NORTH, multiplier: {factor: 2}, rounding: half_up}
    """
    # 10 over 10.00 and 20.00: 10/3 and 20/3 exact; the base gives 3 and 7, twice adds 3 and 7.
    lines = [line(1, "NORTH", 1_000), line(2, "NORTH", 2_000)]
    judged = evaluate(with_rules(rules), order(*lines)).lines
    assert [[award.points for award in entry.awards] for entry in judged] == [[3, 3], [7, 7]]
