"""What rules may say in files, and what it means: selectors, baskets, effects, groups, several brands at once."""

import pytest

from chassis.values.money import Money
from rules_service.domain.earn_rule import EarnRule, Funder
from rules_service.domain.effects import (
    Basis,
    Bundle,
    BundlePart,
    Effect,
    FixedPoints,
    PointsPerAmount,
    Step,
    ThresholdSteps,
)
from rules_service.domain.program import Category
from rules_service.domain.selector import AttributeChoice, BasketCondition, HourWindow, LineFilter, Selector
from rules_service.domain.stacking import StackingGroup, StackingMode
from tests.unit.rules.examples import SHOP, program

TWO_CURRENCIES = SHOP.replace("liability: 0.008 USD", "liability: [0.008 USD, 0.008 EUR]").replace(
    "[PEAK], currency: USD", "[PEAK], currency: EUR"
)


def rule(text: str, shop: str = SHOP) -> EarnRule:
    """The one rule of the program."""
    (read,) = program(shop, f"earn_rules: {{r: {{brand: NORTH, {text}}}}}").earn_rules
    return read


@pytest.mark.parametrize(
    ("when", "selector"),
    [
        ("regions: east", Selector(regions=("east",))),
        ("operators: [north, peak]", Selector(operator_entity_ids=("north", "peak"))),
        ("payment: brand_card", Selector(payment_means=("brand_card",))),
        (
            "attributes: {size: [S, M], colour: red}",
            Selector(attributes=(AttributeChoice("colour", ("red",)), AttributeChoice("size", ("S", "M")))),
        ),
        ("weekdays: [sun, mon, sun]", Selector(weekdays=(1, 7))),
        ("weekdays: wed", Selector(weekdays=(3,))),
        ("hours: {from: 17:00, until: 19:30}", Selector(hours=HourWindow(1020, 1170))),
        ('hours: {from: "9:05", until: "10:00"}', Selector(hours=HourWindow(545, 600))),
        ("hours: {from: 22:00, until: 02:00}", Selector(hours=HourWindow(1320, 120))),
        ("hours: {from: 17:00}", Selector(hours=HourWindow(1020, 0))),
        ("hours: {from: 17:00, until: 24:00}", Selector(hours=HourWindow(1020, 0))),
        ("hours: {until: 09:00}", Selector(hours=HourWindow(0, 540))),
        (
            "categories: food, except: {categories: [wine, beer], skus: 0123}",
            Selector(category_ids=("food",), excluded_category_ids=("wine", "beer"), excluded_skus=("0123",)),
        ),
    ],
)
def test_what_a_rule_asks_of_a_sale(when: str, selector: Selector) -> None:
    assert rule(f"per_unit: {{points: 1}}, when: {{{when}}}").selector == selector


@pytest.mark.parametrize(
    ("basket", "condition"),
    [
        ("spend_at_least: 50.00 USD", BasketCondition(LineFilter(), (Money("USD", 5000),))),
        ("quantity_at_least: 3, skus: a", BasketCondition(LineFilter(skus=("a",)), quantity_at_least=3)),
        (
            "quantity_at_least: 3, brands: [PEAK], categories: shoes",
            BasketCondition(LineFilter(brand_ids=("PEAK",), category_ids=("shoes",)), quantity_at_least=3),
        ),
        ("quantity_at_least: 1, any_brand: true", BasketCondition(LineFilter(any_brand=True), quantity_at_least=1)),
    ],
)
def test_what_a_rule_asks_of_the_basket(basket: str, condition: BasketCondition) -> None:
    assert rule(f"per_unit: {{points: 1}}, basket: {{{basket}}}").basket == condition


@pytest.mark.parametrize(
    ("effect", "meant"),
    [
        ("fixed: {points: 100, per: order}", FixedPoints(100, Basis.ORDER)),
        ("fixed: {points: 5, per: line}", FixedPoints(5, Basis.LINE)),
        (
            "steps: {per: order, thresholds: [{from: 50.00 USD, points: 2}, {from: 20.00 USD, points: 1}]}",
            ThresholdSteps((Step(Money("USD", 5000), 2), Step(Money("USD", 2000), 1)), Basis.ORDER),
        ),
        (
            "bundle: {points: 200, parts: [{categories: burgers}, {skus: [fries, salad], quantity: 2}], most_sets: 3}",
            Bundle(200, (BundlePart(("burgers",), (), 1), BundlePart((), ("fries", "salad"), 2)), 3),
        ),
        ("bundle: {points: 1, parts: [{skus: a}]}", Bundle(1, (BundlePart((), ("a",), 1),), 0)),
    ],
)
def test_what_a_rule_pays(effect: str, meant: Effect) -> None:
    assert rule(effect).effect == meant


def test_an_amount_for_each_currency() -> None:
    effect = rule("per_amount: {points: 1, per: [1.00 USD, 0.90 EUR]}", TWO_CURRENCIES).effect
    assert isinstance(effect, PointsPerAmount)
    assert effect.per == (Money("USD", 100), Money("EUR", 90))


def test_a_condition_may_take_several_lines() -> None:
    text = """
    earn_rules:
      r:
        brand: NORTH
        per_unit: {points: 1}
        condition: |
          line.quantity >= 3
            && order.channel == "web"
    """
    (read,) = program(SHOP, text).earn_rules
    assert read.condition == 'line.quantity >= 3\n  && order.channel == "web"'


def test_categories_and_groups() -> None:
    text = """
    categories: {food: {name: Food}, wine: {name: Wine, parent: food}}
    stacking: {deals: {mode: best_of, per: order}, gifts: {mode: first}}
    """
    read = program(SHOP, text)
    assert read.categories == (Category("food", "Food"), Category("wine", "Wine", "food"))
    assert read.stacking_groups == (
        StackingGroup("deals", StackingMode.BEST_OF, Basis.ORDER),
        StackingGroup("gifts", StackingMode.FIRST, Basis.LINE),
    )


def test_a_rule_in_a_group() -> None:
    text = "stacking: {g: {mode: first}}\nearn_rules: {r: {brand: NORTH, per_unit: {points: 1}, group: g, priority: 7}}"
    (read,) = program(SHOP, text).earn_rules
    assert (read.stacking_group, read.priority) == ("g", 7)


def test_a_rule_of_several_brands_is_one_for_each() -> None:
    rules = program(SHOP, "earn_rules: {r: {brands: [PEAK, NORTH], offer: o, per_unit: {points: 1}}}").earn_rules
    assert [(rule.rule_id, rule.brand_id, rule.offer_id, rule.funders) for rule in rules] == [
        ("r.PEAK", "PEAK", "o", (Funder("peak", 10_000),)),
        ("r.NORTH", "NORTH", "o", (Funder("north", 10_000),)),
    ]
