"""Evaluation against a naive model, and what never matters to it."""

import re
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from rules_service.domain.compiled_program import CompiledProgram, compile_program
from rules_service.domain.content import program_content, revision_id
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import OrderEvaluation, Outcome
from rules_service.domain.order import Order, Payment
from rules_service.domain.program import Program
from rules_service.domain.selector import LineFilter
from rules_service.domain.stacking import StackingMode
from tests.property.rules.model import Points, expected
from tests.property.rules.random_rules import MEANS
from tests.property.rules.strategies import judging_programs, orders
from tests.support.examples import examples
from tests.unit.rules.examples import CONDITIONS

LAST_NUMBER = re.compile(r"(\d+)$")
OWN_BRAND = LineFilter()
T = TypeVar("T")
BEFORE_LAST = re.compile(r"in all \d+$")


def compiled(program: Program) -> CompiledProgram:
    """The program under its own revision id."""
    return compile_program(revision_id(program_content(program)), program, CONDITIONS)


def judged(program: CompiledProgram, order: Order) -> OrderEvaluation:
    """What it earns, explained; of orders on which a rule fails there is nothing to tell."""
    try:
        return evaluate(program, order, explain=True)
    except Refusal as refusal:
        assume(refusal.reason != "RULE_FAILED")
        raise


def points(evaluation: OrderEvaluation) -> Points:
    """Points by line and rule."""
    return {
        (line.line_number, award.rule.rule.rule_id): award.points for line in evaluation.lines for award in line.awards
    }


def exact(evaluation: OrderEvaluation, *outcomes: Outcome) -> dict[tuple[int, str], Fraction]:
    """Exact points by line and rule, of rules that ended so."""
    return {
        (line.line_number, outcome.rule.rule.rule_id): Fraction(*outcome.exact)
        for line in evaluation.lines
        for outcome in line.outcomes
        if outcome.exact is not None and outcome.outcome in outcomes
    }


@given(judging_programs(), orders())
@settings(max_examples=examples(100))
def test_it_agrees_with_the_naive_model(program: Program, order: Order) -> None:
    wanted = expected(program, order)
    if isinstance(wanted, str):
        with pytest.raises(Refusal) as refused:
            evaluate(compiled(program), order)
        assert (refused.value.reason, refused.value.metadata["rule_id"]) == ("RULE_FAILED", wanted)
        return
    evaluation = evaluate(compiled(program), order, explain=True)
    assert points(evaluation) == wanted.points
    selecting = exact(evaluation, Outcome.PAID, Outcome.NOTHING, Outcome.OUTRANKED)
    assert selecting == wanted.exact
    assert set(exact(evaluation, Outcome.OUTRANKED)) == wanted.outranked


@given(judging_programs(), orders(), st.randoms(use_true_random=False))
@settings(max_examples=examples(20))
def test_the_order_of_lines_and_rules_never_matters(program: Program, order: Order, random: Random) -> None:
    one = told_or_refused(compiled(program), order)
    shuffled = replace(
        program,
        earn_rules=turned(program.earn_rules, random),
        stacking_groups=turned(program.stacking_groups, random),
        categories=turned(program.categories, random),
    )
    lines = tuple(replace(line, category_ids=turned(line.category_ids, random)) for line in order.lines)
    other = replace(order, lines=turned(lines, random), payments=turned(order.payments, random))
    assert told_or_refused(compiled(shuffled), other) == one


def of_its_own_brand(rule: EarnRule) -> EarnRule:
    """The rule, looking at no line of another brand."""
    if rule.basket is not None:
        rule = replace(rule, basket=replace(rule.basket, lines=OWN_BRAND))
    member = rule.selector.member
    if member is not None and member.purchase is not None:
        own = replace(member, purchase=replace(member.purchase, any_brand=False))
        rule = replace(rule, selector=replace(rule.selector, member=own))
    return rule


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_lines_of_one_brand_never_change_what_another_brands_lines_earn(program: Program, order: Order) -> None:
    # Unless a rule of that brand asks for it: here no basket condition looks at another brand, and no purchase counts
    # that another brand's line alone makes one.
    rules = tuple(map(of_its_own_brand, program.earn_rules))
    lines = tuple(line for line in order.lines if line.brand_id == "A")
    assume(lines)
    ready = compiled(replace(program, earn_rules=rules))
    whole, alone = judged(ready, order), judged(ready, replace(order, lines=lines))
    assert [line for line in told(whole) if line[1] == "A"] == told(alone)


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_the_numbers_of_the_explanations_are_the_points(program: Program, order: Order) -> None:
    for line in judged(compiled(program), order).lines:
        for award in line.awards:
            assert last_number(award.explanation) == award.points
        paying = [outcome for outcome in line.outcomes if outcome.outcome is Outcome.PAID]
        counted = paying or [outcome for outcome in line.outcomes if outcome.outcome is Outcome.NOTHING]
        if counted:
            assert last_number(line.explanation) == sum(award.points for award in line.awards)
            # The sentence is made of those of its rules, so that its numbers sum.
            parts = [outcome.explanation for outcome in counted]
            assert BEFORE_LAST.sub("", line.explanation).removesuffix("; ") == "; ".join(parts)
            assert sum(map(last_number, parts)) == last_number(line.explanation)


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_what_was_counted_times_the_rate_is_what_is_made_whole(program: Program, order: Order) -> None:
    for line in judged(compiled(program), order).lines:
        for award in line.awards:
            made = award.breakdown
            if made.counted is not None:
                assert made.rate is not None
                factor = Fraction(*made.tier.factor) if made.tier is not None else 1
                assert Fraction(*made.number) * Fraction(*made.rate) * factor == Fraction(*made.exact)
            if not award.rule.whole_over_order:
                assert abs(award.points - Fraction(*made.exact)) < 1


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_what_is_made_whole_over_the_order_is_split_over_its_lines(program: Program, order: Order) -> None:
    ready = compiled(program)
    evaluation = judged(ready, order)
    paid, awarded = exact(evaluation, Outcome.PAID, Outcome.NOTHING), points(evaluation)
    for rule in (rule for of_brand in ready.rules_of.values() for rule in of_brand.rules if rule.whole_over_order):
        rule_id = rule.rule.rule_id
        total = sum((part for (_, other), part in paid.items() if other == rule_id), Fraction())
        assert abs(total - sum(part for (_, other), part in awarded.items() if other == rule_id)) < 1


@given(judging_programs(), orders())
@settings(max_examples=examples(30))
def test_who_is_preferred_is_never_beaten(program: Program, order: Order) -> None:
    groups = {group.group_id: group for group in program.stacking_groups}
    for line in judged(compiled(program), order).lines:
        pays = {outcome.rule.ordinal: outcome for outcome in line.outcomes if outcome.exact is not None}
        for outcome in pays.values():
            if outcome.outcome is not Outcome.OUTRANKED:
                continue
            assert outcome.preferred is not None
            one, other = outcome.preferred.rule, outcome.rule.rule
            group = groups[other.stacking_group]
            assert one.stacking_group == group.group_id
            assert one.brand_id == other.brand_id
            assert group.mode is not StackingMode.STACK
            if group.mode is StackingMode.FIRST:
                assert one.priority >= other.priority
            elif group.basis.value == "line":
                assert Fraction(*pays[outcome.preferred.ordinal].exact or (0, 1)) >= Fraction(*outcome.exact or (0, 1))


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_every_rule_of_the_brand_is_told_of_once_and_only_what_pays_is_awarded(program: Program, order: Order) -> None:
    ready = compiled(program)
    for line, asked in zip(
        judged(ready, order).lines, sorted(order.lines, key=lambda one: one.line_number), strict=True
    ):
        ordinals = [outcome.rule.ordinal for outcome in line.outcomes]
        if line.brand_id and not asked.discount_line:
            assert ordinals == [rule.ordinal for rule in ready.rules_of[line.brand_id].rules]
        else:
            assert ordinals == []
        paying = [(outcome.rule, outcome.points) for outcome in line.outcomes if outcome.outcome is Outcome.PAID]
        assert paying == [(award.rule, award.points) for award in line.awards]
        assert all(points > 0 for _, points in paying)
        assert all(bool(outcome.unmet) == (outcome.outcome is Outcome.NOT_SELECTED) for outcome in line.outcomes)


@given(judging_programs(), orders())
@settings(max_examples=examples(20))
def test_what_is_not_explained_is_the_same_less_what_awards_and_absent_rules_say(
    program: Program, order: Order
) -> None:
    ready = compiled(program)
    explained = judged(ready, order)
    plain = evaluate(ready, order)
    assert [line._replace(outcomes=()) for line in plain.lines] == [
        line._replace(outcomes=()) for line in explained.lines
    ]
    silent = (Outcome.PAID, Outcome.NOT_SELECTED)
    assert [line.outcomes for line in plain.lines] == [
        tuple(outcome for outcome in line.outcomes if outcome.outcome not in silent) for line in explained.lines
    ]


@given(judging_programs(), orders(), st.sampled_from(MEANS))
@settings(max_examples=examples(12))
def test_money_by_other_means_never_adds_points_of_a_rule_that_asks_for_means(
    program: Program, order: Order, means: str
) -> None:
    """Where rules pay the share of their means, more money by others makes that share smaller."""
    rules = tuple(
        replace(rule, selector=replace(rule.selector, payment_means=(means,)), condition="", stacking_group="")
        for rule in program.earn_rules
    )
    ready = compiled(replace(program, earn_rules=rules))
    before = judged(ready, replace(order, payments=(Payment(means, 1_000),)))
    after = judged(ready, replace(order, payments=(Payment(means, 1_000), Payment("other", 500))))
    kept = exact(after, Outcome.PAID, Outcome.NOTHING)
    assert all(kept[key] <= most for key, most in exact(before, Outcome.PAID, Outcome.NOTHING).items())


def turned(values: tuple[T, ...], random: Random) -> tuple[T, ...]:
    """The same in another order."""
    return tuple(random.sample(values, len(values)))


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
            [
                (outcome.rule.ordinal, outcome.outcome, outcome.exact, outcome.unmet, outcome.explanation)
                for outcome in line.outcomes
            ],
        )
        for line in evaluation.lines
    ]


def told_or_refused(program: CompiledProgram, order: Order) -> object:
    """The same, or what the refusal says."""
    try:
        evaluation = evaluate(program, order, explain=True)
    except Refusal as refusal:
        return refusal.reason, dict(refusal.metadata)
    return evaluation.revision, told(evaluation)


def last_number(text: str) -> int:
    """The number a sentence ends with."""
    found = LAST_NUMBER.search(text)
    assert found is not None, text
    return int(found[1])
