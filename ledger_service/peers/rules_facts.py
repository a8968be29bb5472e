"""What rules are told of members, as messages."""

from loyalty.rules.v1 import evaluation_pb2
from loyalty.type.v1 import member_pb2

from ledger_service.domain.facts import MemberFacts


def facts_message(facts: MemberFacts) -> evaluation_pb2.MemberFacts:
    """What rules may look at of a member."""
    profile, history = facts.profile, facts.history
    birthday = profile.birthday
    message = evaluation_pb2.MemberFacts(
        tiers=[
            evaluation_pb2.TierFact(ladder_id=ladder, tier_id=tier) for ladder, tier in sorted(history.tiers.items())
        ],
        purchases=history.purchases,
        brand_purchases=[
            evaluation_pb2.BrandPurchases(brand_id=brand, orders=orders)
            for brand, orders in sorted(history.brand_purchases.items())
        ],
        birthday=None if birthday is None else member_pb2.MonthDay(month=birthday.month, day=birthday.day),
        segments=profile.segments,
    )
    if profile.member_since is not None:
        message.member_since.FromDatetime(profile.member_since)
    return message
