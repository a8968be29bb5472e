"""Evaluation against a naive model, and what never matters to it."""

import re
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.content import program_content, revision_id
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import OrderEvaluation
from rules_service.domain.order import Order
from rules_service.domain.program import Program
from tests.property.rules.model import Points, expected
from tests.property.rules.strategies import orders, programs

LAST_NUMBER = re.compile(r"(\d+)$")


def compiled(program: Program) -> CompiledProgram:
    """The program under its own revision id."""
    return compile_program(revision_id(program_content(program)), program)


def points(evaluation: OrderEvaluation) -> Points:
    """Points by line and rule."""
    return {
        (line.line_number, award.rule.rule.rule_id): award.points for line in evaluation.lines for award in line.awards
    }


@given(programs(), orders())
@settings(max_examples=200)
def test_it_agrees_with_the_naive_model(program: Program, order: Order) -> None:
    assert points(evaluate(compiled(program), order)) == expected(program, order)


@given(programs(), orders(), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_lines_and_rules_never_matters(program: Program, order: Order, random: Random) -> None:
    rules, lines = list(program.earn_rules), list(order.lines)
    random.shuffle(rules)
    random.shuffle(lines)
    shuffled = compiled(replace(program, earn_rules=tuple(rules)))
    one = evaluate(compiled(program), order)
    other = evaluate(shuffled, replace(order, lines=tuple(lines)))
    assert one.revision == other.revision
    assert told(one) == told(other)


@given(programs(), orders())
@settings(max_examples=50)
def test_lines_of_one_brand_never_change_what_another_brands_lines_earn(program: Program, order: Order) -> None:
    judged = compiled(program)
    whole = evaluate(judged, order)
    alone = evaluate(judged, replace(order, lines=tuple(line for line in order.lines if line.brand_id == "A")))
    assert [line for line in told(whole) if line[1] == "A"] == told(alone)


@given(programs(), orders())
@settings(max_examples=50)
def test_the_numbers_of_the_explanations_are_the_points(program: Program, order: Order) -> None:
    for line in evaluate(compiled(program), order).lines:
        for award in line.awards:
            assert last_number(award.explanation) == award.points
        if line.awards:
            assert last_number(line.explanation) == sum(award.points for award in line.awards)


@given(programs(), orders())
@settings(max_examples=50)
def test_awards_are_in_accrual_order_and_above_zero(program: Program, order: Order) -> None:
    for line in evaluate(compiled(program), order).lines:
        ordinals = [award.rule.ordinal for award in line.awards]
        assert ordinals == sorted(ordinals)
        assert all(award.points > 0 for award in line.awards)


def told(evaluation: OrderEvaluation) -> list[tuple[object, ...]]:
    """Everything an evaluation says, comparable across compilations."""
    return [
        (
            line.line_number,
            line.brand_id,
            line.explanation,
            [
                (award.rule.version, award.rule.ordinal, award.points, award.expire_time, award.explanation)
                for award in line.awards
            ],
        )
        for line in evaluation.lines
    ]


def last_number(text: str) -> int:
    """The number a sentence ends with."""
    found = LAST_NUMBER.search(text)
    assert found is not None, text
    return int(found[1])
