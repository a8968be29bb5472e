"""Members over the wire: rules that are for some of them, what tiers multiply, and which facts a decision rests on."""

from collections.abc import Sequence

import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import evaluation_pb2 as pb
from loyalty.rules.v1 import program_pb2, rules_service_pb2
from loyalty.type.v1 import member_pb2

from tests.integration.rules.house import Stub, apply_request, small_program
from tests.integration.rules.test_explained import sale

MORE = """
  welcome: {brand: NORTH, kind: bonus, when: {purchase: {number: 1}}, fixed: {points: 100, per: order}}
  stamps: {brand: NORTH, kind: bonus, when: {purchase: {every: 5, of: program}}, fixed: {points: 20, per: order}}
  cake: {brand: NORTH, kind: bonus, when: {birthday: {before: 3, after: 3}}, fixed: {points: 50, per: order}}
  loyal: {brand: NORTH, kind: bonus, when: {member_for: {at_least: 365 days}}, fixed: {points: 7, per: order}}
  vips: {brand: NORTH, kind: bonus, when: {segment: vip}, fixed: {points: 9, per: order}}
  golden: {brand: NORTH, kind: bonus, when: {tier: {stars: [gold, black]}}, fixed: {points: 11, per: order}}
ladders:
  stars:
    name: Stars
    counts: orders
    window: lifetime
    tiers: {silver: {from: 1}, gold: {name: Gold, from: 5, multiplier: 1.5}, black: {from: 9, multiplier: 2}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def program(rules: Stub) -> program_pb2.Program:
    """The program `people`, live."""
    await rules.ApplyProgram(apply_request("people", small_program("people", more=MORE)))
    request = rules_service_pb2.GetProgramRequest(program_id="people")
    return (await rules.GetProgram(request)).revision.program


async def judged(
    stub: Stub, members: Sequence[pb.MemberFacts | None], explain: bool = False
) -> Sequence[rules_service_pb2.EvaluateOrderResult]:
    """The same sale, bought by each of them."""
    items = [
        rules_service_pb2.EvaluateOrder(program_id="people", order=sale(), member=member, explain=explain)
        for member in members
    ]
    return (await stub.EvaluateOrders(rules_service_pb2.EvaluateOrdersRequest(orders=items))).results


def earned(result: rules_service_pb2.EvaluateOrderResult) -> dict[str, int]:
    """Points of its one line by rule."""
    (line,) = result.evaluation.lines
    return {award.rule_id: award.points for award in line.awards}


@pytest.mark.usefixtures("program")
async def test_each_member_earns_by_what_is_known(rules: Stub) -> None:
    nobody, known, somebody = await judged(
        rules,
        [
            None,
            pb.MemberFacts(
                tiers=[pb.TierFact(ladder_id="stars", tier_id="gold")],
                purchases=4,
                member_since=Timestamp(seconds=1_577_836_800),
                birthday=member_pb2.MonthDay(month=7, day=8),
                segments=["vip"],
            ),
            pb.MemberFacts(purchases=5, brand_purchases=[pb.BrandPurchases(brand_id="NORTH", orders=1)]),
        ],
    )
    assert earned(nobody) == {"base": 10}
    assert earned(somebody) == {"base": 10}
    assert earned(known) == {
        "base": 15,
        "cake": 50,
        "golden": 11,
        "loyal": 7,
        "stamps": 20,
        "vips": 9,
        "welcome": 100,
    }


@pytest.mark.usefixtures("program")
async def test_what_a_decision_rests_on_is_told_with_its_spans(rules: Stub) -> None:
    nobody, known = await judged(
        rules, [None, pb.MemberFacts(purchases=7, brand_purchases=[pb.BrandPurchases(brand_id="NORTH", orders=2)])]
    )
    assert not nobody.evaluation.HasField("facts_read")
    assert known.evaluation.facts_read == pb.FactsRead(
        tiers=[pb.TierFact(ladder_id="stars")],
        purchases=[
            pb.PurchasesRead(brand_id="", orders=7, least=5, most=8),
            pb.PurchasesRead(brand_id="NORTH", orders=2, least=1),
        ],
    )
    assert not known.evaluation.facts_read.purchases[1].HasField("most")


@pytest.mark.usefixtures("program")
async def test_the_tiers_multiplier_is_told_apart(rules: Stub) -> None:
    (result,) = await judged(rules, [pb.MemberFacts(tiers=[pb.TierFact(ladder_id="stars", tier_id="gold")])])
    base = result.evaluation.lines[0].awards[0]
    made = base.breakdown
    assert (made.tier.ladder_id, made.tier.tier_id) == ("stars", "gold")
    assert (made.tier_multiplier.numerator, made.tier_multiplier.denominator) == (3, 2)
    assert (made.exact_points.numerator, made.exact_points.denominator) == (15, 1)
    assert base.explanation == "10.00 USD at 1 point per 1.00 USD = 10, ×1.5 as Gold = 15"


@pytest.mark.usefixtures("program")
async def test_rules_for_other_members_say_so(rules: Stub) -> None:
    nobody, known = await judged(rules, [None, pb.MemberFacts(purchases=1)], explain=True)
    unmet = {"cake": "when.birthday", "loyal": "when.member_for", "vips": "when.segment", "golden": "when.tier"}
    for result, others in (
        (nobody, {"welcome": "when.purchase", "stamps": "when.purchase"}),
        (known, {"stamps": "when.purchase"}),
    ):
        outcomes = result.evaluation.lines[0].outcomes
        assert {outcome.rule_id: outcome.unmet for outcome in outcomes if outcome.unmet} == {**unmet, **others}


async def test_the_program_tells_which_members_its_rules_are_for(program: program_pb2.Program) -> None:
    asked = {rule.rule_id: rule.selector.member for rule in program.earn_rules if rule.selector.HasField("member")}
    assert asked == {
        "welcome": program_pb2.MemberSelector(purchase=program_pb2.PurchaseChoice(numbers=[1])),
        "stamps": program_pb2.MemberSelector(purchase=program_pb2.PurchaseChoice(every=5, any_brand=True)),
        "cake": program_pb2.MemberSelector(birthday=program_pb2.BirthdayWindow(days_before=3, days_after=3)),
        "loyal": program_pb2.MemberSelector(member_days_at_least=365),
        "vips": program_pb2.MemberSelector(segments=["vip"]),
        "golden": program_pb2.MemberSelector(
            tiers=[program_pb2.TierChoice(ladder_id="stars", tier_ids=["black", "gold"])]
        ),
    }


@pytest.mark.usefixtures("program")
async def test_malformed_facts_do_not_disturb_other_orders(rules: Stub) -> None:
    refused, fine = await judged(rules, [pb.MemberFacts(purchases=-1), pb.MemberFacts()])
    assert refused.refusal.reason == "MALFORMED"
    assert earned(fine) == {"base": 10, "welcome": 100}
