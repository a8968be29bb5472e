"""What rules decide arrives in the ledger: each policy, through the messages and back out in a preview."""

from datetime import UTC, datetime

import pytest
from loyalty.rules.v1 import evaluation_pb2
from loyalty.rules.v1 import program_pb2 as pb

from chassis.runtime.fields import FieldReader
from chassis.values.rounding import Ratio
from ledger_service.domain import facts
from ledger_service.domain.accrual import ON_EVENT
from ledger_service.domain.commands import Award
from ledger_service.domain.explanation import RuleFate, TierFactor
from ledger_service.domain.limits import LimitHolder, LimitTerm
from ledger_service.domain.policies import (
    DEFAULT_BURN_ORDER,
    BurnRule,
    HoldPolicy,
    LapsedRestore,
    Policies,
    ReturnPolicy,
    SpentPoints,
)
from ledger_service.domain.proof import ProofMethod, ProofPolicy, ProofTier
from ledger_service.peers.rules_facts import facts_message
from ledger_service.peers.rules_messages import evaluation_of, facts_of, terms_of
from ledger_service.use_cases.preview_grants import Grants
from ledger_service.use_cases.preview_order import Preview
from ledger_service.wire.explanations import preview_message
from rules_service.domain.evaluate import evaluate
from rules_service.domain.member_facts import MonthDay
from rules_service.domain.quote import quote
from rules_service.domain.redemption_terms import TermsQuestion
from rules_service.domain.revision import Revision
from rules_service.wire import answers, programs
from rules_service.wire.members import member_facts
from tests.unit.rules.examples import NOON, SHOP, compiled, line, member, order, program, with_rules


def told(*rules: str) -> evaluation_pb2.OrderEvaluation:
    """An order of one North line under these rules, as rules tell what it earns."""
    texts = [f"r{number}: {{brand: NORTH, per_unit: {{points: 1}}, {more}}}" for number, more in enumerate(rules)]
    shop = SHOP.replace("sandbox: true", "expiry_mode: brand_tiered")
    judged = with_rules(f"earn_rules: {{{', '.join(texts)}}}", shop)
    response = answers.evaluations([evaluate(judged, order(line(1, "NORTH", 100)))])
    return response.results[0].evaluation


def awards(*rules: str) -> tuple[Award, ...]:
    """What the ledger understands."""
    return evaluation_of(told(*rules)).awards


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ("anywhere", ""),
        ("earning_location", "location:mall"),
        ("{brands: [PEAK, NORTH]}", "brands:NORTH,PEAK"),
        ("operator", "operator:north"),
        ("region", "region:east"),
    ],
)
def test_a_scope_is_told(scope: str, text: str) -> None:
    assert [award.scope for award in awards(f"scope: {scope}")] == [text]


def test_availability_is_told() -> None:
    given = awards("available: at_once", "available: {days: 1}", "available: on_event")
    assert [award.available_time for award in given] == [None, datetime(2024, 7, 7, 4, tzinfo=UTC), ON_EVENT]


def test_rolling_expiry_is_told_with_its_span() -> None:
    given = awards("expiry: {months: 1}", "expiry: {rolling_months: 1}", "expiry: {rolling_days: 31}")
    august = datetime(2024, 8, 6, 4, tzinfo=UTC)
    assert [(award.expire_time, award.rolling_months, award.rolling_days) for award in given] == [
        (august, 0, 0),
        (august, 1, 0),
        (august, 0, 31),
    ]


def test_a_preview_shows_what_rules_said() -> None:
    said = told("available: on_event, scope: region, expiry: {rolling_days: 5}", "scope: {brands: PEAK}", "offer: o")
    assert preview_message(Preview(evaluation_of(said), Grants())).evaluation == said


LIMITS = """
earn_rules: {r: {brand: NORTH, per_unit: {points: 9}}, s: {brand: NORTH, kind: bonus, fixed: {points: 5, per: line}}}
caps: {c: {rules: r, per: line, points: 4}, d: {rules: s, per: order, points: 0}}
budgets: {b: {rules: r, money: 5.00 USD, points: 700, window: month, per: location, warn_at: 50%, overrun: allow}}
"""


def test_limits_are_told_and_shown() -> None:
    judged = evaluate(with_rules(LIMITS), order(line(1, "NORTH", 100)))
    said = answers.evaluations([judged]).results[0].evaluation
    understood = evaluation_of(said, told=True)
    (award,) = understood.awards
    assert (award.points, award.untrimmed, award.trimmed_by) == (4, 9, "c")
    assert award.limits == (LimitTerm("b", LimitHolder.LOCATION, "2024-07 mall", 700, 500, True, (5_000,)),)
    (outcome,) = understood.lines[0].outcomes
    assert (outcome.fate, outcome.trimmed_by) == (RuleFate.TRIMMED, "d")
    assert preview_message(Preview(understood, Grants())).evaluation == said


MEMBERS = """
earn_rules:
  base: {brand: NORTH, per_amount: {points: 1, per: 1.00 USD}}
  second: {brand: NORTH, kind: bonus, when: {purchase: {number: 2}}, fixed: {points: 5, per: line}}
  fifth: {brand: NORTH, kind: bonus, when: {purchase: {every: 5, of: program}}, fixed: {points: 5, per: line}}
ladders:
  stars: {name: Stars, counts: orders, window: lifetime, tiers: {gold: {from: 5, multiplier: 1.5}}}
"""


def test_what_was_looked_at_of_a_member_is_told_and_shown() -> None:
    somebody = member(tiers={"stars": "gold"}, purchases=7, brand_purchases={"NORTH": 4})
    judged = evaluate(with_rules(MEMBERS), order(line(1, "NORTH", 4_000), member=somebody))
    said = answers.evaluations([judged]).results[0].evaluation
    understood = evaluation_of(said)
    assert understood.read == facts.FactsRead(
        (facts.TierRead("stars", "gold"),),
        (facts.PurchasesRead("", 7, 5, 8), facts.PurchasesRead("NORTH", 4, 2, None)),
    )
    (award,) = understood.awards
    assert award.points == 60
    assert award.breakdown is not None
    assert award.breakdown.tier == TierFactor("stars", "gold", Ratio(3, 2))
    assert preview_message(Preview(understood, Grants())).evaluation == said


def test_what_the_ledger_knows_of_a_member_is_what_rules_look_at() -> None:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    profile = facts.Profile(since, facts.MonthDay(2, 29), ("staff", "vip"))
    history = facts.History({"stars": "gold", "waves": ""}, 7, {"NORTH": 4})
    reader = FieldReader()
    read = member_facts(facts_message(facts.MemberFacts(profile, history)), reader)
    reader.finish()
    assert read == member(
        tiers={"stars": "gold", "waves": ""},
        purchases=7,
        brand_purchases={"NORTH": 4},
        member_since=since,
        birthday=MonthDay(2, 29),
        segments=frozenset({"staff", "vip"}),
    )


def test_an_award_that_says_nothing_of_all_this_can_be_spent_anywhere_at_once() -> None:
    said = told("offer: o")
    said.lines[0].awards[0].ClearField("redemption_scope")
    (award,) = evaluation_of(said).awards
    assert (award.scope, award.available_time, award.rolling_months, award.rolling_days) == ("", None, 0, 0)


def test_terms_are_told_with_minimum_block_and_order() -> None:
    shop = SHOP.replace("sandbox: true", "redemption: {burn_order: [cheapest_settlement, oldest]}").replace(
        "name: North,", "name: North, minimum_points: 500, block_points: 100, point_values: [{worth: 0.01 USD}],"
    )
    message = answers.terms(quote(compiled(program(shop)), TermsQuestion("mall", "NORTH", "USD", NOON)))
    terms = terms_of(message)
    assert (terms.minimum_points, terms.block_points) == (500, 100)
    assert terms.burn_order == (BurnRule.CHEAPEST_SETTLEMENT, BurnRule.OLDEST)
    for field in ("minimum_points", "block_points", "burn_order"):
        message.ClearField(field)
    old = terms_of(message)
    assert (old.minimum_points, old.block_points, old.burn_order) == (1, 1, DEFAULT_BURN_ORDER)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("expiry: {months_then_end_of_month: 1}", pb.EarnRule(expiry=pb.Expiry(months_then_end_of_month=1))),
        ("expiry: {months_then_end_of_quarter: 2}", pb.EarnRule(expiry=pb.Expiry(months_then_end_of_quarter=2))),
        ("expiry: {months_then_end_of_year: 3}", pb.EarnRule(expiry=pb.Expiry(months_then_end_of_year=3))),
        ("expiry: {rolling_days: 4}", pb.EarnRule(expiry=pb.Expiry(rolling_days=4))),
        ("expiry: {rolling_months: 5}", pb.EarnRule(expiry=pb.Expiry(rolling_months=5))),
        ("available: {hours: 6}", pb.EarnRule(availability=pb.Availability(hours=6))),
        ("available: {days: 7}", pb.EarnRule(availability=pb.Availability(days=7))),
        ("available: {date: 2025-12-01}", pb.EarnRule(availability=pb.Availability(date="2025-12-01"))),
        ("available: on_event", pb.EarnRule(availability=pb.Availability(on_event=True))),
        (
            "scope: {brands: [PEAK, NORTH]}",
            pb.EarnRule(
                spending_scope=pb.SpendingScope(kind=pb.SPENDING_SCOPE_KIND_BRANDS, brand_ids=["NORTH", "PEAK"])
            ),
        ),
        ("scope: region", pb.EarnRule(spending_scope=pb.SpendingScope(kind=pb.SPENDING_SCOPE_KIND_REGION))),
    ],
)
def test_a_rule_is_told_with_its_terms(written: str, message: pb.EarnRule) -> None:
    text = f"earn_rules: {{r: {{brand: NORTH, per_unit: {{points: 1}}, {written}}}}}"
    (told_rule,) = revision(SHOP, text).program.earn_rules
    (field, value), *_ = message.ListFields()
    assert getattr(told_rule, field.name) == value


def test_a_brand_is_told_with_its_minimum_and_block() -> None:
    shop = SHOP.replace("name: North,", "name: North, minimum_points: 500, block_points: 100,")
    told_brands = revision(shop).program.brands
    assert [(brand.minimum_points, brand.block_points) for brand in told_brands] == [(500, 100), (1, 1)]


def revision(*texts: str) -> pb.ProgramRevision:
    """A program as rules tell it."""
    return programs.revision(Revision("t", "rev_t", 1, NOON, program(*texts)))


def test_policies_are_told() -> None:
    shop = SHOP.replace(
        "sandbox: true",
        "redemption: {hold_seconds: 60, longest_hold_seconds: 90}, expiring_soon_days: 7, anonymous_claim_days: 8,"
        "adjustment_limit_points: none, returns: {spent_points: reduce_refund, lapsed_points: expire,"
        "announced_days: 5, aged_days: 6}",
    )
    assert facts_of(revision(shop)).policies == Policies(
        returns=ReturnPolicy(
            SpentPoints.REDUCE_REFUND, LapsedRestore.EXPIRE, grace_days=0, announced_days=5, aged_days=6
        ),
        holds=HoldPolicy(60, 90),
        adjustment_limit=None,
        expiring_soon_days=7,
        claim_days=8,
    )


def test_when_spending_is_proven_is_told() -> None:
    said = "{above: 20.00 USD, methods: [card_in_hand, pin]}, {above: 100.00 USD, methods: pin}"
    shop = SHOP.replace("sandbox: true", f"redemption: {{spending_proof: [{said}], proof_window_minutes: 5}}")
    assert facts_of(revision(shop)).policies.proofs == ProofPolicy(
        (
            ProofTier("USD", 2_000, (ProofMethod.CARD_IN_HAND, ProofMethod.PIN)),
            ProofTier("USD", 10_000, (ProofMethod.PIN,)),
        ),
        window_minutes=5,
    )


def test_a_revision_without_policies_has_the_defaults_of_rules() -> None:
    message = revision(SHOP)
    by_default = facts_of(message).policies
    message.program.ClearField("policies")
    assert facts_of(message).policies == by_default
    assert by_default.adjustment_limit == 10_000
