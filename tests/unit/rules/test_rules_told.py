"""Programs as the other services are told of them: what rules ask and pay, categories, groups."""

import pytest
from loyalty.rules.v1 import program_pb2 as pb
from loyalty.type.v1 import money_pb2

from rules_service.domain.revision import Revision
from rules_service.wire import programs
from tests.unit.rules.examples import NOON, program
from tests.unit.rules.test_rule_files import TWO_CURRENCIES


def told(text: str) -> pb.Program:
    """A program with the text, as rules tell it."""
    return programs.revision(Revision("t", "rev_t", 1, NOON, program(TWO_CURRENCIES, text))).program


def told_rule(text: str) -> pb.EarnRule:
    (rule,) = told(
        f"stacking: {{g: {{mode: stack, per: order}}}}\nearn_rules: {{r: {{brand: NORTH, {text}}}}}"
    ).earn_rules
    return rule


def usd(minor_units: int) -> money_pb2.Money:
    return money_pb2.Money(currency_code="USD", minor_units=minor_units)


def eur(minor_units: int) -> money_pb2.Money:
    return money_pb2.Money(currency_code="EUR", minor_units=minor_units)


@pytest.mark.parametrize(
    ("when", "selector"),
    [
        ("regions: east", pb.Selector(regions=["east"])),
        ("operators: north", pb.Selector(operator_entity_ids=["north"])),
        ("payment: [card, cash]", pb.Selector(payment_means=["card", "cash"])),
        ("weekdays: [sun, mon]", pb.Selector(weekdays=[1, 7])),
        (
            "hours: {from: 22:00, until: 2:30}",
            pb.Selector(hours=pb.HourWindow(start_minute=1320, end_minute=150)),
        ),
        (
            "attributes: {size: [M, L]}",
            pb.Selector(attributes=[pb.AttributeChoice(name="size", values=["L", "M"])]),
        ),
        (
            "except: {categories: wine, skus: s}",
            pb.Selector(excluded_category_ids=["wine"], excluded_skus=["s"]),
        ),
    ],
)
def test_what_a_rule_asks_is_told(when: str, selector: pb.Selector) -> None:
    assert told_rule(f"per_unit: {{points: 1}}, when: {{{when}}}").selector == selector


@pytest.mark.parametrize(
    ("effect", "rule"),
    [
        (
            "per_amount: {points: 1, per: [1.00 USD, 0.90 EUR]}",
            pb.EarnRule(
                per_amount=pb.PointsPerAmount(
                    points=money_pb2.Ratio(numerator=1, denominator=1), per=eur(90), also_per=[usd(100)]
                )
            ),
        ),
        ("fixed: {points: 5, per: order}", pb.EarnRule(fixed=pb.FixedPoints(points=5, basis=pb.BASIS_ORDER))),
        (
            "steps: {per: line, thresholds: [{from: 50 USD, points: 2}, {from: 20 USD, points: 1}]}",
            pb.EarnRule(
                steps=pb.ThresholdSteps(
                    basis=pb.BASIS_LINE,
                    steps=[
                        pb.ThresholdStep(at_least=usd(2000), points=1),
                        pb.ThresholdStep(at_least=usd(5000), points=2),
                    ],
                )
            ),
        ),
        (
            "bundle: {points: 3, most_sets: 2, parts: [{categories: c}, {skus: s, quantity: 4}]}",
            pb.EarnRule(
                bundle=pb.Bundle(
                    points=3,
                    most=2,
                    parts=[pb.BundlePart(category_ids=["c"], quantity=1), pb.BundlePart(skus=["s"], quantity=4)],
                )
            ),
        ),
    ],
)
def test_what_a_rule_pays_is_told(effect: str, rule: pb.EarnRule) -> None:
    name = rule.WhichOneof("effect")
    assert name is not None
    assert getattr(told_rule(effect), name) == getattr(rule, name)


def test_the_rest_of_a_rule_is_told() -> None:
    basket = "basket: {spend_at_least: [9 USD, 8 EUR], quantity_at_least: 2, any_brand: true, skus: s}"
    rule = told_rule(f"per_unit: {{points: 1}}, condition: line.quantity > 1, group: g, priority: 4, {basket}")
    assert (rule.condition, rule.stacking_group, rule.priority) == ("line.quantity > 1", "g", 4)
    assert rule.basket == pb.BasketCondition(
        lines=pb.LineFilter(any_brand=True, skus=["s"]),
        spend_at_least=[eur(800), usd(900)],
        quantity_at_least=2,
    )


def test_categories_groups_and_gaps_are_told() -> None:
    text = "categories: {a: {name: A}, b: {name: B, parent: a}}\nstacking: {g: {mode: first, per: order}}"
    message = told(text)
    assert list(message.categories) == [
        pb.Category(category_id="a", name="A"),
        pb.Category(category_id="b", name="B", parent_id="a"),
    ]
    assert list(message.stacking_groups) == [
        pb.StackingGroup(group_id="g", mode=pb.STACKING_MODE_FIRST, basis=pb.BASIS_ORDER)
    ]
    assert not message.policies.redemption.agreement_gaps_allowed
