"""Limits of lines and orders: never exceeded, never stricter than they are, whatever the order of lines and rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.rounding import Ratio, round_half_up
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import Award, OrderEvaluation, Outcome
from rules_service.domain.limits import Limit, LimitHolder
from rules_service.domain.order import Order
from rules_service.domain.program import Program
from tests.property.rules.random_limits import limited
from tests.property.rules.strategies import judging_programs, orders, seeds
from tests.property.rules.test_evaluate import compiled, judged, last_number, told, turned
from tests.support.examples import examples

RATE = Ratio(4, 5)
"""What a point stands for in the programs of these tests."""

programs = st.builds(limited, judging_programs(), seeds)
Numbered = tuple[int, Award]


def worth(points: int) -> int:
    return round_half_up(points * RATE.numerator, RATE.denominator)


def covers(limit: Limit, award: Award) -> bool:
    rule = award.rule.rule
    return rule.offer_id == limit.offer_id if limit.offer_id else rule.rule_id in limit.rule_ids


def spans(program: Program, evaluation: OrderEvaluation) -> Iterator[tuple[Limit, list[Award]]]:
    """Each limit of lines and orders with the awards it counts together, in accrual order."""
    for limit in program.limits:
        lines = [[award for award in line.awards if covers(limit, award)] for line in evaluation.lines]
        if limit.holder is LimitHolder.LINE:
            yield from ((limit, awards) for awards in lines)
        elif limit.holder is LimitHolder.ORDER:
            yield limit, [award for awards in lines for award in awards]


@given(programs, orders())
@settings(max_examples=examples(40))
def test_no_limit_is_ever_exceeded(program: Program, order: Order) -> None:
    for limit, awards in spans(program, judged(compiled(program), order)):
        assert limit.points is None or sum(award.points for award in awards) <= limit.points
        assert limit.money is None or sum(worth(award.points) for award in awards) <= limit.money.minor_units


def without_limits(program: Program) -> Program:
    return replace(program, limits=())


@given(programs, orders())
@settings(max_examples=examples(40))
def test_it_is_what_naive_trimming_in_accrual_order_leaves(program: Program, order: Order) -> None:
    """Point by point: the next one is given if every limit has room for it."""
    wanted = {
        (line.line_number, award.rule.rule.rule_id): award
        for line in judged(compiled(without_limits(program)), order).lines
        for award in line.awards
    }
    used: dict[tuple[str, int], tuple[int, int]] = {}
    given_points: dict[tuple[int, str], int] = {}
    for (number, rule_id), award in wanted.items():
        limits = [
            ((limit.limit_id, number if limit.holder is LimitHolder.LINE else 0), limit)
            for limit in program.limits
            if not limit.holder.is_counted and covers(limit, award)
        ]
        most = award.points
        for key, limit in limits:
            points, money = used.get(key, (0, 0))
            while most and (
                (limit.points is not None and points + most > limit.points)
                or (limit.money is not None and money + worth(most) > limit.money.minor_units)
            ):
                most -= 1
        for key, _ in limits:
            points, money = used.get(key, (0, 0))
            used[key] = points + most, money + worth(most)
        if most:
            given_points[number, rule_id] = most
    evaluation = judged(compiled(program), order)
    found = {(line.line_number, award.rule.rule.rule_id): award for line in evaluation.lines for award in line.awards}
    assert {key: award.points for key, award in found.items()} == given_points
    assert all(award.desired == wanted[key].points for key, award in found.items())
    assert all(bool(award.trimmed_by) == (award.points < award.desired) for award in found.values())
    trimmed = {
        (line.line_number, outcome.rule.rule.rule_id)
        for line in evaluation.lines
        for outcome in line.outcomes
        if outcome.outcome is Outcome.TRIMMED
    }
    assert trimmed == wanted.keys() - given_points.keys()


@given(programs, orders(), st.randoms(use_true_random=False))
@settings(max_examples=examples(20))
def test_the_order_of_lines_rules_and_limits_never_matters(program: Program, order: Order, random: Random) -> None:
    one = told(judged(compiled(program), order))
    shuffled = replace(
        program,
        earn_rules=turned(program.earn_rules, random),
        limits=tuple(
            replace(limit, rule_ids=turned(limit.rule_ids, random)) for limit in turned(program.limits, random)
        ),
    )
    other = judged(compiled(shuffled), replace(order, lines=turned(order.lines, random)))
    assert told(other) == one
    assert [
        [(award.trimmed_by, [term[1:] for term in award.limits.terms]) for award in line.awards] for line in other.lines
    ] == [
        [(award.trimmed_by, [term[1:] for term in award.limits.terms]) for award in line.awards]
        for line in judged(compiled(program), order).lines
    ]


@given(programs, orders())
@settings(max_examples=examples(20))
def test_the_sentences_end_with_what_is_given(program: Program, order: Order) -> None:
    for line in judged(compiled(program), order).lines:
        for award in line.awards:
            assert last_number(award.explanation) == award.points
            assert not award.trimmed_by or f"; cap {award.trimmed_by} leaves " in award.explanation
        for outcome in line.outcomes:
            if outcome.outcome is Outcome.TRIMMED:
                assert last_number(outcome.explanation) == 0
                assert outcome.explanation.endswith(f"; cap {outcome.trimmed_by} leaves 0")
        if line.outcomes and any(one.outcome is not Outcome.NOT_SELECTED for one in line.outcomes):
            assert last_number(line.explanation) == sum(award.points for award in line.awards)


@given(programs, orders())
@settings(max_examples=examples(20))
def test_what_the_ledger_counts_is_named_on_every_award_it_covers_and_on_no_other(
    program: Program, order: Order
) -> None:
    counted = sorted((limit for limit in program.limits if limit.holder.is_counted), key=lambda limit: limit.limit_id)
    day = _local_day(program, order.occur_time)
    for line in judged(compiled(program), order).lines:
        for award in line.awards:
            named = [term.limit for term in award.limits.terms]
            assert named == [limit for limit in counted if covers(limit, award)]
            for term in award.limits.terms:
                assert term.window_key.endswith(f" {order.location_id}") == (term.limit.holder is LimitHolder.LOCATION)
                assert str(day.year) in term.window_key or term.window_key.startswith("ever")


def _local_day(program: Program, instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(program.locations[0].time_zone)).date()


@given(programs, orders())
@settings(max_examples=examples(12))
def test_limits_that_the_ledger_counts_change_nothing_here(program: Program, order: Order) -> None:
    counted = replace(program, limits=tuple(limit for limit in program.limits if limit.holder.is_counted))
    assert told(judged(compiled(counted), order)) == told(judged(compiled(without_limits(program)), order))
    assert evaluate(compiled(counted), order).lines != () or not order.lines
