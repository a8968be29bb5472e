"""What rules select lines by, beside what `test_evaluate` shows: place, payment, time, goods."""

from datetime import datetime

import pytest

from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.order import Order
from tests.unit.rules.examples import line, order, with_rules

TREE = """
categories:
  food: {name: Food}
  cheese: {name: Cheese, parent: food}
  brie: {name: Brie, parent: cheese}
  wine: {name: Wine}
"""


def rule(when: str, effect: str = "per_unit: {points: 1}", brand: str = "NORTH") -> str:
    """One rule."""
    return f"earn_rules: {{r: {{brand: {brand}, when: {{{when}}}, {effect}}}}}"


def earns(program: CompiledProgram, asked: Order) -> list[int]:
    """Points of each line."""
    return [sum(award.points for award in judged.awards) for judged in evaluate(program, asked).lines]


@pytest.mark.parametrize(
    ("when", "selected"),
    [
        ("categories: [food]", [1, 1, 1, 0, 0]),
        ("categories: [cheese, wine]", [0, 1, 1, 1, 0]),
        ("categories: [food], except: {categories: [cheese]}", [1, 0, 0, 0, 0]),
        ("except: {categories: [brie, wine]}", [1, 1, 0, 0, 1]),
    ],
)
def test_a_category_stands_for_those_below_it(when: str, selected: list[int]) -> None:
    lines = [
        line(number, "NORTH", 100, categories=found)
        for number, found in enumerate((["food"], ["cheese"], ["brie"], ["wine"], ["unknown"]), start=1)
    ]
    assert earns(with_rules(rule(when) + TREE), order(*lines)) == selected


def test_without_a_tree_a_category_stands_for_itself() -> None:
    lines = [line(1, "NORTH", 100, categories=["food"]), line(2, "NORTH", 100, categories=["brie"])]
    assert earns(with_rules(rule("categories: [food]")), order(*lines)) == [1, 0]


@pytest.mark.parametrize(
    ("when", "location", "selected"),
    [
        ("regions: [east]", "mall", 1),
        ("regions: [east]", "pier", 0),
        ("operators: [peak]", "pier", 1),
        ("operators: [peak]", "mall", 0),
        ("operators: [peak, north], locations: [mall]", "mall", 1),
    ],
)
def test_rules_are_for_a_region_or_an_operator(when: str, location: str, selected: int) -> None:
    asked = order(line(1, "PEAK", 100), location=location)
    assert earns(with_rules(rule(when, brand="PEAK")), asked) == [selected]


@pytest.mark.parametrize(
    ("attributes", "selected"),
    [
        ({"colour": "red", "size": "m"}, 1),
        ({"colour": "blue", "size": "m"}, 1),
        ({"colour": "red", "size": "s"}, 0),
        ({"colour": "red"}, 0),
        ({"size": "red", "colour": "m"}, 0),
    ],
)
def test_every_attribute_that_is_named_has_one_of_its_values(attributes: dict[str, str], selected: int) -> None:
    program = with_rules(rule("attributes: {colour: [red, blue], size: m}"))
    assert earns(program, order(line(1, "NORTH", 100, attributes=attributes))) == [selected]


def test_skus_can_be_left_out() -> None:
    lines = [line(1, "NORTH", 100, sku="a"), line(2, "NORTH", 100, sku="b"), line(3, "NORTH", 100)]
    assert earns(with_rules(rule("except: {skus: [a]}")), order(*lines)) == [0, 1, 1]


@pytest.mark.parametrize(
    ("when", "at", "selected"),
    [
        # New York is four hours behind UTC in summer: Saturday begins there at 04:00 UTC.
        ("weekdays: [sat]", "2024-07-06T03:59:00Z", 0),
        ("weekdays: [sat]", "2024-07-06T04:00:00Z", 1),
        ("weekdays: [sat, sun]", "2024-07-08T03:59:59Z", 1),
        ("weekdays: mon", "2024-07-08T04:00:00Z", 1),
        ("hours: {from: 17:00, until: 19:00}", "2024-07-06T20:59:59Z", 0),
        ("hours: {from: 17:00, until: 19:00}", "2024-07-06T21:00:00Z", 1),
        ("hours: {from: 17:00, until: 19:00}", "2024-07-06T23:00:00Z", 0),
        # A window that passes midnight belongs to the day of the sale's own local date.
        ("hours: {from: 22:00, until: 02:00}, weekdays: [fri]", "2024-07-06T02:30:00Z", 1),
        ("hours: {from: 22:00, until: 02:00}, weekdays: [fri]", "2024-07-06T04:30:00Z", 0),
        ("hours: {from: 22:00, until: 02:00}, weekdays: [sat]", "2024-07-06T04:30:00Z", 1),
        ("hours: {from: 22:00, until: 02:00}", "2024-07-06T06:00:00Z", 0),
    ],
)
def test_weekdays_and_hours_are_local(when: str, at: str, selected: int) -> None:
    asked = order(line(1, "NORTH", 100), time=datetime.fromisoformat(at))
    assert earns(with_rules(rule(when)), asked) == [selected]


@pytest.mark.parametrize(
    ("when", "payments", "points"),
    [
        ("payment: [card]", {"card": 6_000}, 300),
        ("payment: [card]", {"card": 4_500, "cash": 1_500}, 225),
        ("payment: [card]", {"card": 1, "cash": 2}, 100),
        ("payment: [card, voucher]", {"card": 2_000, "cash": 2_000, "voucher": 2_000}, 200),
        ("payment: [card]", {"cash": 6_000}, 0),
        ("payment: [card]", {}, 0),
    ],
)
def test_the_share_that_was_paid_by_the_means_is_judged(when: str, payments: dict[str, int], points: int) -> None:
    program = with_rules(rule(when, "per_amount: {points: 5, per: 1.00 USD}"))
    assert earns(program, order(line(1, "NORTH", 6_000), payments=payments)) == [points]


@pytest.mark.parametrize(
    ("effect", "points"),
    [
        ("per_unit: {points: 2}", 6),
        ("per_measure: {points: 1, unit: litre}", 35),
        ("fixed: {points: 10, per: line}", 10),
        ("steps: {thresholds: [{from: 30.00 USD, points: 7}], per: line}", 7),
        ("steps: {thresholds: [{from: 30.01 USD, points: 7}], per: line}", 0),
    ],
)
def test_what_is_not_money_is_whole_if_the_means_paid_anything(effect: str, points: int) -> None:
    sold = line(1, "NORTH", 6_000, quantity=3, measure=("litre", 35_000))
    asked = order(sold, payments={"card": 50, "cash": 50})
    assert earns(with_rules(rule("payment: [card]", effect)), asked) == [points]


def test_a_multiplier_sees_the_share_of_the_base() -> None:
    rules = """
    earn_rules:
      base: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}}
      card: {brand: NORTH, when: {payment: [card]}, multiplier: {factor: 5}}
    """
    judged = evaluate(with_rules(rules), order(line(1, "NORTH", 6_000), payments={"card": 300, "cash": 100})).lines[0]
    assert [award.points for award in judged.awards] == [60, 180]
    assert judged.awards[1].explanation == "×5 card, 0.75 of it by card, adds 180"


@pytest.mark.parametrize(("currency", "location", "points"), [("USD", "us", 5), ("EUR", "eu", 10)])
def test_each_currency_has_its_own_rate(currency: str, location: str, points: int) -> None:
    rules = """
    brands: {BOTH: {name: Both, entity: north, liability: [0.01 USD, 0.01 EUR]}}
    locations:
      us: {name: US, operator: north, brands: BOTH, currency: USD, time_zone: UTC}
      eu: {name: EU, operator: north, brands: BOTH, currency: EUR, time_zone: UTC}
    earn_rules: {b: {brand: BOTH, per_amount: {points: 1, per: [1.00 USD, 0.50 EUR]}}}
    """
    assert earns(with_rules(rules), order(line(1, "BOTH", 500), currency=currency, location=location)) == [points]
