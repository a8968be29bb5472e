"""A share of a rule's points that is carried by whoever runs the location of the sale."""

import json

import pytest
from loyalty.rules.v1 import evaluation_pb2

from ledger_service.domain.accrual import Funder as LedgerFunder
from ledger_service.peers.rules_messages import evaluation_of
from rules_service.domain.compiled_program import CompiledProgram
from rules_service.domain.content import program_content, rule_version
from rules_service.domain.content_reader import read_program
from rules_service.domain.difference import Difference, differences
from rules_service.domain.earn_rule import EarnRule, Funder
from rules_service.domain.evaluate import evaluate
from rules_service.domain.revision import Revision
from rules_service.wire import answers, programs
from tests.unit.rules.examples import NOON, SHOP, line, order, program, with_rules
from tests.unit.rules.test_agreement_gaps import SHOPS, missing
from tests.unit.rules.test_agreement_gaps import faults as gaps
from tests.unit.rules.test_files import faults


def rules(funders: str) -> str:
    return f"earn_rules: {{r: {{brand: PEAK, per_unit: {{points: 1}}, funders: {{{funders}}}}}}}"


def rule(funders: str) -> EarnRule:
    (read,) = program(SHOP, rules(funders)).earn_rules
    return read


def told(judged: CompiledProgram, location: str) -> evaluation_pb2.OrderEvaluation:
    """What a line of Peak earns there, as rules tell it: the mall is run by north, the pier by peak."""
    sold = order(line(1, "PEAK", 100), location=location)
    return answers.evaluations([evaluate(judged, sold)]).results[0].evaluation


def funders_at(judged: CompiledProgram, location: str) -> tuple[LedgerFunder, ...]:
    """Who carries what a line of Peak earns there, as the ledger understands it."""
    (award,) = evaluation_of(told(judged, location)).awards
    return award.funders


def test_operator_among_funders_is_a_share_of_its_own() -> None:
    read = rule("peak: 60%, operator: 40%")
    assert (read.funders, read.operator_share) == ((Funder("peak", 6_000),), 4_000)


def test_an_operator_may_carry_all() -> None:
    read = rule("operator: 100%")
    assert (read.funders, read.operator_share) == ((), 10_000)


@pytest.mark.parametrize(
    ("funders", "place", "reason"),
    [
        ("north: 60%, operator: 39.99%", "", "shares must sum to 100%, not 99.99%"),
        ("north: 100%, operator: 1%", "", "shares must sum to 100%, not 101.00%"),
        ("operator: 99%", "", "shares must sum to 100%, not 99.00%"),
        ("north: 100%, operator: 0%", ".operator", "should be above 0% and at most 100%"),
    ],
)
def test_shares_with_the_operators_are_a_whole(funders: str, place: str, reason: str) -> None:
    assert faults(SHOP, rules(funders)) == [(f"1.yaml:1 earn_rules.r.funders{place}", reason)]


def test_no_entity_is_called_operator() -> None:
    reason = "among funders this is whoever runs the location of the sale; give the entity another id"
    assert faults(SHOP, "entities:\n  operator: {name: O}") == [("1.yaml:2 entities.operator", reason)]


def test_each_operator_carries_what_is_earned_at_its_location() -> None:
    judged = with_rules(rules("hq: 60%, operator: 40%"), SHOP.replace("entities: {", "entities: {hq: {name: HQ}, "))
    for _ in range(2):
        assert funders_at(judged, "mall") == (LedgerFunder("hq", 6_000), LedgerFunder("north", 4_000))
        assert funders_at(judged, "pier") == (LedgerFunder("hq", 6_000), LedgerFunder("peak", 4_000))


def test_an_operator_that_is_named_too_carries_both_shares() -> None:
    judged = with_rules(rules("peak: 60%, operator: 40%"))
    assert funders_at(judged, "pier") == (LedgerFunder("peak", 10_000),)
    assert funders_at(judged, "mall") == (LedgerFunder("north", 4_000), LedgerFunder("peak", 6_000))


def test_it_is_stored_and_told() -> None:
    written = program(SHOP, rules("peak: 60%, operator: 40%"))
    content = program_content(written)
    assert read_program(json.loads(json.dumps(content))).earn_rules == written.earn_rules
    (message,) = programs.revision(Revision("t", "rev_t", 1, NOON, written)).program.earn_rules
    assert message.operator_share_basis_points == 4_000
    assert [(part.entity_id, part.share_basis_points) for part in message.funders] == [("peak", 6_000)]


def test_a_rule_that_an_operator_carries_whole_is_stored() -> None:
    written = program(SHOP, rules("operator: 100%"))
    assert read_program(json.loads(json.dumps(program_content(written)))).earn_rules == written.earn_rules


def test_a_changed_share_is_another_version_and_a_told_difference() -> None:
    before, after = (program(SHOP, rules(funders)) for funders in ("peak: 60%, operator: 40%", "peak: 100%"))
    assert rule_version(before.earn_rules[0]) != rule_version(after.earn_rules[0])
    assert differences(program_content(before), program_content(after)) == (
        Difference("earn_rules.r.funders.peak", "6000", "10000"),
        Difference("earn_rules.r.operator_share_basis_points", "4000", ""),
    )


OWN_POINTS = "b: {brand: B, per_unit: {points: 1}}"


def test_an_operator_owes_for_what_was_earned_at_its_locations() -> None:
    run = SHOPS.replace("operator: b,", "operator: hq,").replace(
        OWN_POINTS, "b: {brand: B, per_unit: {points: 1}, funders: {operator: 100%}}"
    )
    assert gaps(run) == [("0.yaml:5 brands.A.point_values[0]", missing(issuer="hq"))]


@pytest.mark.parametrize("scope", ["earning_location", "operator", "region"])
def test_operators_that_redeem_their_own_points_alone_need_no_agreement(scope: str) -> None:
    franchise = (
        SHOPS.replace("name: T}", "name: T, redemption: {redeemer: operator}}")
        .replace("brands: B,", "brands: [A, B],")
        .replace(OWN_POINTS, f"b: {{brand: B, per_unit: {{points: 1}}, scope: {scope}, funders: {{operator: 100%}}}}")
        .replace("a: {brand: A, per_unit: {points: 1}}", "a: {brand: A, per_unit: {points: 1}, scope: {brands: B}}")
        .replace("operator: a, region: east, brands: A", "operator: a, region: east, brands: [A, B]")
    )
    assert gaps(franchise) == []


def test_operators_whose_points_are_taken_by_each_other_need_an_agreement() -> None:
    franchise = SHOPS.replace("name: T}", "name: T, redemption: {redeemer: operator}}").replace(
        OWN_POINTS, "b: {brand: B, per_unit: {points: 1}, funders: {operator: 100%}}"
    )
    assert gaps(franchise) == [("0.yaml:5 brands.A.point_values[0]", missing())]
