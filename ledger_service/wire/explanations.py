"""Why points are what they are, in the messages in which rules say it."""

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import read_requests_pb2
from loyalty.rules.v1 import evaluation_pb2, program_pb2
from loyalty.type.v1 import money_pb2, order_pb2

from chassis.values.rounding import Ratio, Rounding
from ledger_service.domain.accrual import ON_EVENT
from ledger_service.domain.commands import Award
from ledger_service.domain.explanation import Breakdown, Counted, Decision, RuleFate, RuleOutcome
from ledger_service.domain.facts import NOTHING_READ, FactsRead
from ledger_service.domain.limits import LimitTerm
from ledger_service.use_cases.ports import LineEvaluation
from ledger_service.use_cases.preview_order import Preview
from ledger_service.wire import values
from ledger_service.wire.answers import earned_message
from ledger_service.wire.limits import usage_message
from ledger_service.wire.scopes import scope_message
from ledger_service.wire.standing import standing_messages

FATES = {
    RuleFate.PAID: evaluation_pb2.OUTCOME_PAID,
    RuleFate.NOTHING: evaluation_pb2.OUTCOME_NOTHING,
    RuleFate.OUTRANKED: evaluation_pb2.OUTCOME_OUTRANKED,
    RuleFate.NOT_SELECTED: evaluation_pb2.OUTCOME_NOT_SELECTED,
    RuleFate.TRIMMED: evaluation_pb2.OUTCOME_TRIMMED,
}
ROUNDINGS = {
    Rounding.FLOOR: program_pb2.ROUNDING_FLOOR,
    Rounding.HALF_UP: program_pb2.ROUNDING_HALF_UP,
    Rounding.HALF_EVEN: program_pb2.ROUNDING_HALF_EVEN,
}
MILLI = 1_000
"""A measure is told in thousandths, and paid by whole units."""


def preview_message(preview: Preview) -> messages.PreviewOrderResponse:
    """What a sale would earn, why, what of it would be granted, and where the member stands."""
    evaluation, grants = preview.evaluation, preview.grants
    return messages.PreviewOrderResponse(
        evaluation=evaluation_pb2.OrderEvaluation(
            revision=evaluation.revision,
            operator_entity_id=evaluation.operator,
            region=evaluation.region,
            time_zone=evaluation.time_zone,
            local_date=evaluation.local_day.isoformat(),
            facts_read=_facts_read(evaluation.read),
            lines=[_line(line) for line in evaluation.lines],
        ),
        points=sum(award.points for award in evaluation.awards),
        earned=map(earned_message, grants.earned),
        granted_points=grants.points,
        limits=map(usage_message, grants.limits),
        standings=standing_messages(preview.standings),
    )


def _facts_read(read: FactsRead) -> evaluation_pb2.FactsRead | None:
    """None if nothing was read."""
    if read == NOTHING_READ:
        return None
    return evaluation_pb2.FactsRead(
        tiers=[evaluation_pb2.TierFact(ladder_id=one.ladder_id, tier_id=one.tier) for one in read.tiers],
        purchases=[
            evaluation_pb2.PurchasesRead(brand_id=one.brand, orders=one.orders, least=one.least, most=one.most)
            for one in read.purchases
        ],
    )


def _line(line: LineEvaluation) -> evaluation_pb2.LineEvaluation:
    return evaluation_pb2.LineEvaluation(
        line_number=line.line_number,
        brand_id=line.brand,
        awards=[_award(award) for award in line.awards],
        explanation=line.explanation,
        outcomes=[_outcome(outcome) for outcome in line.outcomes],
    )


def _award(award: Award) -> evaluation_pb2.Award:
    return evaluation_pb2.Award(
        rule_id=award.rule_id,
        rule_version=award.rule_version,
        rule_ordinal=award.rule_ordinal,
        kind=values.KINDS[award.kind],
        offer_id=award.offer_id,
        brand_id=award.brand,
        issuer_entity_id=award.issuer,
        funders=values.funder_messages(award.funders),
        points=award.points,
        liability=values.rate_message(award.liability),
        available_time=None if award.available_time == ON_EVENT else values.timestamp(award.available_time),
        expire_time=values.timestamp(award.expire_time),
        explanation=award.explanation,
        rolling_months=award.rolling_months,
        rolling_days=award.rolling_days,
        available_on_event=award.available_time == ON_EVENT,
        redemption_scope=scope_message(award.scope),
        breakdown=breakdown_message(award.breakdown),
        desired_points=award.untrimmed,
        trimmed_by_limit_id=award.trimmed_by,
        limits=[_limit_term(term) for term in award.limits],
    )


def _limit_term(term: LimitTerm) -> evaluation_pb2.LimitTerm:
    return evaluation_pb2.LimitTerm(
        limit_id=term.limit_id,
        holder=values.HOLDERS[term.holder],
        window_key=term.window,
        points=term.points,
        minor_units=term.minor_units,
        soft=term.soft,
        warn_at_basis_points=term.warn_at,
    )


def _outcome(outcome: RuleOutcome) -> evaluation_pb2.RuleOutcome:
    return evaluation_pb2.RuleOutcome(
        rule_id=outcome.rule_id,
        rule_version=outcome.rule_version,
        rule_ordinal=outcome.rule_ordinal,
        outcome=FATES[outcome.fate],
        exact_points=_ratio(outcome.exact),
        points=outcome.points,
        unmet=outcome.unmet,
        preferred_rule_id=outcome.preferred,
        explanation=outcome.sentence,
        trimmed_by_limit_id=outcome.trimmed_by,
    )


def judgement_message(decision: Decision) -> read_requests_pb2.Judgement:
    """What was decided about an accrual."""
    judgement = decision.judgement
    return read_requests_pb2.Judgement(
        subject_id=decision.subject_id,
        post_time=values.timestamp(decision.post_time),
        revision=decision.revision,
        rule_version=judgement.rule_version,
        points=judgement.points,
        breakdown=breakdown_message(judgement.breakdown),
        explanation=judgement.sentence,
    )


def breakdown_message(breakdown: Breakdown | None) -> evaluation_pb2.Breakdown | None:
    """How points came about; None is left out."""
    if breakdown is None:
        return None
    message = evaluation_pb2.Breakdown(
        rate=_ratio(breakdown.rate),
        exact_points=_ratio(breakdown.exact),
        rounding=program_pb2.ROUNDING_UNSPECIFIED if breakdown.rounding is None else ROUNDINGS[breakdown.rounding],
        rounding_scope=program_pb2.ROUNDING_SCOPE_ORDER if breakdown.by_order else program_pb2.ROUNDING_SCOPE_LINE,
    )
    if (tier := breakdown.tier) is not None:
        message.tier_multiplier.CopyFrom(values.ratio_message(tier.factor))
        message.tier.CopyFrom(evaluation_pb2.TierFact(ladder_id=tier.ladder_id, tier_id=tier.tier_id))
    amount, unit = breakdown.amount, breakdown.unit
    match breakdown.counted:
        case Counted.PAID:
            message.paid.CopyFrom(money_pb2.Money(currency_code=unit, minor_units=amount.numerator))
        case Counted.PIECES:
            message.pieces = amount.numerator
        case Counted.MEASURE:
            milli_units = amount.numerator * MILLI // amount.denominator
            message.measure.CopyFrom(order_pb2.Measure(unit=unit, milli_units=milli_units))
        case Counted.BASE_POINTS:
            message.base_points.CopyFrom(values.ratio_message(amount))
        case Counted.SETS:
            message.sets = amount.numerator
    return message


def _ratio(ratio: Ratio | None) -> money_pb2.Ratio | None:
    return None if ratio is None else values.ratio_message(ratio)
