"""Policies of a program: defaults, files, faults, and the terms of redemptions they lead to."""

import pytest

from chassis.values.money import Money
from chassis.values.refusal import Refusal
from rules_service.domain.policies import (
    BurnKey,
    Policies,
    ProofMethod,
    ProofTier,
    Redeemer,
    RedemptionPolicy,
    ReturnPolicy,
    SpentPoints,
)
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import RedemptionTerms, TermsQuestion
from tests.unit.rules.examples import NOON, SHOP, compiled, program

SAID = """\
program:
  id: t
  name: Test
  redemption:
    burn_order: [own_brand_first, cheapest_settlement]
    redeemer: operator
    hold_seconds: 60
    longest_hold_seconds: 3600
  returns:
    spent_points: write_off
    lapsed_points: {grace_days: 7}
    announced_days: 14
    aged_days: 3
  adjustment_limit_points: none
  expiring_soon_days: 60
  anonymous_claim_days: 10
"""


def shop(*settings: str) -> str:
    """SHOP whose program says these things, one a line from line 4 on; a point is worth a cent at either brand."""
    header = "\n".join(["program:", "  id: t", "  name: Test", *(f"  {setting}" for setting in settings)])
    worth = "point_values: [{worth: 0.01 USD}], liability"
    return SHOP.strip().replace("program: {id: t, name: Test, sandbox: true}", header).replace("liability", worth)


def faults(*settings: str) -> list[tuple[str, str]]:
    """Where and what, of a program that says these things."""
    with pytest.raises(Refusal) as raised:
        program(shop(*settings))
    return [(violation.field, violation.description) for violation in raised.value.violations]


def terms(text: str, brand: str = "NORTH", location: str = "mall") -> RedemptionTerms:
    """The terms at a brand and place."""
    return quote(compiled(program(text)), TermsQuestion(location, brand, "USD", NOON))


def test_a_program_that_says_nothing_has_the_defaults() -> None:
    assert program(SHOP).policies == Policies(
        redemption=RedemptionPolicy(
            burn_order=(BurnKey.RESTRICTED_SCOPE_FIRST, BurnKey.EARLIEST_EXPIRY, BurnKey.OLDEST),
            redeemer=Redeemer.BRAND_ENTITY,
            hold_seconds=900,
            longest_hold_seconds=2_592_000,
        ),
        returns=ReturnPolicy(SpentPoints.DEBT, grace_days=30, announced_days=30, aged_days=30),
        adjustment_limit_points=10_000,
        expiring_soon_days=30,
        anonymous_claim_days=90,
    )


def test_a_program_says_what_it_wants() -> None:
    rest = SHOP.split("\n", 2)[2]
    assert program(SAID + rest).policies == Policies(
        redemption=RedemptionPolicy(
            (BurnKey.OWN_BRAND_FIRST, BurnKey.CHEAPEST_SETTLEMENT), Redeemer.OPERATOR, 60, 3600
        ),
        returns=ReturnPolicy(SpentPoints.WRITE_OFF, grace_days=7, announced_days=14, aged_days=3),
        adjustment_limit_points=None,
        expiring_soon_days=60,
        anonymous_claim_days=10,
    )


def test_what_lapsed_may_expire_at_once() -> None:
    assert program(shop("returns: {lapsed_points: expire}")).policies.returns.grace_days == 0


def test_a_limit_of_zero_sends_every_adjustment_to_a_second_person() -> None:
    assert program(shop("adjustment_limit_points: 0")).policies.adjustment_limit_points == 0


def test_shortening_the_longest_hold_shortens_the_usual_one() -> None:
    assert program(shop("redemption: {longest_hold_seconds: 300}")).policies.redemption.hold_seconds == 300


@pytest.mark.parametrize(
    ("setting", "place", "reason"),
    [
        (
            "redemption: {burn_order: [oldest, newest]}",
            "redemption.burn_order[1]",
            "should be own_brand_first, restricted_scope_first, earliest_expiry, oldest or cheapest_settlement",
        ),
        (
            "redemption: {burn_order: [oldest, earliest_expiry, oldest]}",
            "redemption.burn_order[2]",
            "oldest is named a second time, first as entry 1",
        ),
        ("redemption: {burn_order: []}", "redemption.burn_order", "should not be empty"),
        ("redemption: {redeemer: location}", "redemption.redeemer", "should be brand_entity or operator"),
        (
            "redemption: {hold_seconds: 0}",
            "redemption.hold_seconds",
            "should be a whole number from 1 to 31536000",
        ),
        (
            "redemption: {hold_seconds: 120, longest_hold_seconds: 60}",
            "redemption.hold_seconds",
            "must be at most longest_hold_seconds, 60",
        ),
        (
            "redemption: {spending_proof: [{above: 20.00 USD, methods: [pin, face]}]}",
            "redemption.spending_proof[0].methods[1]",
            "should be card_in_hand, app_token, one_time_code or pin",
        ),
        (
            "redemption: {spending_proof: [{above: [20.00 USD, 20.00 EUR], methods: pin}]}",
            "redemption.spending_proof[0].above[1]",
            "no location sells in EUR",
        ),
        (
            "redemption: {spending_proof: [{above: 20.00 USD, methods: pin}, {above: 20.00 USD, methods: pin}]}",
            "redemption.spending_proof[1].above",
            "must be more than the entry before it in USD",
        ),
        (
            "redemption: {spending_proof: [{above: 20.00 USD, methods: pin}, {above: 30.00 USD, methods: app_token}]}",
            "redemption.spending_proof[1].methods",
            "app_token would prove more than it proves below, in USD",
        ),
        (
            "redemption: {spending_proof: [{above: 20.00 USD, methods: [pin, pin]}]}",
            "redemption.spending_proof[0].methods[1]",
            "pin is named a second time",
        ),
        (
            "redemption: {proof_window_minutes: 1441}",
            "redemption.proof_window_minutes",
            "should be a whole number from 0 to 1440",
        ),
        (
            "redemption: {fresh_link_hours: 8761}",
            "redemption.fresh_link_hours",
            "should be a whole number from 0 to 8760",
        ),
        (
            "redemption: {hold: 60}",
            "redemption.hold",
            "is no key here; keys are burn_order, redeemer, hold_seconds, longest_hold_seconds, agreement_gaps, "
            "spending_proof, proof_window_minutes, fresh_link_hours",
        ),
        (
            "returns: {spent_points: forgive}",
            "returns.spent_points",
            "should be debt, reduce_refund or write_off",
        ),
        ("returns: {lapsed_points: grace}", "returns.lapsed_points", "should be expire or {grace_days: 30}"),
        (
            "returns: {lapsed_points: {grace_days: 0}}",
            "returns.lapsed_points.grace_days",
            "should be a whole number from 1 to 3650",
        ),
        ("returns: {announced_days: 1.5}", "returns.announced_days", "should be a whole number from 1 to 3650"),
        ("returns: {aged_days: 4000}", "returns.aged_days", "should be a whole number from 1 to 3650"),
        ("returns: 30", "returns", "should be a map of keys"),
        (
            "adjustment_limit_points: unlimited",
            "adjustment_limit_points",
            "should be none or a whole number from 0 to 999999999",
        ),
        ("expiring_soon_days: 0", "expiring_soon_days", "should be a whole number from 1 to 3650"),
        ("anonymous_claim_days: never", "anonymous_claim_days", "should be a whole number from 1 to 3650"),
    ],
)
def test_a_faulty_policy_is_refused_at_its_place(setting: str, place: str, reason: str) -> None:
    assert faults("sandbox: true", setting) == [(f"0.yaml:5 program.{place}", reason)]


@pytest.mark.parametrize("key", ["minimum_points", "block_points"])
def test_minimum_and_block_are_whole_points_from_one(key: str) -> None:
    with pytest.raises(Refusal) as raised:
        program(SHOP.replace("name: Peak,", f"name: Peak, {key}: 0,"))
    assert [(violation.field, violation.description) for violation in raised.value.violations] == [
        (f"0.yaml:6 brands.PEAK.{key}", "should be a whole number from 1 to 999999999")
    ]


def test_the_terms_name_the_brands_minimum_and_block() -> None:
    text = shop().replace("name: North,", "name: North, minimum_points: 500, block_points: 100,")
    assert [(said.minimum_points, said.block_points) for said in (terms(text), terms(text, "PEAK"))] == [
        (500, 100),
        (1, 1),
    ]


def test_the_terms_name_the_order_of_spending() -> None:
    said = terms(shop("redemption: {burn_order: [oldest, own_brand_first]}"))
    assert said.burn_order == (BurnKey.OLDEST, BurnKey.OWN_BRAND_FIRST)


@pytest.mark.parametrize(("redeemer", "entity"), [("brand_entity", "peak"), ("operator", "north")])
def test_the_redeemer_is_the_brands_entity_or_the_operator(redeemer: str, entity: str) -> None:
    said = terms(shop(f"redemption: {{redeemer: {redeemer}}}"), "PEAK")
    assert said.redeemer_entity_id == entity
    assert [term.issuer_entity_id for term in said.settlement_terms] == [entity]


def test_spending_may_ask_for_proofs() -> None:
    said = "{above: 20.00 USD, methods: [app_token, pin]}, {above: 100.00 USD, methods: pin}"
    assert program(shop(f"redemption: {{spending_proof: [{said}]}}")).policies.redemption.spending_proof == (
        ProofTier((Money("USD", 2_000),), (ProofMethod.APP_TOKEN, ProofMethod.PIN)),
        ProofTier((Money("USD", 10_000),), (ProofMethod.PIN,)),
    )


def test_proofs_leave_no_currency_out() -> None:
    text = shop("redemption: {spending_proof: [{above: 20.00 USD, methods: pin}]}")
    with pytest.raises(Refusal) as raised:
        program(text.replace("brands: [PEAK], currency: USD", "brands: [PEAK], currency: EUR"))
    assert "says nothing of EUR, which locations sell in" in [fault.description for fault in raised.value.violations]
