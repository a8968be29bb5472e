"""Awards → protobuf. On the hot path: what many awards share is made once and copied."""

from datetime import datetime
from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.rules.v1 import evaluation_pb2 as pb

from rules_service.domain.availability import AvailableOnEvent
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.evaluation import Award
from rules_service.domain.expiry import RollsByDays, RollsByMonths
from rules_service.domain.funding import Funders
from rules_service.domain.limit_terms import LimitTerms
from rules_service.domain.program import PointRate
from rules_service.domain.scope import AtBrands, AtLocation, AtOperator, ResolvedScope
from rules_service.wire.earn_rules import KINDS, funder
from rules_service.wire.limits import limit_term
from rules_service.wire.numbers import point_rate
from rules_service.wire.outcomes import breakdown_of, set_breakdown


def set_award(message: pb.Award, given: Award) -> None:
    """Points one rule gives one line."""
    message.CopyFrom(_unvarying(given.rule, given.funders, given.liability, given.scope))
    message.points = given.points
    message.desired_points = given.desired
    if given.trimmed_by:
        message.trimmed_by_limit_id = given.trimmed_by
    if given.limits.terms:
        message.limits.extend(_terms(given.limits))
    message.explanation = given.explanation
    if given.available_time is not None:
        message.available_time.CopyFrom(_instant(given.available_time))
    if given.expire_time is not None:
        message.expire_time.CopyFrom(_instant(given.expire_time))
    set_breakdown(message.breakdown, given.breakdown)


@lru_cache(maxsize=8192)
def _unvarying(rule: CompiledRule, funders: Funders, liability: PointRate, scope: ResolvedScope) -> pb.Award:
    """What all awards of a rule in one currency and place have in common; copied, never changed."""
    expiry = rule.rule.expiry
    return pb.Award(
        rule_id=rule.rule.rule_id,
        rule_version=rule.version,
        rule_ordinal=rule.ordinal,
        kind=KINDS[rule.rule.kind],
        offer_id=rule.rule.offer_id,
        brand_id=rule.rule.brand_id,
        issuer_entity_id=rule.issuer_entity_id,
        funders=[funder(part) for part in funders],
        liability=point_rate(liability),
        rolling_months=expiry.months if isinstance(expiry, RollsByMonths) else 0,
        rolling_days=expiry.days if isinstance(expiry, RollsByDays) else 0,
        available_on_event=isinstance(rule.rule.availability, AvailableOnEvent),
        redemption_scope=_scope(scope),
        breakdown=breakdown_of(rule),
    )


@lru_cache(maxsize=8192)
def _terms(limits: LimitTerms) -> tuple[pb.LimitTerm, ...]:
    """The limits of all awards that have the same; copied, never changed."""
    return tuple(limit_term(term) for term in limits.terms)


def _scope(scope: ResolvedScope) -> pb.RedemptionScope:
    if scope is None:
        return pb.RedemptionScope(anywhere=pb.Anywhere())
    if isinstance(scope, AtBrands):
        return pb.RedemptionScope(brands=pb.BrandSet(brand_ids=scope.brand_ids))
    if isinstance(scope, AtLocation):
        return pb.RedemptionScope(location_id=scope.location_id)
    if isinstance(scope, AtOperator):
        return pb.RedemptionScope(operator_entity_id=scope.entity_id)
    return pb.RedemptionScope(region=scope.region)


@lru_cache(maxsize=8192)
def _instant(instant: datetime) -> Timestamp:
    """Few instants of expiry are shared by many awards; copied, never changed."""
    message = Timestamp()
    message.FromDatetime(instant)
    return message
