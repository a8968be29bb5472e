"""What a rule asks of a line, one requirement at a time: for the index, and for whoever asks why a rule did not
select a line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules_service.domain.buyer import scope_of
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.effects import Bundle, ThresholdSteps
from rules_service.domain.order import OrderLine
from rules_service.domain.order_formulas import part_of
from rules_service.domain.sale import Place, Sale
from rules_service.domain.selector import (
    AttributeChoice,
    BirthdayWindow,
    MemberSelector,
    PurchaseChoice,
    Selector,
    TierChoice,
)
from rules_service.domain.unmet import Part

Value = str | int | tuple[str, str]
"""Something a selector names: mostly an id; a weekday; an attribute with its value."""


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """Something rules select by, of which a selector names values and a line has some."""

    part: Part
    wanted: Callable[[Selector], tuple[Value, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class PlaceDimension(Dimension):
    """What is the same for all lines of an order."""

    present: Callable[[Place], tuple[Value, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class LineDimension(Dimension):
    """What is each line's own."""

    present: Callable[[OrderLine, Sale], tuple[Value, ...]]


def keyed_attribute(selector: Selector) -> AttributeChoice | None:
    """Of several attributes, the one of the fewest values stands for the rule; the others are asked for one by one."""
    return min(selector.attributes, key=lambda choice: (len(choice.values), choice.name), default=None)


def _attribute_values(selector: Selector) -> tuple[Value, ...]:
    choice = keyed_attribute(selector)
    return tuple((choice.name, value) for value in choice.values) if choice is not None else ()


def _segments(selector: Selector) -> tuple[Value, ...]:
    return selector.member.segments if selector.member is not None else ()


SEGMENTS = PlaceDimension(Part.SEGMENTS, _segments, lambda place: place.segments)
_PLACES = (
    PlaceDimension(Part.LOCATIONS, lambda selector: selector.location_ids, lambda place: (place.location_id,)),
    PlaceDimension(Part.REGIONS, lambda selector: selector.regions, lambda place: (place.region,)),
    PlaceDimension(Part.OPERATORS, lambda selector: selector.operator_entity_ids, lambda place: (place.operator,)),
    PlaceDimension(Part.CHANNELS, lambda selector: selector.channels, lambda place: (place.channel,)),
    PlaceDimension(Part.PAYMENT_MEANS, lambda selector: selector.payment_means, lambda place: place.means),
    PlaceDimension(Part.WEEKDAYS, lambda selector: selector.weekdays, lambda place: (place.weekday,)),
)
PLACE_DIMENSIONS = (*_PLACES, SEGMENTS)
LINE_DIMENSIONS = (
    LineDimension(Part.SKUS, lambda selector: selector.skus, lambda line, sale: (line.sku,)),
    LineDimension(Part.CATEGORIES, lambda selector: selector.category_ids, lambda line, sale: sale.categories(line)),
    LineDimension(Part.ATTRIBUTES, _attribute_values, lambda line, sale: line.attributes),
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One part of a rule. `dimension` is set if its fitting can be read off a key, `fact` if to ask notes what it looks
    at of the member."""

    part: Part
    met: Callable[[OrderLine, Sale], bool]
    dimension: Dimension | None = None
    fact: TierChoice | PurchaseChoice | None = None


def requirements(rule: EarnRule, currencies: frozenset[str]) -> Iterator[Requirement]:
    """All that the rule asks, its condition left out, in the order in which parts are told; `currencies` are those its
    effect pays in (empty: any). What notes facts comes last, so that only rules look at them that all else fits."""
    selector = rule.selector
    yield from _dates(selector)
    yield from (_in_place(dimension, selector) for dimension in _PLACES if dimension.wanted(selector))
    if (hours := selector.hours) is not None:
        yield Requirement(Part.HOURS, lambda line, sale: hours.holds(sale.place.minute))
    yield from (_on_line(dimension, selector) for dimension in LINE_DIMENSIONS[:2] if dimension.wanted(selector))
    yield from _exclusions(selector)
    yield from (_attribute(choice, selector) for choice in selector.attributes)
    if currencies:
        part = Part.THRESHOLDS if isinstance(rule.effect, ThresholdSteps) else Part.AMOUNTS
        yield Requirement(part, lambda line, sale: sale.place.currency_code in currencies)
    if isinstance(rule.effect, Bundle):
        parts = rule.effect.parts
        yield Requirement(Part.PARTS, lambda line, sale: part_of(line, sale.categories(line), parts) is not None)
    if (basket := rule.basket) is not None:
        brand_id = rule.brand_id
        yield Requirement(Part.BASKET, lambda line, sale: sale.basket_is(basket, brand_id))
    if (member := selector.member) is not None:
        if member.segments:
            yield _in_place(SEGMENTS, selector)
        yield from _of_identity(member)
        if member.purchase is not None:
            yield _is_purchase(scope_of(member.purchase, rule.brand_id))
        yield from _of_ledger(member, rule.brand_id)


def _dates(selector: Selector) -> Iterator[Requirement]:
    start, end = selector.start_date, selector.end_date
    if start is not None:
        first = start
        yield Requirement(Part.FROM, lambda line, sale: first <= sale.place.day)
    if end is not None:
        until = end
        yield Requirement(Part.UNTIL, lambda line, sale: sale.place.day < until)


def _in_place(dimension: PlaceDimension, selector: Selector) -> Requirement:
    wanted = frozenset(dimension.wanted(selector))
    return Requirement(
        dimension.part, lambda line, sale: not wanted.isdisjoint(dimension.present(sale.place)), dimension
    )


def _on_line(dimension: LineDimension, selector: Selector) -> Requirement:
    wanted = frozenset(dimension.wanted(selector))
    return Requirement(
        dimension.part, lambda line, sale: not wanted.isdisjoint(dimension.present(line, sale)), dimension
    )


def _exclusions(selector: Selector) -> Iterator[Requirement]:
    categories, skus = frozenset(selector.excluded_category_ids), frozenset(selector.excluded_skus)
    if categories:
        yield Requirement(Part.EXCLUDED_CATEGORIES, lambda line, sale: categories.isdisjoint(sale.categories(line)))
    if skus:
        yield Requirement(Part.EXCLUDED_SKUS, lambda line, sale: line.sku not in skus)


def _attribute(choice: AttributeChoice, selector: Selector) -> Requirement:
    wanted = frozenset((choice.name, value) for value in choice.values)
    keyed = choice is keyed_attribute(selector)
    return Requirement(
        Part.ATTRIBUTES,
        lambda line, sale: not wanted.isdisjoint(line.attributes),
        LINE_DIMENSIONS[2] if keyed else None,
    )


def _of_identity(member: MemberSelector) -> Iterator[Requirement]:
    at_least, below = member.days_at_least, member.days_below
    if at_least or below:
        yield Requirement(
            Part.MEMBER_FOR,
            lambda line, sale: sale.buyer is not None and sale.buyer.is_member_for(at_least, below),
        )
    if member.birthday is not None:
        yield _birthday(member.birthday)


def _birthday(window: BirthdayWindow) -> Requirement:
    return Requirement(Part.BIRTHDAY, lambda line, sale: sale.buyer is not None and sale.buyer.has_birthday(window))


def _of_ledger(member: MemberSelector, brand_id: str) -> Iterator[Requirement]:
    """Tiers by ladder, then purchases: of a rule for other tiers no purchases are looked at."""
    yield from (_tier(choice) for choice in sorted(member.tiers, key=lambda choice: choice.ladder_id))
    if member.purchase is not None:
        yield _purchase(member.purchase, scope_of(member.purchase, brand_id))


def _tier(choice: TierChoice) -> Requirement:
    ladder_id, wanted = choice.ladder_id, frozenset(choice.tier_ids)
    return Requirement(
        Part.TIER,
        lambda line, sale: sale.buyer is not None and sale.buyer.tier_on(ladder_id) in wanted,
        fact=choice,
    )


def _is_purchase(scope: str) -> Requirement:
    """Read off the order, so that of a member who buys for nothing neither tiers nor purchases are looked at."""
    return Requirement(Part.PURCHASE, lambda line, sale: sale.is_purchase(scope))


def _purchase(choice: PurchaseChoice, scope: str) -> Requirement:
    return Requirement(
        Part.PURCHASE,
        lambda line, sale: sale.buyer is not None and sale.buyer.chooses(choice, scope),
        fact=choice,
    )
