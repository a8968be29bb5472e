"""Why rules did what they did: outcomes, what did not fit, figures."""

import re
from fractions import Fraction

import pytest

from rules_service.domain.breakdown import Counted
from rules_service.domain.evaluate import evaluate
from rules_service.domain.evaluation import Outcome
from rules_service.domain.member_facts import MemberFacts, MonthDay
from rules_service.domain.outcomes import MOST_A_LINE, MOST_AN_ORDER
from rules_service.domain.unmet import Part
from tests.unit.rules.examples import NOON, line, member, order, with_rules

NOT_HERE = {
    "when.from": "from: 2025-01-01",
    "when.until": "until: 2024-01-01",
    "when.locations": "locations: [pier]",
    "when.regions": "regions: [west]",
    "when.operators": "operators: [peak]",
    "when.channels": "channels: [web]",
    "when.payment": "payment: [card]",
    "when.weekdays": "weekdays: [mon]",
    "when.hours": "hours: {from: 1:00, until: 2:00}",
    "when.skus": "skus: [other]",
    "when.categories": "categories: [other]",
    "when.except.categories": "except: {categories: [own]}",
    "when.except.skus": "except: {skus: [own]}",
    "when.attributes": "attributes: {colour: red, size: m}",
}
"""Parts that do not fit the line below, in the order in which they are looked at."""
NOT_THEM = {
    "when.segment": "segment: staff",
    "when.member_for": "member_for: {at_least: 30 days}",
    "when.birthday": "birthday: month",
    "when.tier": "tier: {stars: gold}",
    "when.purchase": "purchase: {number: 1}",
}
"""Parts that do not fit the member below, in the order in which they are looked at."""
MEMBER = member(tiers={"stars": "silver"}, brand_purchases={"NORTH": 1}, member_since=NOON, birthday=MonthDay(3, 1))
STARS = """
ladders:
  stars: {name: Stars, counts: orders, window: lifetime, tiers: {silver: {from: 1}, gold: {from: 5}}}
"""
WEST = """
locations: {far: {name: Far, operator: peak, region: west, brands: PEAK, currency: USD, time_zone: UTC}}
"""
LINE = line(1, "NORTH", 500, sku="own", categories=["own"], attributes={"colour": "red"})


def unmet(when: str, more: str = "", buyer: MemberFacts | None = None) -> str:
    """What did not fit of a rule."""
    rules = f"earn_rules: {{r: {{brand: NORTH, when: {{{when}}}, {more} per_unit: {{points: 1}}}}}}{WEST}{STARS}"
    judged = evaluate(with_rules(rules), order(LINE, member=buyer), explain=True).lines[0]
    (outcome,) = judged.outcomes
    assert outcome.outcome is Outcome.NOT_SELECTED
    assert outcome.exact is None
    return outcome.unmet


@pytest.mark.parametrize("part", NOT_HERE)
def test_the_part_that_does_not_fit_is_named_as_in_files(part: str) -> None:
    assert unmet(NOT_HERE[part]) == part


@pytest.mark.parametrize("first", range(len(NOT_HERE)))
def test_of_several_the_first_in_a_fixed_order_is_named(first: int) -> None:
    parts = list(NOT_HERE)[first:]
    # Dates that end before they begin and both exceptions at once are no rule.
    later = [part for part in parts[1:] if part != "when.until" and not part.startswith("when.except")]
    assert unmet(", ".join(NOT_HERE[part] for part in (parts[0], *later)), "condition: 'false',") == parts[0]


@pytest.mark.parametrize("part", NOT_THEM)
@pytest.mark.parametrize("buyer", [MEMBER, None], ids=["a member", "nobody"])
def test_the_part_that_does_not_fit_the_member_is_named_as_in_files(part: str, buyer: MemberFacts | None) -> None:
    assert unmet(NOT_THEM[part], "condition: 'false',", buyer) == part


@pytest.mark.parametrize("first", range(len(NOT_THEM)))
def test_of_several_parts_that_do_not_fit_the_member_the_first_is_named(first: int) -> None:
    parts = list(NOT_THEM)[first:]
    assert unmet(", ".join(NOT_THEM[part] for part in parts), "condition: 'false',", MEMBER) == parts[0]


def test_the_member_is_looked_at_last() -> None:
    asked = ", ".join(NOT_THEM.values())
    assert unmet(asked, "basket: {quantity_at_least: 9},", MEMBER) == "basket"


@pytest.mark.parametrize("part", [part for part in Part if part.path in NOT_THEM])
def test_what_is_said_of_a_member_repeats_nothing(part: Part) -> None:
    assert not re.search(r"\d", part.sentence)


def test_the_basket_comes_before_the_condition() -> None:
    assert unmet("", "basket: {quantity_at_least: 9}, condition: 'false',") == "basket"
    assert unmet("", "condition: 'false',") == "condition"


def test_the_order_of_parts_is_that_of_their_list() -> None:
    told = [part.path for part in Part]
    assert [part for part in told if part in NOT_HERE] == list(NOT_HERE)
    assert told[-10:-6] == ["per_amount.per", "steps.thresholds", "bundle.parts", "basket"]
    assert told[-6:] == [*NOT_THEM, "condition"]


def test_a_rule_in_another_currency_says_so() -> None:
    rules = """
    brands: {BOTH: {name: Both, entity: north, liability: [0.01 USD, 0.01 EUR]}}
    locations:
      us: {name: US, operator: north, brands: BOTH, currency: USD, time_zone: UTC}
      eu: {name: EU, operator: north, brands: BOTH, currency: EUR, time_zone: UTC}
    earn_rules:
      a: {brand: BOTH, per_amount: {points: 1, per: 1.00 EUR}}
      b: {brand: BOTH, steps: {thresholds: [{from: 1.00 EUR, points: 1}], per: line}}
    """
    judged = evaluate(with_rules(rules), order(line(1, "BOTH", 500), location="us"), explain=True)
    assert [outcome.unmet for outcome in judged.lines[0].outcomes] == ["per_amount.per", "steps.thresholds"]


def test_without_explain_only_selecting_rules_that_pay_nothing_are_told() -> None:
    rules = """
    earn_rules:
      pays: {brand: NORTH, per_unit: {points: 1}}
      nothing: {brand: NORTH, per_amount: {points: 1, per: 100.00 USD}}
      elsewhere: {brand: NORTH, when: {locations: [pier]}, per_unit: {points: 1}}
      other-brand: {brand: PEAK, per_unit: {points: 1}}
    """
    ids = [
        [(outcome.rule.rule.rule_id, outcome.outcome) for outcome in evaluated.lines[0].outcomes]
        for evaluated in (evaluate(with_rules(rules), order(LINE), explain=explain) for explain in (False, True))
    ]
    assert ids == [
        [("nothing", Outcome.NOTHING)],
        [("elsewhere", Outcome.NOT_SELECTED), ("nothing", Outcome.NOTHING), ("pays", Outcome.PAID)],
    ]


@pytest.mark.parametrize(("lines", "told"), [(1, MOST_A_LINE), (10, MOST_A_LINE), (100, MOST_AN_ORDER // 100)])
def test_so_many_rules_are_told_of_the_lowest_ordinals_first(lines: int, told: int) -> None:
    rules = "".join(
        f"  r{number:04}: {{brand: NORTH, when: {{skus: [s{number}]}}, per_unit: {{points: 1}}}}\n"
        for number in range(1_200)
    )
    asked = order(*(line(number, "NORTH", 100, sku="s1100") for number in range(1, lines + 1)))
    judged = evaluate(with_rules("earn_rules:\n" + rules), asked, explain=True)
    for entry in judged.lines:
        assert len(entry.outcomes) == told
        ordinals = [outcome.rule.ordinal for outcome in entry.outcomes]
        assert ordinals == [*range(1, told), 1_101]


@pytest.mark.parametrize(
    ("effect", "counted", "number", "unit", "rate"),
    [
        ("per_amount: {points: 2, per: 1.00 USD}", Counted.PAID, 500, "USD", Fraction(2, 100)),
        ("per_unit: {points: 2.5}", Counted.PIECES, 3, "", Fraction(5, 2)),
        ("per_measure: {points: 2, unit: kg}", Counted.MEASURE, Fraction(3, 2), "kg", 2),
        ("fixed: {points: 7, per: line}", None, 0, "", None),
    ],
)
def test_points_are_told_as_figures(
    effect: str, counted: Counted | None, number: Fraction, unit: str, rate: Fraction | None
) -> None:
    sold = line(1, "NORTH", 500, quantity=3, measure=("kg", 1_500))
    rules = f"earn_rules: {{r: {{brand: NORTH, {effect}}}}}"
    made = evaluate(with_rules(rules), order(sold)).lines[0].awards[0].breakdown
    assert (made.counted, Fraction(*made.number), made.unit) == (counted, number, unit)
    assert (Fraction(*made.rate) if made.rate else None) == rate


def test_the_rate_of_a_share_takes_the_share_in() -> None:
    rules = "earn_rules: {r: {brand: NORTH, when: {payment: [card]}, per_amount: {points: 5, per: 1.00 USD}}}"
    asked = order(line(1, "NORTH", 6_000), payments={"card": 100, "cash": 200})
    (award,) = evaluate(with_rules(rules), asked).lines[0].awards
    made = award.breakdown
    assert made.rate is not None
    assert (made.counted, made.number, Fraction(*made.rate)) == (Counted.PAID, (6_000, 1), Fraction(5, 300))
    assert award.explanation == "60.00 USD, 1/3 of it by card, at 5 points per 1.00 USD = 100"
