"""Answers as messages."""

from collections.abc import Sequence
from typing import cast

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import order_pb2, redemption_pb2
from loyalty.rules.v1 import evaluation_pb2
from loyalty.type.v1 import refusal_pb2

from chassis.runtime.item_refusal import refusal_fields
from chassis.values.refusal import Refusal
from ledger_service.domain.answers import (
    Answer,
    EarnedPoints,
    OrderAnswer,
    RedemptionAnswer,
    ReturnAnswer,
    ReversedPoints,
)
from ledger_service.domain.commands import Award
from ledger_service.domain.order import OrderState, ReturnBasis, ReturnedLine
from ledger_service.domain.quote import Quote, WorthOf
from ledger_service.domain.redemption import Redemption
from ledger_service.use_cases.ports import Evaluation, LineEvaluation, OrderView, Outcome
from ledger_service.wire import values
from ledger_service.wire.orders import order_message

_STATES = {
    OrderState.ACCEPTED: order_pb2.ORDER_STATE_ACCEPTED,
    OrderState.EVALUATED: order_pb2.ORDER_STATE_EVALUATED,
    OrderState.CLAIMABLE: order_pb2.ORDER_STATE_CLAIMABLE,
    OrderState.REFUSED: order_pb2.ORDER_STATE_REFUSED,
}
_BASES = {
    ReturnBasis.QUANTITY: order_pb2.RETURN_BASIS_QUANTITY,
    ReturnBasis.AMOUNT: order_pb2.RETURN_BASIS_AMOUNT,
    ReturnBasis.WHOLE: order_pb2.RETURN_BASIS_WHOLE,
}


def order_posted(answer: Answer) -> messages.PostOrderResponse:
    """A posted sale."""
    posted = cast(OrderAnswer, answer)
    return messages.PostOrderResponse(
        order_id=posted.order_id,
        state=_STATES[posted.state],
        member_id=posted.member_id,
        revision=posted.revision,
        earned=[_earned(earned) for earned in posted.earned],
        earned_points=sum(earned.granted for earned in posted.earned),
        repaid_points=posted.repaid_points,
        wallet=values.wallet_message(posted.wallet),
        position=values.position_message(posted.position),
    )


def orders_posted(outcomes: Sequence[Outcome | Refusal]) -> messages.BatchPostOrdersResponse:
    """One result per sale."""
    return messages.BatchPostOrdersResponse(results=[_result(outcome) for outcome in outcomes])


def _result(outcome: Outcome | Refusal) -> messages.BatchPostOrdersResult:
    if isinstance(outcome, Refusal):
        return messages.BatchPostOrdersResult(refusal=refusal_pb2.Refusal(**refusal_fields(outcome)))
    return messages.BatchPostOrdersResult(posted=order_posted(outcome.answer), replayed=outcome.replayed)


def _earned(earned: EarnedPoints) -> order_pb2.EarnedPoints:
    return order_pb2.EarnedPoints(
        accrual_id=earned.accrual_id,
        line_number=earned.line_number,
        brand_id=earned.brand,
        rule_id=earned.rule_id,
        desired=earned.desired,
        granted=earned.granted,
        expire_time=values.timestamp(earned.expire_time),
    )


def return_posted(answer: Answer) -> messages.PostReturnResponse:
    """A posted return."""
    posted = cast(ReturnAnswer, answer)
    return messages.PostReturnResponse(
        return_id=posted.return_id,
        reversed=[_reversed(points) for points in posted.reversed],
        reversed_points=sum(points.reversed for points in posted.reversed),
        repaid_points=posted.repaid_points,
        wallet=values.wallet_message(posted.wallet),
        position=values.position_message(posted.position),
    )


def _reversed(points: ReversedPoints) -> order_pb2.ReversedPoints:
    return order_pb2.ReversedPoints(
        accrual_id=points.accrual_id,
        sale_line=order_pb2.SaleLineRef(order=values.ref_message(points.sale), line_number=points.sale_line),
        brand_id=points.brand,
        rule_id=points.rule_id,
        reversed=points.reversed,
        reversed_so_far=points.so_far,
        granted=points.granted,
    )


def points_redeemed(answer: Answer) -> messages.RedeemPointsResponse:
    """Points spent."""
    spent = cast(RedemptionAnswer, answer)
    return messages.RedeemPointsResponse(
        redemption=_redemption(spent.redemption),
        wallet=values.wallet_message(spent.wallet),
        position=values.position_message(spent.position),
    )


def _redemption(redemption: Redemption) -> redemption_pb2.Redemption:
    return redemption_pb2.Redemption(
        redemption_id=redemption.redemption_id,
        brand_id=redemption.brand,
        location_id=redemption.location_id,
        points=redemption.points,
        value=values.money_message(redemption.value),
        rate=values.rate_message(redemption.rate),
        revision=redemption.revision,
        post_time=values.timestamp(redemption.post_time),
    )


def quote_message(quote: Quote) -> redemption_pb2.Quote:
    """What points are worth."""
    return redemption_pb2.Quote(
        points=quote.points,
        value=values.money_message(quote.here.value),
        rate=values.rate_message(quote.here.worth.rate),
        reason=quote.here.worth.reason,
        available=quote.available,
        elsewhere=[_elsewhere(other) for other in quote.elsewhere],
        revision=quote.revision,
        expire_time=values.timestamp(quote.expire_time),
        receipt_text=quote.receipt_text,
    )


def _elsewhere(other: WorthOf) -> redemption_pb2.QuoteElsewhere:
    return redemption_pb2.QuoteElsewhere(
        brand_id=other.worth.brand,
        brand_name=other.worth.brand_name,
        value=values.money_message(other.value),
        rate=values.rate_message(other.worth.rate),
        reason=other.worth.reason,
    )


def preview_message(evaluation: Evaluation) -> messages.PreviewOrderResponse:
    """What a sale would earn."""
    return messages.PreviewOrderResponse(
        evaluation=evaluation_pb2.OrderEvaluation(
            revision=evaluation.revision,
            operator_entity_id=evaluation.operator,
            region=evaluation.region,
            time_zone=evaluation.time_zone,
            lines=[_line(line) for line in evaluation.lines],
        ),
        points=sum(award.points for award in evaluation.awards),
    )


def _line(line: LineEvaluation) -> evaluation_pb2.LineEvaluation:
    return evaluation_pb2.LineEvaluation(
        line_number=line.line_number,
        brand_id=line.brand,
        awards=[_award(award, why) for award, why in zip(line.awards, line.award_explanations, strict=True)],
        explanation=line.explanation,
    )


def _award(award: Award, explanation: str) -> evaluation_pb2.Award:
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
        available_time=values.timestamp(award.available_time),
        expire_time=values.timestamp(award.expire_time),
        explanation=explanation,
    )


def order_view_message(view: OrderView) -> order_pb2.PostedOrder:
    """A posted sale with its accruals and returns."""
    order = view.order
    return order_pb2.PostedOrder(
        order_id=order.order_id,
        state=_STATES[order.state],
        member_id=order.home,
        revision=order.revision,
        order=order_message(order.document),
        post_time=values.timestamp(order.post_time),
        returned_lines=[_returned(line) for line in view.returned],
        accruals=[values.accrual_message(accrual) for accrual in view.accruals],
    )


def _returned(line: ReturnedLine) -> order_pb2.ReturnedLine:
    return order_pb2.ReturnedLine(
        line_number=line.line_number, basis=_BASES[line.basis], returned=line.returned, sold=line.sold
    )
