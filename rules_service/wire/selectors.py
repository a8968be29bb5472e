"""What a rule asks of a sale → protobuf."""

from loyalty.rules.v1 import program_pb2 as pb

from rules_service.domain.selector import (
    BasketCondition,
    BirthdayWindow,
    HourWindow,
    MemberSelector,
    PurchaseChoice,
    Selector,
)
from rules_service.wire.numbers import money


def selector_message(selector: Selector) -> pb.Selector:
    """Which lines, and when."""
    return pb.Selector(
        category_ids=selector.category_ids,
        skus=selector.skus,
        location_ids=selector.location_ids,
        channels=selector.channels,
        start_date=selector.start_date.isoformat() if selector.start_date else "",
        end_date=selector.end_date.isoformat() if selector.end_date else "",
        regions=selector.regions,
        operator_entity_ids=selector.operator_entity_ids,
        payment_means=selector.payment_means,
        attributes=[
            pb.AttributeChoice(name=choice.name, values=sorted(choice.values)) for choice in selector.attributes
        ],
        weekdays=sorted(selector.weekdays),
        hours=_hours(selector.hours),
        excluded_category_ids=selector.excluded_category_ids,
        excluded_skus=selector.excluded_skus,
        member=_member(selector.member),
    )


def basket_message(basket: BasketCondition) -> pb.BasketCondition:
    """What the basket must come to; amounts by currency."""
    lines = basket.lines
    amounts = sorted(basket.spend_at_least, key=lambda amount: amount.currency_code)
    return pb.BasketCondition(
        lines=pb.LineFilter(
            brand_ids=lines.brand_ids, any_brand=lines.any_brand, category_ids=lines.category_ids, skus=lines.skus
        ),
        spend_at_least=[money(amount) for amount in amounts],
        quantity_at_least=basket.quantity_at_least,
    )


def _hours(hours: HourWindow | None) -> pb.HourWindow | None:
    if hours is None:
        return None
    return pb.HourWindow(start_minute=hours.start_minute, end_minute=hours.end_minute)


def _member(member: MemberSelector | None) -> pb.MemberSelector | None:
    if member is None:
        return None
    return pb.MemberSelector(
        tiers=[pb.TierChoice(ladder_id=one.ladder_id, tier_ids=sorted(one.tier_ids)) for one in member.tiers],
        segments=member.segments,
        member_days_at_least=member.days_at_least,
        member_days_below=member.days_below,
        birthday=_birthday(member.birthday),
        purchase=_purchase(member.purchase),
    )


def _birthday(window: BirthdayWindow | None) -> pb.BirthdayWindow | None:
    if window is None:
        return None
    return pb.BirthdayWindow(month=window.month, days_before=window.days_before, days_after=window.days_after)


def _purchase(choice: PurchaseChoice | None) -> pb.PurchaseChoice | None:
    if choice is None:
        return None
    return pb.PurchaseChoice(numbers=choice.numbers, every=choice.every, any_brand=choice.any_brand)
