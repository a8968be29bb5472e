"""Answers about sales besides posting them."""

from typing import cast

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import order_requests_pb2
from loyalty.type.v1 import money_pb2, refusal_pb2

from chassis.runtime.item_refusal import refusal_fields
from chassis.values.refusal import Refusal
from ledger_service.domain.answers import Answer, ClaimAnswer, OrderAnswer
from ledger_service.domain.refused_order import RefusedOrder, RefusedTotal
from ledger_service.use_cases.list_refused_orders import RefusedPage
from ledger_service.use_cases.stream_orders import Acknowledgement
from ledger_service.wire import values
from ledger_service.wire.answers import earned_message, order_posted
from ledger_service.wire.orders import order_message


def acknowledged(acknowledgement: Acknowledgement) -> messages.StreamOrdersResponse:
    """What became of one message of an upload."""
    outcome = acknowledgement.outcome
    if isinstance(outcome, Refusal):
        return messages.StreamOrdersResponse(
            sequence=acknowledgement.sequence, refusal=_refusal(outcome), kept_aside=acknowledgement.kept_aside
        )
    return messages.StreamOrdersResponse(
        sequence=acknowledgement.sequence,
        posted=order_posted(outcome.answer),
        replayed=outcome.replayed,
        time_clamped=cast(OrderAnswer, outcome.answer).time_clamped,
    )


def order_claimed(answer: Answer) -> order_requests_pb2.ClaimOrderResponse:
    """A claimed sale."""
    claimed = cast(ClaimAnswer, answer)
    return order_requests_pb2.ClaimOrderResponse(
        order_id=claimed.order_id,
        member_id=claimed.member_id,
        revision=claimed.revision,
        earned=[earned_message(earned) for earned in claimed.earned],
        earned_points=sum(earned.granted for earned in claimed.earned),
        reversed_points=claimed.reversed_points,
        repaid_points=claimed.repaid_points,
        wallet=values.wallet_message(claimed.wallet),
        position=values.position_message(claimed.position),
    )


def refused_page(page: RefusedPage, next_page_token: str) -> order_requests_pb2.ListRefusedOrdersResponse:
    """Refused uploads."""
    return order_requests_pb2.ListRefusedOrdersResponse(
        orders=[_refused(refused) for refused in page.orders],
        totals=[_total(total) for total in page.totals],
        next_page_token=next_page_token,
    )


def _refused(refused: RefusedOrder) -> order_requests_pb2.RefusedOrder:
    return order_requests_pb2.RefusedOrder(
        order=order_message(refused.document),
        request_id=refused.request_id,
        caller=refused.caller,
        refusal=_refusal(refused.refusal),
        first_time=values.timestamp(refused.first_time),
        last_time=values.timestamp(refused.last_time),
        tries=refused.tries,
    )


def _total(total: RefusedTotal) -> order_requests_pb2.RefusedOrderTotal:
    message = order_requests_pb2.RefusedOrderTotal(reason=total.reason, orders=total.orders)
    if total.amount is not None:
        message.amount.CopyFrom(money_pb2.Money(currency_code=total.currency, minor_units=total.amount))
    return message


def _refusal(refusal: Refusal) -> refusal_pb2.Refusal:
    return refusal_pb2.Refusal(**refusal_fields(refusal))
