"""Where points can be spent: what a rule says, resolved at the place of earning."""

import pytest

from chassis.values.refusal import Refusal
from rules_service.domain.evaluate import evaluate
from rules_service.domain.scope import AtBrands, AtLocation, AtOperator, InRegion, ResolvedScope
from tests.unit.rules.examples import SHOP, line, order, program, with_rules


def scope_of(written: str) -> ResolvedScope:
    """The scope of points of such a rule, earned at the mall."""
    rule = f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, scope: {written}}}}}"
    return evaluate(with_rules(rule), order(line(1, "NORTH", 100))).lines[0].awards[0].scope


@pytest.mark.parametrize(
    ("written", "scope"),
    [
        ("anywhere", None),
        ("earning_location", AtLocation("mall")),
        ("operator", AtOperator("north")),
        ("region", InRegion("east")),
        ("{brands: PEAK}", AtBrands(("PEAK",))),
        ("{brands: [PEAK, NORTH, PEAK]}", AtBrands(("NORTH", "PEAK"))),
    ],
)
def test_points_can_be_spent(written: str, scope: ResolvedScope) -> None:
    assert scope_of(written) == scope


def test_points_can_be_spent_anywhere_unless_the_rule_says_otherwise() -> None:
    rule = "earn_rules: {r: {brand: NORTH, per_unit: {points: 1}}}"
    assert evaluate(with_rules(rule), order(line(1, "NORTH", 100))).lines[0].awards[0].scope is None


@pytest.mark.parametrize(
    ("written", "place", "reason"),
    [
        (
            "here",
            "",
            "should be anywhere, earning_location, operator, region or {brands: [NORTH, PEAK]}",
        ),
        ("{brands: []}", ".brands", "should not be empty"),
        ("{}", ".brands", "is missing"),
        ("{brands: [NORTH, MOON]}", ".brands[1]", "there is no brand MOON"),
        ("{shops: [mall]}", ".brands", "is missing"),
    ],
)
def test_an_odd_scope_is_refused_at_its_place(written: str, place: str, reason: str) -> None:
    text = f"earn_rules:\n  r:\n    brand: NORTH\n    per_unit: {{points: 1}}\n    scope: {written}"
    with pytest.raises(Refusal) as raised:
        program(SHOP, text)
    found = [(violation.field, violation.description) for violation in raised.value.violations]
    assert found[0] == (f"1.yaml:5 earn_rules.r.scope{place}", reason)


def test_points_of_a_place_without_region_cannot_be_kept_to_its_region() -> None:
    text = """
    earn_rules:
      n: {brand: NORTH, per_unit: {points: 1}, scope: region}
      m: {brand: PEAK, per_unit: {points: 1}, scope: region, when: {locations: mall}}
      p: {brand: PEAK, per_unit: {points: 1}, scope: region}
    """
    with pytest.raises(Refusal) as raised:
        program(SHOP, text)
    assert [(violation.field, violation.description) for violation in raised.value.violations] == [
        ("1.yaml:5 earn_rules.p.scope", "location pier, where such points are earned, has no region")
    ]
