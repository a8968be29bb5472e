"""Answers about pending and expiring points."""

from typing import cast

from loyalty.ledger.v1 import correction_requests_pb2, order_requests_pb2

from ledger_service.domain.answers import Answer, ExtensionAnswer, PendingAnswer
from ledger_service.wire import values


def pending_activated(answer: Answer) -> order_requests_pb2.ActivatePendingResponse:
    """Points that can be spent now."""
    done = cast(PendingAnswer, answer)
    return order_requests_pb2.ActivatePendingResponse(
        activated_points=done.points,
        repaid_points=done.repaid_points,
        wallet=values.wallet_message(done.wallet),
        position=values.position_message(done.position),
    )


def pending_cancelled(answer: Answer) -> order_requests_pb2.CancelPendingResponse:
    """Points that were taken back."""
    done = cast(PendingAnswer, answer)
    return order_requests_pb2.CancelPendingResponse(
        cancelled_points=done.points,
        wallet=values.wallet_message(done.wallet),
        position=values.position_message(done.position),
    )


def expiry_extended(answer: Answer) -> correction_requests_pb2.ExtendExpiryResponse:
    """Points that expire later."""
    done = cast(ExtensionAnswer, answer)
    return correction_requests_pb2.ExtendExpiryResponse(
        accrual_ids=done.accrual_ids,
        points=done.points,
        wallet=values.wallet_message(done.wallet),
        position=values.position_message(done.position),
    )
