"""Tiers multiply base points, exactly and before they are made whole; bonuses count the base without it."""

from typing import Any

import pytest
from loyalty.rules.v1 import evaluation_pb2 as pb

from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import Award, LineEvaluation, OrderEvaluation
from rules_service.domain.exact import exact_text, in_lowest_terms
from rules_service.domain.member_facts import FactsRead
from rules_service.domain.order import OrderLine
from rules_service.wire.answers import evaluations
from rules_service.wire.outcomes import set_breakdown
from tests.unit.rules.examples import line, member, order, with_rules

STARS = """
ladders:
  stars:
    name: Stars
    counts: orders
    window: lifetime
    tiers:
      silver: {name: Silver, from: 1, multiplier: 1.25}
      gold: {name: Gold, from: 5, multiplier: 1.5}
"""
BASE = "base: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}}"


def judging(*rules: str, ladders: str = STARS) -> CompiledProgram:
    """Rules of North, with ladders."""
    return with_rules(f"earn_rules:\n  {(chr(10) + '  ').join(rules)}\n{ladders}")


def judged(program: CompiledProgram, *lines: OrderLine, **tiers: str) -> OrderEvaluation:
    """Lines bought by a member of these tiers."""
    return evaluate(program, order(*lines, member=member(tiers=tiers)))


def only(evaluation: OrderEvaluation) -> LineEvaluation:
    """Its one line."""
    (one,) = evaluation.lines
    return one


def first(evaluation: OrderEvaluation) -> Award:
    """The first award of its one line."""
    return only(evaluation).awards[0]


@pytest.mark.parametrize(("tier", "points"), [("", 60), ("silver", 75), ("gold", 90), ("unknown", 60)])
def test_a_tier_multiplies_base_points(tier: str, points: int) -> None:
    assert first(judged(judging(BASE), line(1, "NORTH", 6_000), stars=tier)).points == points


def test_the_sentence_says_by_how_much_and_as_what() -> None:
    assert only(judged(judging(BASE), line(1, "NORTH", 6_000), stars="gold")).explanation == (
        "60.00 USD at 1 point per 1.00 USD = 60, ×1.5 as Gold = 90"
    )


@pytest.mark.parametrize(
    ("rounding", "net", "points", "said"),
    [
        # 4.99 · 1.5 = 7.485, not 4 · 1.5.
        ("floor", 499, 7, "rounded down to 7"),
        ("half_up", 500, 8, "rounded half up to 8"),
        ("half_even", 300, 4, "rounded half to even, to 4"),
        ("half_even", 500, 8, "rounded half to even, to 8"),
        ("half_even", 700, 10, "rounded half to even, to 10"),
    ],
)
def test_it_is_multiplied_before_it_is_made_whole(rounding: str, net: int, points: int, said: str) -> None:
    rule = f"base: {{brand: NORTH, rounding: {rounding}, per_amount: {{points: 1, per: 1.00 USD}}}}"
    award = first(judged(judging(rule), line(1, "NORTH", net), stars="gold"))
    assert award.points == points
    assert award.explanation.endswith(f", ×1.5 as Gold = {exact_text((net * 3, 200))}, {said}")


def test_over_the_order_it_is_multiplied_before_the_sum_is_made_whole() -> None:
    rule = "base: {brand: NORTH, rounding_scope: order, per_amount: {points: 1, per: 1.00 USD}}"
    found = judged(judging(rule), *[line(number, "NORTH", 499) for number in (1, 2, 3)], stars="silver")
    # 3 · 4.99 · 1.25 = 18.7125
    assert [award.points for one in found.lines for award in one.awards] == [6, 6, 6]
    assert found.lines[0].explanation == (
        "4.99 USD at 1 point per 1.00 USD = 4.99, ×1.25 as Silver = 6.2375; "
        "the order's 18.7125 rounded down to 18, of which on this line 6"
    )


def test_points_for_lines_together_are_multiplied_together() -> None:
    rule = "base: {brand: NORTH, fixed: {points: 25, per: order}, rounding: half_up}"
    found = judged(judging(rule), line(1, "NORTH", 100), line(2, "NORTH", 300), line(3, "NORTH", 0), stars="gold")
    assert [sum(award.points for award in one.awards) for one in found.lines] == [10, 28, 0]
    assert [one.explanation for one in found.lines] == [
        f"25 points for the order, ×1.5 as Gold = 37.5, rounded half up to 38, of which on this line {points}"
        for points in (10, 28, 0)
    ]


@pytest.mark.parametrize(
    ("effect", "points", "explanation"),
    [
        ("per_unit: {points: 2}", 9, "3 pieces at 2 points each = 6, ×1.5 as Gold = 9"),
        ("per_measure: {points: 1, unit: litre}", 52, "35 litre at 1 point per litre = 35, ×1.5 as Gold = 52.5, "),
        ("fixed: {points: 10, per: line}", 15, "for the line: 10, ×1.5 as Gold = 15"),
        (
            "steps: {thresholds: [{from: 20.00 USD, points: 3}], per: line}",
            4,
            "60.00 USD reaches 20.00 USD: 3, ×1.5 as Gold = 4.5, rounded down to 4",
        ),
        (
            "bundle: {points: 7, parts: [{skus: a, quantity: 3}]}",
            10,
            "1 set at 7 points each = 7 for the order, ×1.5 as Gold = 10.5, rounded down to 10, of which",
        ),
    ],
)
def test_every_base_effect_is_multiplied(effect: str, points: int, explanation: str) -> None:
    sold = line(1, "NORTH", 6_000, sku="a", quantity=3, measure=("litre", 35_000))
    award = first(judged(judging(f"base: {{brand: NORTH, {effect}}}"), sold, stars="gold"))
    assert award.points == points
    assert award.explanation.startswith(explanation)


def test_bonuses_count_the_base_without_it() -> None:
    bonuses = (
        "triple: {brand: NORTH, multiplier: {factor: 3}}",
        "gift: {brand: NORTH, kind: bonus, per_unit: {points: 5}}",
    )
    found = only(judged(judging(BASE, *bonuses), line(1, "NORTH", 6_000), stars="gold"))
    assert {award.rule.rule.rule_id: award.points for award in found.awards} == {"base": 90, "triple": 120, "gift": 5}
    assert [award.breakdown.tier is not None for award in found.awards] == [True, False, False]


def test_it_never_changes_which_base_rule_is_preferred() -> None:
    rules = (
        "a: {brand: NORTH, per_unit: {points: 3}, group: best}",
        "b: {brand: NORTH, per_unit: {points: 4}, group: best}",
    )
    program = judging(*rules, ladders=STARS + "stacking: {best: {mode: best_of}}")
    asked = order(line(1, "NORTH", 100), member=member(tiers={"stars": "gold"}))
    outranked, paid = evaluate(program, asked, explain=True).lines[0].outcomes
    assert (outranked.explanation, outranked.exact) == ("4.5 before rounding; b is preferred in its group", (9, 2))
    assert (paid.points, paid.exact) == (6, (12, 2))


def test_the_figures_tell_it_apart() -> None:
    answer = evaluations([judged(judging(BASE), line(1, "NORTH", 499), stars="gold")]).results[0].evaluation
    made = answer.lines[0].awards[0].breakdown
    assert (made.rate.numerator, made.rate.denominator) == (1, 100)
    assert (made.tier_multiplier.numerator, made.tier_multiplier.denominator) == (3, 2)
    assert (made.tier.ladder_id, made.tier.tier_id) == ("stars", "gold")
    assert (made.exact_points.numerator, made.exact_points.denominator) == (1_497, 200)
    assert [(tier.ladder_id, tier.tier_id) for tier in answer.facts_read.tiers] == [("stars", "gold")]


def test_without_a_multiplier_nothing_is_told_of_it() -> None:
    made = evaluations([judged(judging(BASE), line(1, "NORTH", 499))]).results[0].evaluation
    breakdown = made.lines[0].awards[0].breakdown
    assert not breakdown.HasField("tier_multiplier")
    assert not breakdown.HasField("tier")
    # With another tier it would be another decision.
    assert [(tier.ladder_id, tier.tier_id) for tier in made.facts_read.tiers] == [("stars", "")]


def test_nobody_has_a_tier() -> None:
    found = evaluate(judging(BASE), order(line(1, "NORTH", 6_000)))
    assert (first(found).points, found.read) == (60, FactsRead())


def test_what_earns_nothing_reads_nothing() -> None:
    assert judged(judging(BASE), line(1, "NORTH", 0), line(2, "PEAK", 100), stars="gold").read == FactsRead()
    assert judged(judging(BASE), line(1, "NORTH", 1), stars="gold").read == FactsRead((("stars", "gold"),))


def ladder(name: str, **tiers: Any) -> str:
    """A ladder of one rung after the other."""
    rungs = ", ".join(
        f"{tier}: {{from: {number}, {what}}}" for number, (tier, what) in enumerate(tiers.items(), start=1)
    )
    return f"  {name}: {{name: {name.title()}, counts: orders, window: lifetime, tiers: {{{rungs}}}}}\n"


@pytest.mark.parametrize(
    ("tiers", "points", "by"),
    [
        ({"east": "one", "west": "one"}, 150, "west"),
        ({"east": "two", "west": "one"}, 200, "east"),
        ({"east": "one"}, 120, "east"),
        # Of equals the first ladder by id.
        ({"east": "two", "west": "two"}, 200, "east"),
    ],
)
def test_of_several_ladders_the_greatest_counts_and_not_their_product(
    tiers: dict[str, str], points: int, by: str
) -> None:
    ladders = (
        "ladders:\n"
        + ladder("west", one="multiplier: 1.5", two="multiplier: 2")
        + ladder("east", one="multiplier: 1.2", two="multiplier: 2")
        + ladder("plain", one="perks: [lounge]")
    )
    found = judged(judging(BASE, ladders=ladders), line(1, "NORTH", 10_000), **tiers)
    award = first(found)
    assert award.points == points
    assert award.breakdown.tier is not None
    assert award.breakdown.tier.ladder_id == by
    # The ladder that multiplies nothing is not looked at.
    assert found.read.tiers == (("east", tiers.get("east", "")), ("west", tiers.get("west", "")))


def test_a_brand_that_is_named_has_a_multiplier_of_its_own() -> None:
    ladders = "ladders:\n" + ladder("stars", gold="multiplier: 2, multipliers: {PEAK: 1}")
    peak = "peak: {brand: PEAK, per_amount: {points: 1, per: 1.00 USD}}"
    program = judging(BASE, peak, ladders=ladders)
    found = judged(program, line(1, "NORTH", 100), line(2, "PEAK", 100), stars="gold")
    assert [one.awards[0].points for one in found.lines] == [2, 1]
    # A multiplier of 1 is none: for Peak no tier matters.
    assert judged(program, line(2, "PEAK", 100), stars="gold").read == FactsRead()


@pytest.mark.parametrize(
    ("start", "points"), [("2024-07-06", 30), ("2024-07-07", 20), ("2025-01-01", 20), ("2020-01-01", 30)]
)
def test_the_version_of_the_local_date_counts(start: str, points: int) -> None:
    ladders = f"""
ladders:
  stars:
    name: Stars
    counts: orders
    window: lifetime
    tiers: {{gold: {{from: 5, multiplier: 2}}}}
    changes: [{{from: {start}, tiers: {{gold: {{from: 9, multiplier: 3}}}}}}]
"""
    assert first(judged(judging(BASE, ladders=ladders), line(1, "NORTH", 1_000), stars="gold")).points == points


def test_before_its_first_version_a_ladder_multiplies_nothing() -> None:
    ladders = "ladders:\n" + ladder("stars", gold="multiplier: 2").replace("counts", "from: 2024-07-07, counts")
    found = judged(judging(BASE, ladders=ladders), line(1, "NORTH", 1_000), stars="gold")
    assert (first(found).points, found.read) == (10, FactsRead())


def test_great_numbers_are_multiplied_exactly() -> None:
    rule = "base: {brand: NORTH, per_amount: {points: 1/3, per: 0.07 USD}}"
    ladders = "ladders:\n" + ladder("stars", gold="multiplier: 999999999999/999999999998")
    net = 2**53 + 1
    award = first(judged(judging(rule, ladders=ladders), line(1, "NORTH", net), stars="gold"))
    numerator, denominator = net * 999_999_999_999, 21 * 999_999_999_998
    assert award.points == numerator // denominator
    assert in_lowest_terms(award.breakdown.exact) is None
    message = pb.Breakdown()
    set_breakdown(message, award.breakdown)
    # Told only as far as it fits the contract.
    assert (message.HasField("exact_points"), message.paid.minor_units) == (False, net)
