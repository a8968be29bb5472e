"""What lines earn: the figures of docs/DOMAIN.md §4 and the shapes around them."""

from datetime import UTC, datetime

import pytest

from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.evaluate import evaluate
from rules_service.domain.order import Order
from tests.unit.rules.examples import line, order, with_rules

BASE = "earn_rules: {base: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}}}"


def points(program: CompiledProgram, asked: Order) -> list[list[int]]:
    """Points per line and award."""
    return [[award.points for award in judged.awards] for judged in evaluate(program, asked).lines]


def one(program: CompiledProgram, net: int, **fields: object) -> tuple[list[int], str]:
    """Points and explanation of an order of one North line."""
    judged = evaluate(program, order(line(1, "NORTH", net, **fields))).lines[0]
    return [award.points for award in judged.awards], judged.explanation


def test_three_lines_of_4_99_earn_12_per_line() -> None:
    lines = [line(number, "NORTH", 499) for number in (1, 2, 3)]
    assert points(with_rules(BASE), order(*lines)) == [[4], [4], [4]]


def test_three_lines_of_4_99_earn_14_per_order_and_ties_go_to_the_lowest_line() -> None:
    rules = "earn_rules: {b: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}, rounding_scope: order}}"
    lines = [line(number, "NORTH", 499) for number in (1, 2, 3)]
    assert points(with_rules(rules), order(*lines)) == [[5], [5], [4]]


def test_35_litres_earn_35_points() -> None:
    rules = "earn_rules: {f: {brand: NORTH, per_measure: {points: 1, unit: litre}}}"
    got = one(with_rules(rules), 5600, measure=("litre", 35_000))
    assert got == ([35], "35 litre at 1 point per litre = 35")


def test_another_unit_of_measure_earns_nothing() -> None:
    rules = "earn_rules: {f: {brand: NORTH, per_measure: {points: 1, unit: litre}}}"
    assert one(with_rules(rules), 5600, measure=("gallon", 35_000))[0] == []


def test_pieces_earn_points_each() -> None:
    rules = "earn_rules: {u: {brand: NORTH, per_unit: {points: 2.5}}}"
    assert one(with_rules(rules), 100, quantity=3) == ([7], "3 pieces at 2.5 points each = 7.5, rounded down to 7")


@pytest.mark.parametrize(("rounding", "expected"), [("floor", 2), ("half_up", 3), ("half_even", 2)])
def test_two_and_a_half_points_round_as_the_rule_says(rounding: str, expected: int) -> None:
    rules = f"earn_rules: {{u: {{brand: NORTH, per_unit: {{points: 2.5}}, rounding: {rounding}}}}}"
    assert one(with_rules(rules), 100)[0] == [expected]


def test_a_multiplier_pays_beyond_the_exact_base_with_its_own_rounding() -> None:
    # 3.33 exact base points: the base floors to 3, ×1.5 adds 1.665, not half of 3.
    rules = """
    earn_rules:
      base: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}}
      half-more: {brand: NORTH, multiplier: {factor: 1.5}, rounding: half_up}
    """
    got = one(with_rules(rules), 333)
    assert got[0] == [3, 2]
    assert got[1] == (
        "3.33 USD at 1 point per 1.00 USD = 3.33, rounded down to 3; "
        "×1.5 half-more adds 1.665, rounded half up to 2; in all 5"
    )


def test_two_multipliers_add_up_and_do_not_compound() -> None:
    rules = """
    earn_rules:
      base: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}}
      double: {brand: NORTH, multiplier: {factor: 2}}
      triple: {brand: NORTH, multiplier: {factor: 3}}
    """
    assert one(with_rules(rules), 1000)[0] == [10, 10, 20]


def test_earning_is_on_what_was_paid() -> None:
    got = one(with_rules(BASE), 6000, paid=5500)
    assert got == ([55], "55.00 USD paid of 60.00 USD at 1 point per 1.00 USD = 55")


def test_paid_below_zero_earns_on_zero() -> None:
    got = one(with_rules(BASE), 300, paid=-50)
    assert got == ([], "0.00 USD paid of 3.00 USD at 1 point per 1.00 USD = 0")


def test_zero_amount_and_zero_quantity_earn_nothing() -> None:
    rules = BASE.removesuffix("}") + ", u: {brand: NORTH, per_unit: {points: 1}}}"
    assert one(with_rules(rules), 0, quantity=0)[0] == []


def test_a_discount_line_earns_nothing_and_says_so() -> None:
    assert one(with_rules(BASE), -500, discount=True) == ([], "A discount line earns nothing.")


def test_a_line_without_brand_earns_nothing_and_says_so() -> None:
    judged = evaluate(with_rules(BASE), order(line(1, "", 500))).lines[0]
    assert (judged.awards, judged.explanation) == ((), "A line without brand earns nothing.")


def test_a_line_that_no_rule_selects_says_so() -> None:
    judged = evaluate(with_rules(BASE), order(line(1, "PEAK", 500))).lines[0]
    assert (judged.awards, judged.explanation) == ((), "No rule of Peak selects this line.")


def test_points_that_round_to_zero_make_no_award() -> None:
    assert one(with_rules(BASE), 99) == ([], "0.99 USD at 1 point per 1.00 USD = 0.99, rounded down to 0")


def test_an_exact_third_is_told_as_a_fraction() -> None:
    rules = "earn_rules: {b: {brand: NORTH, per_amount: {points: 1/3, per: 1.00 USD}}}"
    assert one(with_rules(rules), 5000) == ([16], "50.00 USD at 1/3 points per 1.00 USD = 50/3, rounded down to 16")


def test_a_rule_begins_and_ends_at_local_midnight() -> None:
    rules = """
    earn_rules:
      july:
        brand: NORTH
        when: {from: 2024-07-01, until: 2024-08-01}
        per_amount: {points: 1, per: 1.00 USD}
    """
    program = with_rules(rules)
    # New York is four hours behind UTC in summer.
    at = [
        points(program, order(line(1, "NORTH", 100), time=datetime.fromisoformat(text)))
        for text in (
            "2024-07-01T03:59:59Z",
            "2024-07-01T04:00:00Z",
            "2024-08-01T03:59:59Z",
            "2024-08-01T04:00:00Z",
        )
    ]
    assert at == [[[]], [[1]], [[1]], [[]]]


@pytest.mark.parametrize(
    ("when", "fields", "selected"),
    [
        ("skus: [a1]", {"sku": "a1"}, True),
        ("skus: [a1]", {"sku": "a2"}, False),
        ("categories: [x, y]", {"categories": ["z", "y"]}, True),
        ("categories: [x, y]", {"categories": ["z"]}, False),
        ("categories: [x], skus: [a1]", {"categories": ["x"], "sku": "a2"}, False),
    ],
)
def test_a_selector_picks_lines(when: str, fields: dict[str, object], selected: bool) -> None:
    rules = f"earn_rules: {{b: {{brand: NORTH, when: {{{when}}}, per_unit: {{points: 1}}}}}}"
    assert (one(with_rules(rules), 100, **fields)[0] == [1]) is selected


def test_a_selector_picks_locations_and_channels() -> None:
    rules = "earn_rules: {b: {brand: PEAK, when: {locations: [pier], channels: [web]}, per_unit: {points: 1}}}"
    program, peak = with_rules(rules), line(1, "PEAK", 100)
    got = [
        points(program, order(peak, location=place, channel=channel))
        for place, channel in (("pier", "web"), ("pier", "store"), ("mall", "web"), ("pier", ""))
    ]
    assert got == [[[1]], [[]], [[]], [[]]]


def test_a_line_in_two_selected_categories_is_paid_once() -> None:
    rules = "earn_rules: {b: {brand: NORTH, when: {categories: [x, y]}, per_unit: {points: 1}}}"
    assert one(with_rules(rules), 100, categories=["x", "y"])[0] == [1]


def test_a_rule_in_another_currency_does_not_select() -> None:
    rules = """
    brands: {EURO: {name: Euro, entity: north, liability: [0.01 USD, 0.01 EUR]}}
    locations:
      both: {name: Both, operator: north, brands: EURO, currency: USD, time_zone: UTC}
      there: {name: There, operator: north, brands: EURO, currency: EUR, time_zone: UTC}
    earn_rules:
      usd: {brand: EURO, per_amount: {points: 1, per: 1.00 USD}}
      eur: {brand: EURO, per_amount: {points: 9, per: 1.00 EUR}}
    """
    assert points(with_rules(rules), order(line(1, "EURO", 500), location="both")) == [[5]]


def test_bonuses_per_amount_come_after_base_whatever_their_ids() -> None:
    rules = """
    earn_rules:
      z-base: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}}
      a-bonus: {brand: NORTH, kind: bonus, offer: gift, per_unit: {points: 7}}
    """
    judged = evaluate(with_rules(rules), order(line(1, "NORTH", 500))).lines[0]
    assert [(award.rule.rule.rule_id, award.rule.ordinal, award.points) for award in judged.awards] == [
        ("z-base", 1, 5),
        ("a-bonus", 2, 7),
    ]


def test_an_award_carries_issuer_funders_and_liability() -> None:
    rules = """
    earn_rules:
      b: {brand: PEAK, offer: o1, per_unit: {points: 1}, funders: {peak: 60%, north: 40%}}
    """
    award = evaluate(with_rules(rules), order(line(1, "PEAK", 100))).lines[0].awards[0]
    assert award.rule.issuer_entity_id == "peak"
    assert [(part.entity_id, part.share_basis_points) for part in award.funders] == [
        ("north", 4000),
        ("peak", 6000),
    ]
    assert (award.liability.currency_code, award.liability.minor_units_per_point) == ("USD", Ratio(1, 1))


def test_by_default_the_brands_entity_funds_all() -> None:
    award = evaluate(with_rules(BASE), order(line(1, "NORTH", 100))).lines[0].awards[0]
    assert [(part.entity_id, part.share_basis_points) for part in award.funders] == [("north", 10_000)]


def test_lines_come_back_by_number() -> None:
    judged = evaluate(with_rules(BASE), order(line(7, "NORTH", 700), line(2, "NORTH", 200)))
    assert [(entry.line_number, entry.awards[0].points) for entry in judged.lines] == [(2, 2), (7, 7)]


def test_the_evaluation_names_the_place() -> None:
    judged = evaluate(with_rules(BASE), order(line(1, "NORTH", 100)))
    location = judged.location
    assert (location.operator_entity_id, location.region, location.time_zone) == ("north", "east", "America/New_York")


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (order(line(1, "NORTH", 1), location="moon"), "LOCATION_NOT_FOUND"),
        (order(line(1, "NORTH", 1), currency="EUR"), "CURRENCY_NOT_ACCEPTED"),
        (order(line(1, "NORTH", 1), line(2, "SOUTH", 1)), "BRAND_NOT_FOUND"),
        (order(line(1, "NORTH", 1), location="pier"), "BRAND_NOT_SOLD_HERE"),
        (order(line(1, "NORTH", 2**63 - 1), line(2, "NORTH", 2**63 - 1)), "AMOUNT_OUT_OF_RANGE"),
    ],
)
def test_an_order_that_cannot_be_judged_is_refused(asked: Order, reason: str) -> None:
    rules = "earn_rules: {b: {brand: NORTH, per_amount: {points: 1, per: 0.01 USD}}}"
    with pytest.raises(Refusal) as refused:
        evaluate(with_rules(rules), asked)
    assert refused.value.reason == reason


def test_the_last_moment_of_a_sandboxs_year_is_judged() -> None:
    asked = order(line(1, "NORTH", 100), time=datetime(2199, 12, 31, 23, 59, tzinfo=UTC))
    assert points(with_rules(BASE), asked) == [[1]]
