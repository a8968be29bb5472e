"""What rules are found by: few dimensions, few others under the same key, and never more keys than there may be."""

from itertools import product
from math import prod
from typing import Any

from rules_service.domain.evaluate import evaluate
from rules_service.domain.index_keys import FEW, MOST_KEYS, chosen
from rules_service.domain.selector import AttributeChoice, Selector
from rules_service.domain.unmet import Part
from tests.unit.rules.examples import line, order, with_rules


def parts(*selectors: Selector) -> list[set[Part]]:
    """What each is found by."""
    return [{dimension.part for dimension in dimensions} for dimensions in chosen(selectors)]


def grid(categories: int, locations: int, **more: Any) -> list[Selector]:
    """A selector for each category at each location."""
    return [
        Selector(category_ids=(f"c{category}",), location_ids=(f"l{location}",), **more)
        for category, location in product(range(categories), range(locations))
    ]


def test_what_names_nothing_has_no_key() -> None:
    assert parts(Selector(), Selector(excluded_skus=("a",))) == [set(), set()]


def test_a_value_that_few_name_is_key_enough() -> None:
    selector = Selector(skus=("a",), category_ids=("x",), location_ids=("l",), channels=("web",), weekdays=(1, 2))
    assert parts(*[selector] * FEW) == [{Part.SKUS}] * FEW


def test_the_value_that_fewest_name_is_preferred() -> None:
    common = [Selector(skus=("a",))] * (FEW + 1)
    assert parts(*common, Selector(skus=("a",), regions=("east",)))[-1] == {Part.REGIONS}


def test_values_that_many_name_are_keys_together() -> None:
    assert set(map(frozenset, parts(*grid(20, 20)))) == {frozenset({Part.CATEGORIES, Part.LOCATIONS})}


def test_a_dimension_that_tells_nothing_more_is_left_out() -> None:
    found = parts(*grid(20, 20, channels=("store", "web"), operator_entity_ids=("north",)))
    assert set(map(frozenset, found)) == {frozenset({Part.CATEGORIES, Part.LOCATIONS})}


def test_of_several_attributes_the_one_of_fewest_values_is_the_key() -> None:
    choices = (AttributeChoice("colour", ("blue", "red")), AttributeChoice("size", ("m",)))
    (dimensions,) = chosen([Selector(attributes=choices)])
    (dimension,) = dimensions
    assert dimension.wanted(Selector(attributes=choices)) == (("size", "m"),)


def test_there_are_never_too_many_keys() -> None:
    # Everybody names everything: no key is good, and long lists together would be very many keys.
    skus, categories = (tuple(f"{kind}{number}" for number in range(40)) for kind in "sc")
    selector = Selector(skus=skus, category_ids=categories, channels=("web", "store"))
    for dimensions in chosen([selector] * 50):
        assert prod(len(dimension.wanted(selector)) for dimension in dimensions) <= MOST_KEYS


def test_a_list_that_is_alone_in_a_key_is_entered_whole() -> None:
    assert parts(Selector(skus=tuple(f"s{number}" for number in range(MOST_KEYS + 1)))) == [{Part.SKUS}]


def test_what_is_not_in_the_key_is_asked_all_the_same() -> None:
    skus = ", ".join(f"s{number}" for number in range(MOST_KEYS))
    rules = f"""
    earn_rules:
      r: {{brand: NORTH, when: {{skus: [{skus}], categories: [x, y]}}, per_unit: {{points: 1}}}}
    """
    judged = with_rules(rules)

    def points(sku: str, category: str) -> int:
        asked = order(line(1, "NORTH", 1, sku=sku, categories=[category]))
        return len(evaluate(judged, asked).lines[0].awards)

    assert [points("s7", "y"), points("s7", "z"), points("t", "x")] == [1, 0, 0]
