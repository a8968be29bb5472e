"""Decisions → protobuf."""

from collections.abc import Sequence

from loyalty.rules.v1 import evaluation_pb2 as pb
from loyalty.rules.v1 import rules_service_pb2
from loyalty.type.v1 import refusal_pb2

from chassis.runtime.item_refusal import refusal_fields
from chassis.values.refusal import Refusal
from rules_service.domain.evaluation import LineEvaluation, OrderEvaluation
from rules_service.domain.member_facts import NOTHING_READ, FactsRead
from rules_service.domain.redemption_terms import RedemptionTerms
from rules_service.wire.awards import set_award
from rules_service.wire.numbers import point_rate, timestamp
from rules_service.wire.outcomes import set_outcome
from rules_service.wire.policies import BURN_KEYS
from rules_service.wire.settlements import currency_term, settlement_term


def evaluations(results: Sequence[OrderEvaluation | Refusal]) -> rules_service_pb2.EvaluateOrdersResponse:
    """One result per order, in order."""
    return rules_service_pb2.EvaluateOrdersResponse(results=[_result(result) for result in results])


def terms(quoted: RedemptionTerms) -> pb.RedemptionTerms:
    """The terms of a redemption."""
    return pb.RedemptionTerms(
        revision=quoted.revision,
        brand_id=quoted.brand_id,
        brand_name=quoted.brand_name,
        redeemer_entity_id=quoted.redeemer_entity_id,
        operator_entity_id=quoted.location.operator_entity_id,
        region=quoted.location.region,
        rate=point_rate(quoted.value.rate),
        reason=quoted.value.reason,
        settlement_terms=[settlement_term(term) for term in quoted.settlement_terms],
        elsewhere=[
            pb.WorthElsewhere(
                brand_id=other.brand_id,
                brand_name=other.brand_name,
                rate=point_rate(other.value.rate),
                reason=other.value.reason,
            )
            for other in quoted.elsewhere
        ],
        start_time=timestamp(quoted.interval.start),
        end_time=timestamp(quoted.interval.end),
        point_name=quoted.point_name,
        minimum_points=quoted.minimum_points,
        block_points=quoted.block_points,
        burn_order=[BURN_KEYS[key] for key in quoted.burn_order],
        brand_point_name=quoted.named_point.name if quoted.named_point else "",
        brand_points_per_point=quoted.named_point.per_point if quoted.named_point else 0,
        currency_terms=[currency_term(term) for term in quoted.currency_terms],
    )


def _result(result: OrderEvaluation | Refusal) -> rules_service_pb2.EvaluateOrderResult:
    if isinstance(result, Refusal):
        return rules_service_pb2.EvaluateOrderResult(refusal=refusal_pb2.Refusal(**refusal_fields(result)))
    return rules_service_pb2.EvaluateOrderResult(evaluation=_evaluation(result))


def _evaluation(evaluation: OrderEvaluation) -> pb.OrderEvaluation:
    message = pb.OrderEvaluation(
        revision=evaluation.revision,
        operator_entity_id=evaluation.location.operator_entity_id,
        region=evaluation.location.region,
        time_zone=evaluation.location.time_zone,
        local_date=evaluation.day.isoformat(),
        facts_read=_facts_read(evaluation.read),
    )
    for line in evaluation.lines:
        _set_line(message.lines.add(), line)
    return message


def _facts_read(read: FactsRead) -> pb.FactsRead | None:
    """None if nothing was read, as of most orders."""
    if read == NOTHING_READ:
        return None
    return pb.FactsRead(
        tiers=[pb.TierFact(ladder_id=ladder_id, tier_id=tier_id) for ladder_id, tier_id in read.tiers],
        purchases=[
            pb.PurchasesRead(brand_id=one.brand_id, orders=one.orders, least=one.least, most=one.most)
            for one in read.purchases
        ],
    )


def _set_line(message: pb.LineEvaluation, line: LineEvaluation) -> None:
    message.line_number = line.line_number
    message.brand_id = line.brand_id
    message.explanation = line.explanation
    for given in line.awards:
        set_award(message.awards.add(), given)
    for outcome in line.outcomes:
        set_outcome(message.outcomes.add(), outcome)
