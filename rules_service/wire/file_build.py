"""Sections of program files → nouns of a program, defaults filled in."""

from datetime import UTC, date, datetime
from typing import cast

from chassis.values.calendar import Interval, start_of_day, zone
from chassis.values.rounding import ZERO
from rules_service.domain.earn_rule import OPERATOR, WHOLE, AccrualKind, EarnRule, Funder
from rules_service.domain.effects import BaseMultiplier, Effect
from rules_service.domain.program import (
    AgreedPrice,
    Agreement,
    Brand,
    Category,
    Location,
    NamedPoint,
    PointValue,
    PricePerPoint,
    ShareOfFace,
    ShareOfLiability,
)
from rules_service.domain.stacking import StackingGroup
from rules_service.wire import file_rule_terms
from rules_service.wire.file_models import (
    AgreementSection,
    BrandSection,
    CategorySection,
    LocationSection,
    PointValueSection,
    ProgramSection,
    StackingSection,
)
from rules_service.wire.file_rules import EFFECTS, EarnRuleSection


def brand(brand_id: str, section: BrandSection, program: ProgramSection) -> Brand:
    """A brand; bare dates begin in the program's time zone."""
    return Brand(
        brand_id=brand_id,
        name=section.name,
        entity_id=section.entity,
        point_values=tuple(_point_value(value, program) for value in section.point_values),
        liability_values=tuple(section.liability),
        minimum_points=section.minimum_points,
        block_points=section.block_points,
        named_points=tuple(
            NamedPoint(point.name, point.per_point, _interval(point.start, point.until, program))
            for point in section.points
        ),
    )


def location(location_id: str, section: LocationSection) -> Location:
    """A location."""
    return Location(
        location_id=location_id,
        name=section.name,
        operator_entity_id=section.operator,
        region=section.region or "",
        brand_ids=tuple(section.brands),
        currency_code=section.currency,
        time_zone=section.time_zone,
    )


def agreement(agreement_id: str, section: AgreementSection, program: ProgramSection) -> Agreement:
    """An agreement; bare dates begin in the program's time zone."""
    return Agreement(
        agreement_id=agreement_id,
        issuer_entity_id=section.issuer or "",
        redeemer_entity_id=section.redeemer or "",
        price=_price(section),
        interval=_interval(section.start, section.until, program),
        fee=section.fee or ZERO,
        cap_of_face=section.cap_of_face,
    )


def _price(section: AgreementSection) -> AgreedPrice:
    """The one it has."""
    if section.share_of_face is not None:
        return ShareOfFace(section.share_of_face)
    if section.share_of_liability is not None:
        return ShareOfLiability(section.share_of_liability)
    return PricePerPoint(tuple(section.price_per_point or ()))


def category(category_id: str, section: CategorySection) -> Category:
    """A category."""
    return Category(category_id, section.name, section.parent or "")


def stacking_group(group_id: str, section: StackingSection) -> StackingGroup:
    """A stacking group."""
    return StackingGroup(group_id, section.mode, section.per)


def earn_rule(
    rule_id: str, brand_id: str, section: EarnRuleSection, brand_entity: str, program: ProgramSection
) -> EarnRule:
    """A rule of one brand. Defaults: funded by the brand's entity (if that is known), expiring as the program says."""
    effect = _effect(section)
    by_effect = AccrualKind.BONUS if isinstance(effect, BaseMultiplier) else AccrualKind.BASE
    return EarnRule(
        rule_id=rule_id,
        brand_id=brand_id,
        kind=section.kind or by_effect,
        offer_id=section.offer or "",
        description=section.description or "",
        selector=section.when.selector(),
        effect=effect,
        rounding=section.rounding,
        rounding_scope=section.rounding_scope,
        funders=_funders(section, brand_entity),
        expiry=file_rule_terms.expiry(program.expiry if section.expiry is None else section.expiry),
        availability=file_rule_terms.availability(section.available),
        scope=file_rule_terms.scope(section.scope),
        basket=section.basket.condition() if section.basket is not None else None,
        condition=section.condition or "",
        stacking_group=section.group or "",
        priority=section.priority,
        operator_share=(section.funders or {}).get(OPERATOR, 0),
    )


def _funders(section: EarnRuleSection, brand_entity: str) -> tuple[Funder, ...]:
    if section.funders is None:
        return (Funder(brand_entity, WHOLE),) if brand_entity else ()
    return tuple(Funder(entity, share) for entity, share in sorted(section.funders.items()) if entity != OPERATOR)


def _point_value(section: PointValueSection, program: ProgramSection) -> PointValue:
    return PointValue(section.worth, _interval(section.start, section.until, program), section.reason or "")


def _interval(start: date | datetime | None, until: date | datetime | None, program: ProgramSection) -> Interval:
    return Interval(_instant(start, program), _instant(until, program))


def _instant(moment: date | datetime | None, program: ProgramSection) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return start_of_day(moment, zone(program.time_zone)).astimezone(UTC)


def _effect(section: EarnRuleSection) -> Effect:
    (effect,) = (given.effect() for name in EFFECTS if (given := getattr(section, name)) is not None)
    return cast(Effect, effect)
