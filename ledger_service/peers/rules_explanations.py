"""Why rules pay what they pay, from their messages."""

from fractions import Fraction

from google.protobuf.message import Message
from loyalty.rules.v1 import evaluation_pb2, program_pb2
from loyalty.type.v1 import money_pb2

from chassis.values.rounding import Ratio
from ledger_service.domain.explanation import Breakdown, Counted, RuleOutcome, TierFactor
from ledger_service.wire.explanations import FATES, MILLI, ROUNDINGS

_FATES = {number: fate for fate, number in FATES.items()}
_ROUNDINGS = {number: rounding for rounding, number in ROUNDINGS.items()}
_NONE = Ratio(0, 1)


def breakdown_of(message: evaluation_pb2.Breakdown) -> Breakdown:
    """How points came about."""
    counted, amount, unit = _counted(message)
    return Breakdown(
        counted=counted,
        amount=amount,
        unit=unit,
        rate=_ratio(message, "rate", message.rate),
        exact=_ratio(message, "exact_points", message.exact_points),
        rounding=_ROUNDINGS.get(message.rounding),
        by_order=message.rounding_scope == program_pb2.ROUNDING_SCOPE_ORDER,
        tier=_tier(message),
    )


def _tier(message: evaluation_pb2.Breakdown) -> TierFactor | None:
    factor = _ratio(message, "tier_multiplier", message.tier_multiplier)
    return None if factor is None else TierFactor(message.tier.ladder_id, message.tier.tier_id, factor)


def _counted(message: evaluation_pb2.Breakdown) -> tuple[Counted, Ratio, str]:
    match message.WhichOneof("counted"):
        case "paid":
            return Counted.PAID, Ratio(message.paid.minor_units, 1), message.paid.currency_code
        case "pieces":
            return Counted.PIECES, Ratio(message.pieces, 1), ""
        case "measure":
            return Counted.MEASURE, Ratio.of(Fraction(message.measure.milli_units, MILLI)), message.measure.unit
        case "base_points":
            return Counted.BASE_POINTS, Ratio(message.base_points.numerator, message.base_points.denominator), ""
        case "sets":
            return Counted.SETS, Ratio(message.sets, 1), ""
    return Counted.NOTHING, _NONE, ""


def outcome_of(message: evaluation_pb2.RuleOutcome) -> RuleOutcome:
    """What became of a rule."""
    return RuleOutcome(
        rule_id=message.rule_id,
        rule_version=message.rule_version,
        rule_ordinal=message.rule_ordinal,
        fate=_FATES[message.outcome],
        exact=_ratio(message, "exact_points", message.exact_points),
        points=message.points,
        unmet=message.unmet,
        preferred=message.preferred_rule_id,
        sentence=message.explanation,
        trimmed_by=message.trimmed_by_limit_id,
    )


def _ratio(holder: Message, field: str, message: money_pb2.Ratio) -> Ratio | None:
    return Ratio(message.numerator, message.denominator) if holder.HasField(field) else None
