"""Caps of lines and orders are applied by rules; the others are named on awards with the window they count in."""

from datetime import UTC, date, datetime

import pytest

from chassis.values.rounding import Ratio, round_half_up
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import LineEvaluation, Outcome
from rules_service.domain.limit_terms import window_key
from rules_service.domain.limits import LimitWindow
from rules_service.domain.trimming import most_points
from rules_service.wire.answers import evaluations
from tests.unit.rules.examples import SHOP, compiled, line, order, program

RULES = """
earn_rules:
  base: {brands: [NORTH, PEAK], per_amount: {points: 1, per: 1.00 USD}}
  summer: {brand: NORTH, kind: bonus, offer: SUMMER, description: summer, fixed: {points: 50, per: line}}
"""


def limited(*texts: str) -> CompiledProgram:
    """The shop with its rules and these limits."""
    return compiled(program(SHOP, RULES, *texts))


def points(judged: LineEvaluation) -> dict[str, tuple[int, int, str]]:
    """By rule: what is wanted, what is given, what trimmed it."""
    return {award.rule.rule.rule_id: (award.desired, award.points, award.trimmed_by) for award in judged.awards}


def test_a_cap_per_line_trims_each_line_by_itself() -> None:
    ready = limited("caps: {c: {rules: base, per: line, points: 30}}")
    one, two, three = evaluate(
        ready, order(line(1, "NORTH", 4_000), line(2, "NORTH", 2_000), line(3, "PEAK", 3_100))
    ).lines
    assert points(one) == {"base.NORTH": (40, 30, "c"), "summer": (50, 50, "")}
    assert points(two) == {"base.NORTH": (20, 20, ""), "summer": (50, 50, "")}
    assert points(three) == {"base.PEAK": (31, 30, "c")}
    assert three.explanation == "31.00 USD at 1 point per 1.00 USD = 31; cap c leaves 30"


def test_a_cap_per_line_counts_all_its_rules_together_in_accrual_order() -> None:
    ready = limited("caps: {c: {rules: [summer, base], per: line, points: 60}}")
    (one,) = evaluate(ready, order(line(1, "NORTH", 4_000))).lines
    assert points(one) == {"base.NORTH": (40, 40, ""), "summer": (50, 20, "c")}
    assert (
        one.explanation
        == "40.00 USD at 1 point per 1.00 USD = 40; summer: for the line: 50; cap c leaves 20; in all 60"
    )


def test_a_cap_per_order_trims_the_later_lines() -> None:
    ready = limited("caps: {c: {offer: SUMMER, per: order, points: 120}}")
    lines = evaluate(ready, order(*(line(number, "NORTH", 100) for number in (4, 1, 3, 2)))).lines
    assert [points(judged).get("summer") for judged in lines] == [(50, 50, ""), (50, 50, ""), (50, 20, "c"), None]
    assert [judged.line_number for judged in lines] == [1, 2, 3, 4]


def test_what_is_trimmed_to_nothing_is_told_and_gives_no_award() -> None:
    ready = limited("caps: {c: {offer: SUMMER, per: order, points: 0}}")
    (one,) = evaluate(ready, order(line(1, "NORTH", 4_000))).lines
    assert list(points(one)) == ["base.NORTH"]
    (outcome,) = one.outcomes
    assert (outcome.outcome, outcome.points, outcome.trimmed_by) == (Outcome.TRIMMED, 0, "c")
    assert outcome.explanation == "summer: for the line: 50; cap c leaves 0"
    assert one.explanation == "40.00 USD at 1 point per 1.00 USD = 40"


def test_a_line_of_which_nothing_is_left_says_why() -> None:
    ready = limited("caps: {c: {rules: base, per: line, points: 0}}")
    (one,) = evaluate(ready, order(line(1, "PEAK", 4_000))).lines
    assert (one.awards, one.explanation) == ((), "40.00 USD at 1 point per 1.00 USD = 40; cap c leaves 0")


def test_a_winner_that_is_trimmed_to_nothing_is_not_replaced() -> None:
    rules = """
    stacking: {g: {mode: best_of}}
    earn_rules:
      big: {brand: NORTH, kind: bonus, group: g, fixed: {points: 9, per: line}}
      small: {brand: NORTH, kind: bonus, group: g, fixed: {points: 8, per: line}}
    """
    ready = limited(rules, "caps: {c: {rules: big, per: line, points: 0}}")
    (one,) = evaluate(ready, order(line(1, "NORTH", 100))).lines
    assert {outcome.rule.rule.rule_id: outcome.outcome for outcome in one.outcomes} == {
        "big": Outcome.TRIMMED,
        "small": Outcome.OUTRANKED,
    }


def test_of_several_caps_the_one_that_leaves_least_trims() -> None:
    ready = limited(
        "caps: {a: {rules: base, per: line, points: 35}, b: {rules: base, per: order, points: 30},"
        "z: {rules: base, per: line, points: 30}}"
    )
    one, two = evaluate(ready, order(line(1, "PEAK", 4_000), line(2, "PEAK", 4_000))).lines
    assert points(one) == {"base.PEAK": (40, 30, "b")}
    assert two.outcomes[0].trimmed_by == "b"


def test_money_caps_what_points_stand_for() -> None:
    ready = limited("caps: {c: {rules: base, per: order, money: 0.20 USD}}")
    one, two = evaluate(ready, order(line(1, "NORTH", 2_000), line(2, "PEAK", 2_000))).lines
    assert points(one)["base.NORTH"] == (20, 20, "")  # 20 x 0.8 cents
    assert points(two) == {"base.PEAK": (20, 4, "c")}  # 4 cents are left, at 1 cent a point


def test_money_in_another_currency_counts_points_alone() -> None:
    euro = "locations: {quay: {name: Q, operator: north, brands: NORTH, currency: EUR, time_zone: Europe/Paris}}"
    shop = SHOP.replace("liability: 0.0", "liability: [0.007 EUR, 0.0").replace(" USD}", " USD]}")
    rules = RULES.replace("1.00 USD", "[1.00 USD, 1.00 EUR]")
    limits = """
    caps: {c: {rules: base, per: order, money: 0.01 USD, points: 15}}
    budgets: {pot: {rules: base, money: 0.01 USD, points: 900}}
    """
    ready = compiled(program(shop, rules, euro, limits))
    (one,) = evaluate(ready, order(line(1, "NORTH", 2_000), location="quay", currency="EUR")).lines
    assert points(one)["base.NORTH"] == (20, 15, "c")
    assert [(term.points, term.minor_units) for term in one.awards[0].limits.terms] == [(900, None)]
    (one,) = evaluate(ready, order(line(1, "NORTH", 2_000))).lines
    assert points(one)["base.NORTH"] == (20, 1, "c")
    assert [(term.points, term.minor_units) for term in one.awards[0].limits.terms] == [(900, 1)]


@pytest.mark.parametrize("rate", [Ratio(4, 5), Ratio(1, 1), Ratio(1, 3), Ratio(7, 2), Ratio(1, 7)])
@pytest.mark.parametrize("minor_units", [0, 1, 2, 5, 99])
def test_the_most_points_for_an_amount(minor_units: int, rate: Ratio) -> None:
    most = most_points(minor_units, rate)
    assert round_half_up(most * rate.numerator, rate.denominator) <= minor_units
    assert round_half_up((most + 1) * rate.numerator, rate.denominator) > minor_units


COUNTED = """
caps:
  a-week: {rules: [base, summer], per: member, window: week, points: 500, warn_at: [50%, 80%]}
budgets:
  b-pot: {offer: SUMMER, points: 1000, money: 8.00 USD, window: quarter}
  c-shop: {rules: base, per: location, window: month, points: 70, overrun: allow}
"""


def test_what_the_ledger_counts_is_named_with_its_windows_and_not_trimmed() -> None:
    (one,) = evaluate(limited(COUNTED), order(line(1, "NORTH", 100_000))).lines
    base, summer = one.awards
    assert (base.points, base.trimmed_by) == (1_000, "")
    assert [(term.limit.limit_id, *term[1:]) for term in base.limits.terms] == [
        ("a-week", "2024-W27", 500, None),
        ("c-shop", "2024-07 mall", 70, None),
    ]
    assert [(term.limit.limit_id, *term[1:]) for term in summer.limits.terms] == [
        ("a-week", "2024-W27", 500, None),
        ("b-pot", "2024-Q3", 1_000, 800),
    ]


def test_they_are_told_to_the_ledger() -> None:
    cap = "caps: {c: {rules: base, per: line, points: 30}, n: {offer: SUMMER, per: order, points: 0}}"
    answer = evaluations([evaluate(limited(COUNTED, cap), order(line(1, "NORTH", 100_000)))]).results[0].evaluation
    (award,) = answer.lines[0].awards
    assert (award.points, award.desired_points, award.trimmed_by_limit_id) == (30, 1_000, "c")
    assert [(term.limit_id, term.window_key, term.points, term.soft) for term in award.limits] == [
        ("a-week", "2024-W27", 500, False),
        ("c-shop", "2024-07 mall", 70, True),
    ]
    assert list(award.limits[0].warn_at_basis_points) == [5_000, 8_000]
    assert not award.limits[0].HasField("minor_units")
    (outcome,) = answer.lines[0].outcomes
    assert (outcome.outcome, outcome.trimmed_by_limit_id) == (5, "n")


def test_an_award_that_nothing_limits_names_none() -> None:
    (one,) = evaluate(limited(COUNTED.replace("rules: base", "offer: SUMMER")), order(line(1, "PEAK", 100))).lines
    answer = evaluations([evaluate(limited(), order(line(1, "NORTH", 100)))]).results[0].evaluation
    assert [award.desired_points for award in answer.lines[0].awards] == [1, 50]
    assert all(not award.limits and not award.trimmed_by_limit_id for award in answer.lines[0].awards)
    assert one.awards[0].trimmed_by == ""


def test_windows_go_by_the_local_day_of_the_sale() -> None:
    ready = limited("caps: {c: {rules: base, per: member, window: day, points: 5}}")
    late = datetime(2025, 1, 1, 4, 59, tzinfo=UTC)
    (one,) = evaluate(ready, order(line(1, "PEAK", 100), time=late)).lines
    assert one.awards[0].limits.terms[0].window_key == "2024-12-31"


@pytest.mark.parametrize(
    ("window", "day", "key"),
    [
        (LimitWindow.EVER, date(2026, 11, 22), "ever"),
        (LimitWindow.DAY, date(2026, 11, 22), "2026-11-22"),
        (LimitWindow.WEEK, date(2026, 11, 22), "2026-W47"),
        (LimitWindow.WEEK, date(2027, 1, 3), "2026-W53"),
        (LimitWindow.WEEK, date(2024, 12, 30), "2025-W01"),
        (LimitWindow.MONTH, date(2026, 11, 22), "2026-11"),
        (LimitWindow.QUARTER, date(2026, 9, 30), "2026-Q3"),
        (LimitWindow.QUARTER, date(2026, 11, 22), "2026-Q4"),
        (LimitWindow.YEAR, date(2026, 11, 22), "2026"),
    ],
)
def test_the_names_of_windows(window: LimitWindow, day: date, key: str) -> None:
    assert window_key(window, day) == key


def test_rules_that_the_same_limits_cover_share_what_is_made_of_them() -> None:
    ready = limited(COUNTED)
    north, peak = (ready.rules_of[brand].rules[0].limits for brand in ("NORTH", "PEAK"))
    assert north is peak
    lines = evaluate(ready, order(line(1, "NORTH", 100), line(2, "PEAK", 100))).lines
    assert lines[0].awards[0].limits is lines[1].awards[0].limits
