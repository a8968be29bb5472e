"""Which members rules are for, and what of their facts is looked at: naively, day by day, number by number."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import count
from zoneinfo import ZoneInfo

from rules_service.domain.ladders import Ladder
from rules_service.domain.member_facts import MemberFacts, MonthDay
from rules_service.domain.order import Order
from rules_service.domain.program import Program
from rules_service.domain.selector import BirthdayWindow, MemberSelector, PurchaseChoice

FAR = 400
"""No rule of these tests names such a number of purchases, nor half of it."""

Spans = dict[str, tuple[int, int | None]]


def local_day(program: Program, order: Order) -> date:
    """The date of the sale at its place."""
    return order.occur_time.astimezone(_zone(program, order)).date()


def identity_fits(program: Program, asked: MemberSelector | None, order: Order) -> bool:
    """Whether what identity knows of the member is as asked."""
    if asked is None:
        return True
    member = order.member
    if member is None:
        return False
    if asked.segments and not set(asked.segments) & member.segments:
        return False
    day = local_day(program, order)
    if asked.days_at_least or asked.days_below:
        if member.member_since is None:
            return False
        days = (day - member.member_since.astimezone(_zone(program, order)).date()).days
        if days < 0 or days < asked.days_at_least or (asked.days_below and days >= asked.days_below):
            return False
    return asked.birthday is None or _around(member.birthday, asked.birthday, day)


def ledger_fits(asked: MemberSelector | None, brand_id: str, order: Order) -> bool:
    """Whether tiers and the number of purchases are as asked."""
    if asked is None:
        return True
    member = order.member
    assert member is not None
    return all(member.tiers.get(choice.ladder_id, "") in choice.tier_ids for choice in asked.tiers) and (
        asked.purchase is None or chosen(asked.purchase, purchases_of(member, asked.purchase, brand_id))
    )


def chosen(choice: PurchaseChoice, before: int) -> bool:
    """Whether the sale after so many is chosen."""
    return before + 1 in (range(choice.every, 10**9, choice.every) if choice.every else choice.numbers)


def purchases_of(member: MemberFacts, choice: PurchaseChoice, brand_id: str) -> int:
    """How many there are before the sale."""
    return member.purchases if choice.any_brand else (member.brand_purchases or {}).get(brand_id, 0)


def looked_at(asked: MemberSelector, brand_id: str, member: MemberFacts) -> tuple[list[str], Spans]:
    """Ladders and spans of purchases that a rule looks at of which all else fits: ladder by ladder until one does not
    fit, then purchases."""
    ladders: list[str] = []
    for choice in sorted(asked.tiers, key=lambda choice: choice.ladder_id):
        ladders.append(choice.ladder_id)
        if member.tiers.get(choice.ladder_id, "") not in choice.tier_ids:
            return ladders, {}
    if asked.purchase is None:
        return ladders, {}
    scope = "" if asked.purchase.any_brand else brand_id
    return ladders, {scope: same_around(asked.purchase, purchases_of(member, asked.purchase, brand_id))}


def same_around(choice: PurchaseChoice, orders: int) -> tuple[int, int | None]:
    """The numbers around this one that are chosen, or not, as it is."""
    is_so = chosen(choice, orders)
    least = orders
    while least and chosen(choice, least - 1) is is_so:
        least -= 1
    most = next(number for number in count(orders) if number > FAR + orders or chosen(choice, number + 1) is not is_so)
    return least, None if most > FAR + orders else most


def common(one: Spans, other: Spans) -> Spans:
    """What is the same for both."""
    both = dict(one)
    for scope, (least, most) in other.items():
        first, last = both.get(scope, (0, None))
        ends = [end for end in (last, most) if end is not None]
        both[scope] = max(first, least), min(ends) if ends else None
    return both


def multiplier(program: Program, brand_id: str, order: Order) -> Fraction:
    """The greatest that a tier of the member brings."""
    if order.member is None:
        return Fraction(1)
    day = local_day(program, order)
    held = [
        factors(ladder, brand_id, day).get(order.member.tiers.get(ladder.ladder_id, "")) for ladder in program.ladders
    ]
    return max([Fraction(1), *(factor for factor in held if factor is not None)])


def factors(ladder: Ladder, brand_id: str, day: date) -> dict[str, Fraction]:
    """The multipliers of a brand on a day, by tier."""
    version = ladder.at(day)
    found: dict[str, Fraction] = {}
    for tier in version.tiers if version is not None else ():
        for wanted in (brand_id, ""):
            named = [one.factor.fraction() for one in tier.benefits.multipliers if one.brand_id == wanted]
            if named:
                found[tier.tier_id] = named[0]
                break
    return found


def _around(birthday: MonthDay | None, window: BirthdayWindow, day: date) -> bool:
    if birthday is None:
        return False
    if window.month:
        return day.month == birthday.month
    first, last = day - timedelta(days=window.days_after), day + timedelta(days=window.days_before)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return any(_is_kept(birthday, one) for one in days)


def _is_kept(birthday: MonthDay, day: date) -> bool:
    if birthday == (2, 29) and (day + timedelta(days=1)).month == 3 and day.month == 2:
        return True
    return (day.month, day.day) == birthday


def _zone(program: Program, order: Order) -> ZoneInfo:
    shop = next(place for place in program.locations if place.location_id == order.location_id)
    return ZoneInfo(shop.time_zone)
