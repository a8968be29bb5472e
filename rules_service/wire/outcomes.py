"""Outcomes and breakdowns → protobuf. On the hot path: what many of them share is made once and copied."""

from functools import lru_cache

from loyalty.rules.v1 import evaluation_pb2 as pb
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1 import money_pb2

from rules_service.domain.breakdown import Breakdown, Counted
from rules_service.domain.compiled_rule import CompiledRule
from rules_service.domain.evaluation import Outcome, RuleOutcome
from rules_service.domain.exact import Exact, in_lowest_terms
from rules_service.wire.earn_rules import ROUNDING_SCOPES, ROUNDINGS

_OUTCOMES = {
    Outcome.PAID: pb.OUTCOME_PAID,
    Outcome.NOTHING: pb.OUTCOME_NOTHING,
    Outcome.OUTRANKED: pb.OUTCOME_OUTRANKED,
    Outcome.NOT_SELECTED: pb.OUTCOME_NOT_SELECTED,
    Outcome.TRIMMED: pb.OUTCOME_TRIMMED,
}


def set_outcome(message: pb.RuleOutcome, outcome: RuleOutcome) -> None:
    """What became of a rule."""
    message.CopyFrom(_unvarying(outcome.rule, outcome.outcome))
    message.explanation = outcome.explanation
    if outcome.points:
        message.points = outcome.points
    if outcome.exact is not None:
        _set_ratio(message.exact_points, outcome.exact)
    if outcome.unmet:
        message.unmet = outcome.unmet
    if outcome.preferred is not None:
        message.preferred_rule_id = outcome.preferred.rule.rule_id
    if outcome.trimmed_by:
        message.trimmed_by_limit_id = outcome.trimmed_by


def breakdown_of(rule: CompiledRule) -> pb.Breakdown:
    """What all breakdowns of a rule have in common."""
    scope = ROUNDING_SCOPES[rule.rule.rounding_scope]
    if rule.whole_over_order:
        scope = program_pb2.ROUNDING_SCOPE_ORDER
    return pb.Breakdown(rounding=ROUNDINGS[rule.rule.rounding], rounding_scope=scope)


def set_breakdown(message: pb.Breakdown, breakdown: Breakdown) -> None:
    """The figures; one that does not fit the contract's integers stays absent."""
    counted, number = breakdown.counted, breakdown.number
    if counted is Counted.PAID:
        paid = message.paid
        paid.currency_code = breakdown.unit
        paid.minor_units = number[0]
    elif counted is Counted.PIECES:
        message.pieces = number[0]
    elif counted is Counted.MEASURE:
        measure = message.measure
        measure.unit = breakdown.unit
        measure.milli_units = number[0]
    elif counted is Counted.BASE_POINTS:
        _set_ratio(message.base_points, number)
    elif counted is Counted.SETS:
        message.sets = number[0]
    if breakdown.rate is not None:
        _set_ratio(message.rate, breakdown.rate)
    _set_ratio(message.exact_points, breakdown.exact)
    if (tier := breakdown.tier) is not None:
        _set_ratio(message.tier_multiplier, tier.factor)
        message.tier.ladder_id = tier.ladder_id
        message.tier.tier_id = tier.tier_id


def _set_ratio(message: money_pb2.Ratio, value: Exact) -> None:
    reduced = in_lowest_terms(value)
    if reduced is not None:
        message.numerator, message.denominator = reduced


@lru_cache(maxsize=16_384)
def _unvarying(rule: CompiledRule, outcome: Outcome) -> pb.RuleOutcome:
    """What all outcomes of a rule that ended alike have in common; copied, never changed."""
    return pb.RuleOutcome(
        rule_id=rule.rule.rule_id, rule_version=rule.version, rule_ordinal=rule.ordinal, outcome=_OUTCOMES[outcome]
    )
