"""Facts about the member who buys. Values are never repeated in what is said to be wrong with them."""

from calendar import monthrange

from loyalty.rules.v1 import evaluation_pb2 as pb
from loyalty.type.v1 import member_pb2

from chassis.runtime.fields import FieldReader
from rules_service.domain.member_facts import MemberFacts, MonthDay

MOST_LADDERS = 1_000
MOST_BRANDS = 1_000
MOST_SEGMENTS = 64
MOST_PURCHASES = 1_000_000_000_000
A_LEAP_YEAR = 2024


def member_facts(message: pb.MemberFacts, reader: FieldReader) -> MemberFacts:
    """What may be looked at of the member."""
    since = message.member_since
    return MemberFacts(
        tiers=_tiers(message, reader),
        purchases=reader.within("member.purchases", message.purchases, 0, MOST_PURCHASES),
        brand_purchases=_brand_purchases(message, reader),
        member_since=reader.instant("member.member_since", since, True) if message.HasField("member_since") else None,
        birthday=_birthday(message.birthday, reader) if message.HasField("birthday") else None,
        segments=_segments(message, reader),
    )


def _tiers(message: pb.MemberFacts, reader: FieldReader) -> dict[str, str]:
    reader.count("member.tiers", len(message.tiers), MOST_LADDERS, least=0)
    tiers: dict[str, str] = {}
    for index, fact in enumerate(message.tiers[:MOST_LADDERS]):
        path = f"member.tiers[{index}]"
        reader.id(f"{path}.ladder_id", fact.ladder_id)
        reader.optional_id(f"{path}.tier_id", fact.tier_id)
        if fact.ladder_id in tiers:
            reader.fault(f"{path}.ladder_id", "is given twice")
        tiers[fact.ladder_id] = fact.tier_id
    return tiers


def _brand_purchases(message: pb.MemberFacts, reader: FieldReader) -> dict[str, int]:
    reader.count("member.brand_purchases", len(message.brand_purchases), MOST_BRANDS, least=0)
    purchases: dict[str, int] = {}
    for index, of_brand in enumerate(message.brand_purchases[:MOST_BRANDS]):
        path = f"member.brand_purchases[{index}]"
        reader.id(f"{path}.brand_id", of_brand.brand_id)
        if of_brand.brand_id in purchases:
            reader.fault(f"{path}.brand_id", "is given twice")
        purchases[of_brand.brand_id] = reader.within(f"{path}.orders", of_brand.orders, 0, MOST_PURCHASES)
    return purchases


def _birthday(message: member_pb2.MonthDay, reader: FieldReader) -> MonthDay:
    month, day = message.month, message.day
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(A_LEAP_YEAR, month)[1]:
        reader.fault("member.birthday", "must be a day of a year")
    return MonthDay(month, day)


def _segments(message: pb.MemberFacts, reader: FieldReader) -> frozenset[str]:
    reader.count("member.segments", len(message.segments), MOST_SEGMENTS, least=0)
    for index, segment in enumerate(message.segments[:MOST_SEGMENTS]):
        reader.id(f"member.segments[{index}]", segment)
    return frozenset(message.segments)
