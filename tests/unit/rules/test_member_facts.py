"""Facts about members as they are asked with: read, bounded, and never repeated when malformed."""

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import evaluation_pb2 as pb
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import member_pb2, order_pb2

from chassis.values.refusal import Refusal
from rules_service.domain.member_facts import MemberFacts, MonthDay
from rules_service.domain.order import Order
from rules_service.wire.members import MOST_BRANDS, MOST_LADDERS, MOST_PURCHASES, MOST_SEGMENTS
from rules_service.wire.orders import asked_orders

ORDER = order_pb2.Order(
    location_id="mall",
    occur_time=Timestamp(seconds=1_720_281_600),
    currency_code="USD",
    lines=[order_pb2.OrderLine(line_number=1)],
)


def read(member: pb.MemberFacts | None) -> Order | Refusal:
    """The order as it is understood."""
    item = rules_service_pb2.EvaluateOrder(program_id="p", order=ORDER, member=member)
    (asked,) = asked_orders(rules_service_pb2.EvaluateOrdersRequest(orders=[item])).orders
    return asked.order


def told(member: pb.MemberFacts | None) -> MemberFacts | None:
    """The facts as they are understood."""
    order = read(member)
    assert isinstance(order, Order)
    return order.member


def test_a_sale_of_nobodys_has_no_facts() -> None:
    assert told(None) is None


def test_a_member_of_whom_nothing_is_known_is_still_somebody() -> None:
    assert told(pb.MemberFacts()) == MemberFacts(tiers={}, brand_purchases={})


def test_facts_are_read() -> None:
    message = pb.MemberFacts(
        tiers=[pb.TierFact(ladder_id="stars", tier_id="gold"), pb.TierFact(ladder_id="waves")],
        purchases=7,
        brand_purchases=[pb.BrandPurchases(brand_id="NORTH", orders=3)],
        member_since=Timestamp(seconds=1_577_836_800),
        birthday=member_pb2.MonthDay(month=2, day=29),
        segments=["vip", "staff"],
    )
    assert told(message) == MemberFacts(
        tiers={"stars": "gold", "waves": ""},
        purchases=7,
        brand_purchases={"NORTH": 3},
        member_since=datetime(2020, 1, 1, tzinfo=UTC),
        birthday=MonthDay(2, 29),
        segments=frozenset({"vip", "staff"}),
    )


def test_the_most_of_everything_is_taken() -> None:
    message = pb.MemberFacts(
        tiers=[pb.TierFact(ladder_id=f"l{number}") for number in range(MOST_LADDERS)],
        purchases=MOST_PURCHASES,
        brand_purchases=[pb.BrandPurchases(brand_id=f"b{number}") for number in range(MOST_BRANDS)],
        segments=[f"s{number}" for number in range(MOST_SEGMENTS)],
    )
    assert told(message) is not None


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pb.MemberFacts(tiers=[pb.TierFact(ladder_id="a b")]), "member.tiers[0].ladder_id"),
        (pb.MemberFacts(tiers=[pb.TierFact(tier_id="gold")]), "member.tiers[0].ladder_id"),
        (pb.MemberFacts(tiers=[pb.TierFact(ladder_id="a", tier_id="g d")]), "member.tiers[0].tier_id"),
        (pb.MemberFacts(tiers=[pb.TierFact(ladder_id="a"), pb.TierFact(ladder_id="a")]), "member.tiers[1].ladder_id"),
        (pb.MemberFacts(tiers=[pb.TierFact(ladder_id=f"l{n}") for n in range(MOST_LADDERS + 1)]), "member.tiers"),
        (pb.MemberFacts(purchases=-1), "member.purchases"),
        (pb.MemberFacts(purchases=MOST_PURCHASES + 1), "member.purchases"),
        (pb.MemberFacts(brand_purchases=[pb.BrandPurchases()]), "member.brand_purchases[0].brand_id"),
        (
            pb.MemberFacts(brand_purchases=[pb.BrandPurchases(brand_id="a", orders=-1)]),
            "member.brand_purchases[0].orders",
        ),
        (
            pb.MemberFacts(brand_purchases=[pb.BrandPurchases(brand_id="a"), pb.BrandPurchases(brand_id="a")]),
            "member.brand_purchases[1].brand_id",
        ),
        (
            pb.MemberFacts(brand_purchases=[pb.BrandPurchases(brand_id=f"b{n}") for n in range(MOST_BRANDS + 1)]),
            "member.brand_purchases",
        ),
        (pb.MemberFacts(member_since=Timestamp(seconds=-1)), "member.member_since"),
        (pb.MemberFacts(member_since=Timestamp(seconds=2**40)), "member.member_since"),
        (pb.MemberFacts(birthday=member_pb2.MonthDay(month=2, day=30)), "member.birthday"),
        (pb.MemberFacts(birthday=member_pb2.MonthDay(month=13, day=1)), "member.birthday"),
        (pb.MemberFacts(birthday=member_pb2.MonthDay()), "member.birthday"),
        (pb.MemberFacts(segments=["personal data"]), "member.segments[0]"),
        (pb.MemberFacts(segments=[f"s{n}" for n in range(MOST_SEGMENTS + 1)]), "member.segments"),
    ],
)
def test_malformed_facts_are_named_and_not_repeated(message: pb.MemberFacts, field: str) -> None:
    refused = read(message)
    assert isinstance(refused, Refusal)
    (violation,) = refused.violations
    assert (refused.reason, violation.field) == ("MALFORMED", field)
    assert "personal" not in violation.description


def test_all_faults_are_told_at_once() -> None:
    refused = read(pb.MemberFacts(purchases=-1, segments=[""], birthday=member_pb2.MonthDay(month=1)))
    assert isinstance(refused, Refusal)
    assert [one.field for one in refused.violations] == ["member.purchases", "member.birthday", "member.segments[0]"]
