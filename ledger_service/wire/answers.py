"""Answers as messages."""

from collections.abc import Sequence
from typing import cast

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import order_pb2, redemption_pb2
from loyalty.type.v1 import refusal_pb2

from chassis.runtime.item_refusal import refusal_fields
from chassis.values.money import Money
from chassis.values.refusal import Refusal
from ledger_service.domain.answers import (
    Answer,
    EarnedPoints,
    OrderAnswer,
    RedemptionAnswer,
    RedemptionView,
)
from ledger_service.domain.order import OrderState, ReturnBasis, ReturnedLine, is_anonymous
from ledger_service.domain.quote import Quote, WorthOf
from ledger_service.use_cases.ports import Outcome
from ledger_service.use_cases.read_ports import OrderView
from ledger_service.wire import proofs, values
from ledger_service.wire.orders import order_message

_STATES = {
    OrderState.ACCEPTED: order_pb2.ORDER_STATE_ACCEPTED,
    OrderState.EVALUATED: order_pb2.ORDER_STATE_EVALUATED,
    OrderState.CLAIMABLE: order_pb2.ORDER_STATE_CLAIMABLE,
    OrderState.REFUSED: order_pb2.ORDER_STATE_REFUSED,
    OrderState.CANCELLED: order_pb2.ORDER_STATE_CANCELLED,
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
        earned=[earned_message(earned) for earned in posted.earned],
        earned_points=sum(earned.granted for earned in posted.earned),
        repaid_points=posted.repaid_points,
        wallet=None if posted.state is OrderState.CLAIMABLE else values.wallet_message(posted.wallet),
        position=values.position_message(posted.position),
        redemptions=[redemption_message(redemption) for redemption in posted.redemptions],
        resolved_return_ids=posted.resolved_returns,
    )


def orders_posted(outcomes: Sequence[Outcome | Refusal]) -> messages.BatchPostOrdersResponse:
    """One result per sale."""
    return messages.BatchPostOrdersResponse(results=[_result(outcome) for outcome in outcomes])


def _result(outcome: Outcome | Refusal) -> messages.BatchPostOrdersResult:
    if isinstance(outcome, Refusal):
        return messages.BatchPostOrdersResult(refusal=refusal_pb2.Refusal(**refusal_fields(outcome)))
    return messages.BatchPostOrdersResult(posted=order_posted(outcome.answer), replayed=outcome.replayed)


def earned_message(earned: EarnedPoints) -> order_pb2.EarnedPoints:
    """What one line earned under one rule."""
    return order_pb2.EarnedPoints(
        accrual_id=earned.accrual_id,
        line_number=earned.line_number,
        brand_id=earned.brand,
        rule_id=earned.rule_id,
        desired=earned.desired,
        granted=earned.granted,
        expire_time=values.timestamp(earned.expire_time),
        available_time=values.timestamp(earned.available_time),
        trimmed_by_limit_id=earned.trimmed_by,
    )


def points_redeemed(answer: Answer) -> messages.RedeemPointsResponse:
    """Points spent."""
    spent = cast(RedemptionAnswer, answer)
    return messages.RedeemPointsResponse(
        redemption=redemption_message(spent.redemption),
        wallet=values.wallet_message(spent.wallet),
        position=values.position_message(spent.position),
    )


def redemption_message(redemption: RedemptionView) -> redemption_pb2.Redemption:
    return redemption_pb2.Redemption(
        redemption_id=redemption.redemption_id,
        brand_id=redemption.brand,
        location_id=redemption.location_id,
        points=redemption.points,
        value=values.money_message(redemption.value),
        rate=values.rate_message(redemption.rate),
        revision=redemption.revision,
        post_time=values.timestamp(redemption.post_time),
        authorization_id=redemption.authorization_id,
        order_id=redemption.order_id,
        lines=[
            redemption_pb2.RedemptionLine(
                line_number=line.line_number,
                points=line.points,
                value=values.money_message(line.value),
                restored_points=line.restored_points,
            )
            for line in redemption.lines
        ],
        restored_points=redemption.restored_points,
        restored_value=values.money_message(Money(redemption.value.currency_code, redemption.restored_value)),
        proof_method=proofs.method_number(redemption.proof),
        proof_id=proofs.proof_id(redemption.proof),
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
        brand_point_name=quote.brand_points.name if quote.brand_points else "",
        brand_points=quote.brand_points.count if quote.brand_points else 0,
        proof_methods=[proofs.METHODS[method] for method in quote.proof_methods],
    )


def _elsewhere(other: WorthOf) -> redemption_pb2.QuoteElsewhere:
    return redemption_pb2.QuoteElsewhere(
        brand_id=other.worth.brand,
        brand_name=other.worth.brand_name,
        value=values.money_message(other.value),
        rate=values.rate_message(other.worth.rate),
        reason=other.worth.reason,
    )


def order_view_message(view: OrderView) -> order_pb2.PostedOrder:
    """A posted sale with its accruals and returns."""
    order = view.order
    return order_pb2.PostedOrder(
        order_id=order.order_id,
        state=_STATES[order.state],
        member_id="" if is_anonymous(order.home) else order.home,
        revision=order.revision,
        order=order_message(order.document),
        post_time=values.timestamp(order.post_time),
        returned_lines=[_returned(line) for line in view.returned],
        accruals=[values.accrual_message(accrual) for accrual in view.accruals],
        redemption_ids=order.redemptions,
        return_ids=order.returns,
        correction_ids=order.corrections,
    )


def _returned(line: ReturnedLine) -> order_pb2.ReturnedLine:
    return order_pb2.ReturnedLine(
        line_number=line.line_number, basis=_BASES[line.basis], returned=line.returned, sold=line.sold
    )
