"""What is wrong with rules, groups and categories is found when they are saved, each at its place."""

import pytest

from chassis.values.refusal import Refusal
from tests.unit.rules.examples import SHOP, program

TREE = "categories: {food: {name: Food}, wine: {name: Wine, parent: food}}"


def faults(*texts: str) -> list[tuple[str, str]]:
    """Where and what, of files that cannot be a program."""
    with pytest.raises(Refusal) as raised:
        program(*texts)
    return [(violation.field, violation.description) for violation in raised.value.violations]


def rule_faults(rule: str, *more: str) -> list[tuple[str, str]]:
    """Faults of one rule of North; places are told without file, line and rule."""
    found = faults(SHOP, f"earn_rules: {{r: {{brand: NORTH, {rule}}}}}", *more)
    assert all(field.startswith("1.yaml:1 earn_rules.r") for field, _ in found)
    return [(field.removeprefix("1.yaml:1 earn_rules.r").removeprefix("."), reason) for field, reason in found]


@pytest.mark.parametrize(
    ("when", "place", "reason"),
    [
        ("regions: [east, west]", "regions[1]", "no location is in region west"),
        ("operators: hq", "operators", "there is no entity hq"),
        ("weekdays: [mon, funday]", "weekdays[1]", "should be mon, tue, wed, thu, fri, sat, sun"),
        ("hours: {from: 25:00}", "hours.from", "should be a time of day such as 09:30 or 17:00"),
        ("hours: {from: 24:00}", "hours.from", "should be a time of day such as 09:30 or 17:00"),
        ("hours: {}", "hours", "begins and ends at the same time; for the whole day leave it out"),
        (
            "hours: {from: 09:00, until: 09:00}",
            "hours",
            "begins and ends at the same time; for the whole day leave it out",
        ),
        ("attributes: {colour: []}", "attributes.colour", "should not be empty"),
        ("except: {brands: PEAK}", "except.brands", "is no key here; keys are categories, skus"),
    ],
)
def test_a_faulty_selector(when: str, place: str, reason: str) -> None:
    assert rule_faults(f"per_unit: {{points: 1}}, when: {{{when}}}") == [(f"when.{place}", reason)]


def test_an_operator_without_locations_selects_nothing() -> None:
    text = "entities: {hq: {name: HQ}}\nearn_rules: {r: {brand: NORTH, per_unit: {points: 1}, when: {operators: hq}}}"
    assert faults(SHOP, text) == [("1.yaml:2 earn_rules.r.when.operators", "hq runs no location")]


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("per_unit: {points: 1}, when: {categories: [food, vine]}", "when.categories[1]"),
        ("per_unit: {points: 1}, when: {except: {categories: vine}}", "when.except.categories"),
        ("per_unit: {points: 1}, basket: {quantity_at_least: 2, categories: vine}", "basket.categories"),
        ("bundle: {points: 1, parts: [{categories: [wine]}, {categories: vine}]}", "bundle.parts[1].categories"),
    ],
)
def test_with_a_tree_rules_name_only_categories_of_it(rule: str, place: str) -> None:
    assert rule_faults(rule, TREE) == [(place, "there is no category vine")]


@pytest.mark.parametrize(
    ("basket", "place", "reason"),
    [
        ("skus: a", "", "should have spend_at_least or quantity_at_least"),
        ("quantity_at_least: 1, any_brand: true, brands: PEAK", "", "should have brands or any_brand, not both"),
        ("quantity_at_least: 1, brands: [NORTH, EAST]", ".brands[1]", "there is no brand EAST"),
        ("quantity_at_least: 0", ".quantity_at_least", "should be a whole number from 1 to 1000000"),
        ("spend_at_least: 0 USD", ".spend_at_least", "must be above 0 and at most 1000000000 minor units"),
        ("spend_at_least: [1 USD, 2 USD]", ".spend_at_least[1]", "a second amount in USD"),
        ("spend_at_least: 1 EUR", ".spend_at_least", "no location takes EUR"),
        ("spend_at_least: []", ".spend_at_least", "should not be empty"),
    ],
)
def test_a_faulty_basket(basket: str, place: str, reason: str) -> None:
    assert rule_faults(f"per_unit: {{points: 1}}, basket: {{{basket}}}") == [(f"basket{place}", reason)]


@pytest.mark.parametrize(
    ("effect", "place", "reason"),
    [
        ("per_amount: {points: 1, per: [1 USD, 2 USD]}", "per_amount.per[1]", "a second amount in USD"),
        ("per_amount: {points: 1, per: []}", "per_amount.per", "should not be empty"),
        ("fixed: {points: 0, per: line}", "fixed.points", "should be a whole number from 1 to 1000000"),
        ("fixed: {points: 1.5, per: line}", "fixed.points", "should be a whole number from 1 to 1000000"),
        ("fixed: {points: 1000001, per: line}", "fixed.points", "should be a whole number from 1 to 1000000"),
        ("fixed: {points: 1}", "fixed.per", "is missing"),
        ("fixed: {points: 1, per: basket}", "fixed.per", "should be line or order"),
        ("steps: {per: line, thresholds: []}", "steps.thresholds", "should not be empty"),
        (
            "steps: {per: line, thresholds: [{from: 20 USD, points: 2}, {from: 50 USD, points: 2}]}",
            "steps.thresholds[1].points",
            "must be above 2, which 20.00 USD give already",
        ),
        (
            "steps: {per: line, thresholds: [{from: 50 USD, points: 1}, {from: 20 USD, points: 2}]}",
            "steps.thresholds[0].points",
            "must be above 2, which 20.00 USD give already",
        ),
        (
            "steps: {per: line, thresholds: [{from: 20 USD, points: 1}, {from: 20 USD, points: 2}]}",
            "steps.thresholds[1].from",
            "another step begins at the same amount",
        ),
        (
            "steps: {per: line, thresholds: [{from: 0 USD, points: 1}]}",
            "steps.thresholds[0].from",
            "must be above 0 and at most 1000000000 minor units",
        ),
        ("bundle: {points: 1, parts: []}", "bundle.parts", "should not be empty"),
        ("bundle: {points: 1, parts: [{quantity: 2}]}", "bundle.parts[0]", "should name categories or skus"),
        (
            f"bundle: {{points: 1, parts: [{', '.join(f'{{skus: s{number}}}' for number in range(17))}]}}",
            "bundle.parts",
            "should have at most 16 entries",
        ),
        (
            "bundle: {points: 1, parts: [{skus: [a, b]}, {skus: c}, {skus: b, categories: x}]}",
            "bundle.parts[2]",
            "part 1 takes all of its goods, so no set is ever complete",
        ),
        (
            "bundle: {points: 1, most_sets: 0, parts: [{skus: a}]}",
            "bundle.most_sets",
            "should be a whole number from 1 to 1000000",
        ),
    ],
)
def test_a_faulty_effect(effect: str, place: str, reason: str) -> None:
    assert rule_faults(effect) == [(place, reason)]


def test_a_rule_in_a_currency_that_no_location_takes() -> None:
    shop = SHOP.replace("0.008 USD", "[0.008 USD, 0.008 EUR]")
    rule = "earn_rules: {r: {brand: NORTH, per_amount: {points: 1, per: [1 USD, 1 EUR]}}}"
    assert faults(shop, rule) == [("1.yaml:1 earn_rules.r.per_amount.per[1]", "no location takes EUR")]


@pytest.mark.parametrize("effect", ["fixed: {points: 1, per: order}", "bundle: {points: 1, parts: [{skus: a}]}"])
def test_new_effects_need_a_liability_where_they_pay(effect: str) -> None:
    shop = SHOP.replace("liability: 0.008 USD", "liability: 0.008 EUR")
    assert faults(shop, f"earn_rules: {{r: {{brand: NORTH, {effect}}}}}") == [
        ("0.yaml:5 brands.NORTH.liability", "rules of NORTH may pay in USD: state what a point stands for in USD")
    ]


def test_steps_need_a_liability_in_each_of_their_currencies() -> None:
    shop = SHOP.replace("brands: [PEAK], currency: USD", "brands: [PEAK], currency: EUR")
    steps = "steps: {per: line, thresholds: [{from: 1 USD, points: 1}, {from: 1 EUR, points: 1}]}"
    assert faults(shop, f"earn_rules: {{r: {{brand: NORTH, {steps}}}}}") == [
        ("0.yaml:5 brands.NORTH.liability", "rules of NORTH may pay in EUR: state what a point stands for in EUR")
    ]


@pytest.mark.parametrize(
    ("condition", "column"),
    [("line.quantity >", 16), ("line.price > 1", 5), ("1 + 1", 3), ("line.quantity > 'a'", 15)],
)
def test_a_condition_that_does_not_compile_names_the_column(condition: str, column: int) -> None:
    ((place, reason),) = rule_faults(f'per_unit: {{points: 1}}, condition: "{condition}"')
    assert place == "condition"
    assert reason.startswith(f"column {column}: ")


def test_a_condition_of_several_lines_names_the_line() -> None:
    text = """\
    earn_rules:
      r:
        brand: NORTH
        per_unit: {points: 1}
        condition: |
          true &&
          nothing
    """
    ((place, reason),) = faults(SHOP, text)
    assert place == "1.yaml:5 earn_rules.r.condition"
    assert reason.startswith("line 2, column 1: ")


@pytest.mark.parametrize("text", ['""', "' '", f'"{"x" * 2001}"', r'"a\tb\u0007"'])
def test_what_is_no_text_of_a_condition(text: str) -> None:
    assert rule_faults(f"per_unit: {{points: 1}}, condition: {text}") == [
        ("condition", "should be a condition in CEL, at most 2000 characters")
    ]


@pytest.mark.parametrize(
    ("rules", "place", "reason"),
    [
        ("r: {brand: NORTH, per_unit: {points: 1}, group: none}", "r.group", "there is no group none"),
        (
            "r: {brand: NORTH, per_unit: {points: 1}, priority: 1}",
            "r.priority",
            "counts in a group alone; name the `group`",
        ),
        (
            "a: {brand: NORTH, per_unit: {points: 1}, group: lines}\n"
            "  r: {brand: PEAK, kind: bonus, per_unit: {points: 1}, group: lines}",
            "r.group",
            "rules of a group are of one kind: this is bonus, a is base",
        ),
        (
            "r: {brand: NORTH, fixed: {points: 1, per: order}, group: lines}",
            "r.group",
            "group lines decides line by line, this rule over the order; give the group `per: order`",
        ),
        (
            "r: {brand: NORTH, per_unit: {points: 1}, rounding_scope: order, group: lines}",
            "r.group",
            "group lines decides line by line, this rule over the order; give the group `per: order`",
        ),
    ],
)
def test_a_rule_that_does_not_fit_its_group(rules: str, place: str, reason: str) -> None:
    got = faults(SHOP, f"stacking: {{lines: {{mode: best_of}}}}\nearn_rules:\n  {rules}")
    assert [(field.split(" ")[1], told) for field, told in got] == [(f"earn_rules.{place}", reason)]


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ("a: {name: A, parent: b}", [("categories.a.parent", "there is no category b")]),
        ("a: {name: A, parent: a}", [("categories.a.parent", "is above itself: a below a")]),
        (
            "x: {name: X, parent: b}\n  a: {name: A, parent: b}\n  b: {name: B, parent: c}\n  c: {name: C, parent: a}",
            [("categories.b.parent", "is above itself: b below c below a below b")],
        ),
    ],
)
def test_a_faulty_tree(tree: str, found: list[tuple[str, str]]) -> None:
    got = faults(SHOP, f"categories:\n  {tree}")
    assert [(field.split(" ")[1], reason) for field, reason in got] == found


def test_a_tree_has_at_most_32_levels() -> None:
    chain = "\n".join(f"  c{number}: {{name: C, parent: c{number - 1}}}" for number in range(1, 40))
    assert faults(SHOP, f"categories:\n  c0: {{name: C}}\n{chain}") == [
        ("1.yaml:34 categories.c32.parent", "is more than 32 levels deep")
    ]


def test_a_rule_has_a_brand_or_brands() -> None:
    assert faults(SHOP, "earn_rules: {r: {per_unit: {points: 1}}}") == [
        ("1.yaml:1 earn_rules.r", "should have either brand or brands")
    ]
    assert rule_faults("brands: [PEAK], per_unit: {points: 1}") == [("", "should have either brand or brands")]


def test_a_rule_of_several_brands_is_judged_at_the_place_it_is_written() -> None:
    text = """\
    earn_rules:
      r:
        brands: [NORTH, EAST]
        multiplier: {factor: 1}
        when: {locations: moon}
    """
    assert faults(SHOP, text) == [
        ("1.yaml:3 earn_rules.r.brands[1]", "there is no brand EAST"),
        ("1.yaml:4 earn_rules.r.multiplier.factor", "must be above 1 and at most 100"),
        ("1.yaml:4 earn_rules.r.multiplier", "brand NORTH has no base rule to multiply"),
        ("1.yaml:4 earn_rules.r.multiplier", "brand EAST has no base rule to multiply"),
        ("1.yaml:5 earn_rules.r.when.locations", "there is no location moon"),
    ]


@pytest.mark.parametrize(
    ("rules", "place", "reason"),
    [
        ("r: {brands: [PEAK, PEAK], per_unit: {points: 1}}", "r.brands[1]", "is named a second time"),
        (
            "r: {brands: [PEAK], per_unit: {points: 1}}\n  r.PEAK: {brand: PEAK, per_unit: {points: 1}}",
            "r.brands[0]",
            "its rule would be called r.PEAK, and so is another",
        ),
        (
            f"{'r' * 125}: {{brands: PEAK, per_unit: {{points: 1}}}}",
            f"{'r' * 125}.brands",
            f"its rule would be called {'r' * 125}.PEAK, which is longer than an id may be",
        ),
    ],
)
def test_a_rule_of_several_brands_has_ids_of_its_own(rules: str, place: str, reason: str) -> None:
    got = faults(SHOP, f"earn_rules:\n  {rules}")
    assert [(field.split(" ")[1], told) for field, told in got] == [(f"earn_rules.{place}", reason)]


def test_brands_do_not_multiply_rules_without_end() -> None:
    names = [f"b{number}" for number in range(5_000)]
    brands = "\n".join(f"  {name}: {{name: B, entity: north}}" for name in names)
    rules = "\n".join(f"  r{number}: {{brands: [{', '.join(names)}], per_unit: {{points: 1}}}}" for number in range(11))
    assert faults(SHOP, f"brands:\n{brands}", f"earn_rules:\n{rules}") == [
        ("2.yaml:11 earn_rules.r9", "a program has at most 50000 rules")
    ]
