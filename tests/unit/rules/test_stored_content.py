"""Contents that were stored keep their names and can be read, whatever has been added to programs since."""

import json

import pytest

from rules_service.domain.content import program_content, revision_id, rule_version
from rules_service.domain.content_reader import read_program
from rules_service.domain.difference import Difference, differences
from tests.unit.rules.examples import SHOP, example, program

FIRST_RELEASE = json.loads(
    """
    {"agreements":{"at-face-value":{"share_of_face":"1"}},
     "brands":{"NORTH":{"entity_id":"north","liability_minor_units_per_point":{"USD":"0.8"},"name":"North",
       "point_values":{"USD":{"always":{"minor_units_per_point":"1"}}}}},
     "earn_rules":{"base":{"brand_id":"NORTH","expiry":{"months_then_end_of_month":12},"funders":{"north":10000},
       "kind":"base","per_amount":{"per":{"currency_code":"USD","minor_units":100},"points":"1"},
       "rounding":"floor","rounding_scope":"line"}},
     "entities":{"north":{"name":"North Inc."}},"expiry_mode":"uniform","late_upload_days":400,
     "locations":{"mall":{"brand_ids":["NORTH"],"currency_code":"USD","name":"Mall","operator_entity_id":"north",
       "time_zone":"America/New_York"}},
     "name":"Small","point_name":"point","program_id":"small","sandbox":true}
    """
)
"""As the first release stored it."""


@pytest.mark.parametrize(
    ("name", "revision"),
    [
        ("high-street", "rev_qen5jeaewbn3e4icytjfygwusn"),
        ("uci", "rev_7bouse5rcj4fchov25tboifu6m"),
        ("worked-basket", "rev_tkrje5vrse7535qzwwjtbk3sqy"),
    ],
)
def test_a_program_that_uses_nothing_new_keeps_its_revision(name: str, revision: str) -> None:
    assert example(name).revision == revision


def test_a_content_of_the_first_release_reads_back_as_itself() -> None:
    read = read_program(FIRST_RELEASE)
    assert program_content(read) == FIRST_RELEASE
    assert revision_id(program_content(read)) == "rev_l6zhsjmumnkn7y2alrupn4j7rs"
    assert rule_version(read.earn_rules[0]) == "rule_zxs3l5dbp67ujrj7ekzklpxzhu"


def test_a_default_that_is_written_out_is_the_same_program() -> None:
    said = """
    program:
      id: t
      name: Test
      sandbox: true
      redemption: {burn_order: [restricted_scope_first, earliest_expiry, oldest], hold_seconds: 900}
      returns: {spent_points: debt, lapsed_points: {grace_days: 30}}
      adjustment_limit_points: 10000
    """
    rest = "\n".join(SHOP.strip().split("\n")[1:]).replace("name: North,", "name: North, minimum_points: 1,")
    assert program_content(program(said, rest)) == program_content(program(SHOP))


def test_changed_policies_are_told_place_by_place() -> None:
    said = """
    program:
      id: t
      name: Test
      sandbox: true
      redemption: {burn_order: [oldest, own_brand_first], redeemer: operator}
      returns: {lapsed_points: expire}
      adjustment_limit_points: none
    """
    rest = "\n".join(SHOP.strip().split("\n")[1:]).replace("name: North,", "name: North, block_points: 100,")
    assert differences(program_content(program(SHOP)), program_content(program(said, rest))) == (
        Difference("adjustment_limit_points", "", "none"),
        Difference("brands.NORTH.block_points", "", "100"),
        Difference("redemption.burn_order", "", "oldest, own_brand_first"),
        Difference("redemption.redeemer", "", "operator"),
        Difference("returns.lapsed_points", "", "expire"),
    )


def test_changed_terms_of_a_rule_are_told_place_by_place() -> None:
    def rule(more: str) -> str:
        return f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, {more}}}}}"

    before = program(SHOP, rule("expiry: {months: 12}, scope: operator"))
    after = program(SHOP, rule("expiry: {rolling_months: 12}, scope: {brands: [PEAK, NORTH]}, available: {days: 14}"))
    assert differences(program_content(before), program_content(after)) == (
        Difference("earn_rules.r.available", "", '{"days": 14}'),
        Difference("earn_rules.r.expiry.months", "12", ""),
        Difference("earn_rules.r.expiry.rolling_months", "", "12"),
        Difference("earn_rules.r.scope", "operator", '{"brands": ["NORTH", "PEAK"]}'),
    )


def test_changed_promotions_are_told_place_by_place() -> None:
    def rule(more: str) -> str:
        return f"earn_rules: {{r: {{brand: NORTH, {more}}}}}"

    before = program(
        SHOP,
        rule(
            "when: {weekdays: [sat, mon], hours: {from: 17:00}}, basket: {spend_at_least: 5.00 USD},"
            "steps: {per: order, thresholds: [{from: 20 USD, points: 1}, {from: 50 USD, points: 2}]}"
        ),
    )
    after = program(
        SHOP,
        rule(
            "when: {weekdays: [tue], hours: {from: 18:00}}, basket: {spend_at_least: 6.00 USD}, condition: 'true',"
            "steps: {per: order, thresholds: [{from: 20 USD, points: 1}, {from: 60 USD, points: 2}]}"
        ),
        "categories: {food: {name: Food}}",
    )
    assert differences(program_content(before), program_content(after)) == (
        Difference("categories.food", "", '{"name": "Food"}'),
        Difference("earn_rules.r.basket.spend_at_least", "5.00 USD", "6.00 USD"),
        Difference("earn_rules.r.condition", "", "true"),
        Difference("earn_rules.r.selector.hours.from", "17:00", "18:00"),
        Difference("earn_rules.r.selector.weekdays", "mon, sat", "tue"),
        Difference("earn_rules.r.steps.thresholds.USD.50.00", "2", ""),
        Difference("earn_rules.r.steps.thresholds.USD.60.00", "", "2"),
    )


def test_the_order_in_which_parts_are_written_is_no_difference() -> None:
    one = """
    earn_rules:
      r:
        brand: NORTH
        when: {attributes: {a: [x, y], b: z}, weekdays: [mon, tue]}
        steps: {per: line, thresholds: [{from: 1 USD, points: 1}, {from: 2 USD, points: 2}]}
    """
    other = """
    earn_rules:
      r:
        steps: {thresholds: [{points: 2, from: 2 USD}, {points: 1, from: 1 USD}], per: line}
        when: {weekdays: [tue, mon, tue], attributes: {b: [z], a: [y, x]}}
        brand: NORTH
    """
    assert program_content(program(SHOP, one)) == program_content(program(SHOP, other))
