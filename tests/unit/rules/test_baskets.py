"""What rules ask of the basket beside the line they judge."""

import pytest

from rules_service.domain.evaluate import evaluate
from tests.unit.rules.examples import line, order, with_rules
from tests.unit.rules.test_selectors import TREE, earns

EUROS = """
brands: {EURO: {name: Euro, entity: north, liability: 0.01 EUR}}
locations: {eu: {name: EU, operator: north, brands: EURO, currency: EUR, time_zone: UTC}}
"""


def with_basket(basket: str, more: str = "") -> str:
    """A rule for North that gives a point a line."""
    return f"earn_rules: {{r: {{brand: NORTH, basket: {{{basket}}}, fixed: {{points: 1, per: line}}}}}}{more}"


@pytest.mark.parametrize(
    ("basket", "earned"),
    [
        ("spend_at_least: 30.00 USD", [1, 1]),
        ("spend_at_least: 30.01 USD", [0, 0]),
        ("spend_at_least: 80.00 USD, any_brand: true", [1, 1]),
        ("spend_at_least: 80.01 USD, any_brand: true", [0, 0]),
        ("spend_at_least: 50.00 USD, brands: [PEAK]", [1, 1]),
        ("quantity_at_least: 3", [1, 1]),
        ("quantity_at_least: 4", [0, 0]),
        ("quantity_at_least: 2, skus: [a]", [1, 1]),
        ("quantity_at_least: 2, skus: [b]", [0, 0]),
        ("quantity_at_least: 2, spend_at_least: 31.00 USD", [0, 0]),
        ("spend_at_least: 30.00 EUR", [0, 0]),
    ],
)
def test_a_basket_is_looked_at_as_a_whole(basket: str, earned: list[int]) -> None:
    lines = (
        line(1, "NORTH", 1_000, quantity=2, sku="a"),
        line(2, "NORTH", 2_500, paid=2_000, sku="b"),
        line(3, "PEAK", 5_000, quantity=9),
        line(4, "", 900, quantity=9),
        line(5, "NORTH", -100, discount=True, quantity=9),
    )
    assert earns(with_rules(with_basket(basket, EUROS)), order(*lines))[:2] == earned


def test_goods_below_a_category_count() -> None:
    lines = (line(1, "NORTH", 100), line(2, "NORTH", 100, categories=["brie"], quantity=2))
    program = with_rules(with_basket("quantity_at_least: 2, categories: [food]", TREE))
    assert earns(program, order(*lines)) == [1, 1]


def test_a_line_of_another_brand_changes_nothing_unless_the_basket_asks_for_it() -> None:
    own, other = line(1, "NORTH", 1_000), line(2, "PEAK", 9_000)
    for basket, with_other in (
        ("spend_at_least: 20.00 USD", [0, 0]),
        ("spend_at_least: 20.00 USD, any_brand: true", [1, 0]),
    ):
        program = with_rules(with_basket(basket))
        assert earns(program, order(own)) == [0]
        assert earns(program, order(own, other)) == with_other


def test_a_basket_that_is_not_enough_is_told() -> None:
    judged = evaluate(with_rules(with_basket("quantity_at_least: 4")), order(line(1, "NORTH", 100)), explain=True)
    assert [outcome.unmet for outcome in judged.lines[0].outcomes] == ["basket"]
