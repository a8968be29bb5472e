"""Earn rules → protobuf."""

from loyalty.rules.v1 import program_pb2 as pb
from loyalty.type.v1 import points_pb2

from chassis.values.rounding import Rounding
from rules_service.domain.availability import (
    Availability,
    AvailableAfterDays,
    AvailableAfterHours,
    AvailableOn,
)
from rules_service.domain.earn_rule import AccrualKind, Funder, RoundingScope
from rules_service.domain.expiry import (
    ExpiresAfterDays,
    ExpiresAfterMonths,
    Expiry,
    Period,
    RollsByDays,
    RollsByMonths,
)
from rules_service.domain.ranking import RankedRule
from rules_service.domain.scope import AtBrands, FromPlace, Scope
from rules_service.wire.effects import set_effect
from rules_service.wire.selectors import basket_message, selector_message

KINDS = {
    AccrualKind.BASE: points_pb2.ACCRUAL_KIND_BASE,
    AccrualKind.BONUS: points_pb2.ACCRUAL_KIND_BONUS,
}
ROUNDINGS = {
    Rounding.FLOOR: pb.ROUNDING_FLOOR,
    Rounding.HALF_UP: pb.ROUNDING_HALF_UP,
    Rounding.HALF_EVEN: pb.ROUNDING_HALF_EVEN,
}
ROUNDING_SCOPES = {
    RoundingScope.LINE: pb.ROUNDING_SCOPE_LINE,
    RoundingScope.ORDER: pb.ROUNDING_SCOPE_ORDER,
}
_PLACES = {
    FromPlace.EARNING_LOCATION: pb.SPENDING_SCOPE_KIND_EARNING_LOCATION,
    FromPlace.OPERATOR: pb.SPENDING_SCOPE_KIND_OPERATOR,
    FromPlace.REGION: pb.SPENDING_SCOPE_KIND_REGION,
}


def earn_rule(ranked_rule: RankedRule) -> pb.EarnRule:
    """A rule with its place in the revision."""
    rule = ranked_rule.rule
    message = pb.EarnRule(
        rule_id=rule.rule_id,
        rule_version=ranked_rule.version,
        ordinal=ranked_rule.ordinal,
        brand_id=rule.brand_id,
        kind=KINDS[rule.kind],
        offer_id=rule.offer_id,
        description=rule.description,
        selector=selector_message(rule.selector),
        rounding=ROUNDINGS[rule.rounding],
        rounding_scope=ROUNDING_SCOPES[rule.rounding_scope],
        funders=[funder(part) for part in rule.funders],
        expiry=_expiry(rule.expiry),
        availability=_availability(rule.availability),
        spending_scope=_scope(rule.scope),
        basket=basket_message(rule.basket) if rule.basket is not None else None,
        condition=rule.condition,
        stacking_group=rule.stacking_group,
        priority=rule.priority,
        operator_share_basis_points=rule.operator_share,
    )
    set_effect(message, rule.effect)
    return message


def funder(part: Funder) -> points_pb2.Funder:
    """An entity and its share."""
    return points_pb2.Funder(entity_id=part.entity_id, share_basis_points=part.share_basis_points)


def _expiry(expiry: Expiry) -> pb.Expiry:
    if expiry is None:
        return pb.Expiry()
    if isinstance(expiry, ExpiresAfterDays):
        return pb.Expiry(days=expiry.days)
    if isinstance(expiry, ExpiresAfterMonths):
        return pb.Expiry(months=expiry.months)
    if isinstance(expiry, RollsByDays):
        return pb.Expiry(rolling_days=expiry.days)
    if isinstance(expiry, RollsByMonths):
        return pb.Expiry(rolling_months=expiry.months)
    if expiry.period is Period.MONTH:
        return pb.Expiry(months_then_end_of_month=expiry.months)
    if expiry.period is Period.QUARTER:
        return pb.Expiry(months_then_end_of_quarter=expiry.months)
    return pb.Expiry(months_then_end_of_year=expiry.months)


def _availability(availability: Availability) -> pb.Availability:
    if availability is None:
        return pb.Availability()
    if isinstance(availability, AvailableAfterHours):
        return pb.Availability(hours=availability.hours)
    if isinstance(availability, AvailableAfterDays):
        return pb.Availability(days=availability.days)
    if isinstance(availability, AvailableOn):
        return pb.Availability(date=availability.day.isoformat())
    return pb.Availability(on_event=True)


def _scope(scope: Scope) -> pb.SpendingScope:
    if scope is None:
        return pb.SpendingScope(kind=pb.SPENDING_SCOPE_KIND_ANYWHERE)
    if isinstance(scope, AtBrands):
        return pb.SpendingScope(kind=pb.SPENDING_SCOPE_KIND_BRANDS, brand_ids=sorted(set(scope.brand_ids)))
    return pb.SpendingScope(kind=_PLACES[scope])
