"""Answers about authorizations as messages."""

from typing import cast

from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import redemption_requests_pb2 as messages

from ledger_service.domain.answers import Answer, AuthorizationAnswer, CaptureAnswer, HoldView, VoidAnswer
from ledger_service.domain.hold import HoldState
from ledger_service.wire import proofs, values
from ledger_service.wire.answers import redemption_message

_STATES = {
    HoldState.OPEN: authorization_pb2.AUTHORIZATION_STATE_OPEN,
    HoldState.CLEARED: authorization_pb2.AUTHORIZATION_STATE_CAPTURED,
    HoldState.VOIDED: authorization_pb2.AUTHORIZATION_STATE_VOIDED,
    HoldState.TIMED_OUT: authorization_pb2.AUTHORIZATION_STATE_TIMED_OUT,
}


def authorization_message(view: HoldView) -> authorization_pb2.Authorization:
    """An authorization."""
    return authorization_pb2.Authorization(
        authorization_id=view.authorization_id,
        state=_STATES[view.state],
        brand_id=view.brand,
        location_id=view.location_id,
        points=view.points,
        held_points=view.held_points,
        captured_points=view.captured_points,
        captured_value=values.money_message(view.captured_value),
        value=values.money_message(view.value),
        rate=values.rate_message(view.rate),
        revision=view.revision,
        expire_time=values.timestamp(view.expire_time),
        proof_method=proofs.method_number(view.proof),
        proof_id=proofs.proof_id(view.proof),
    )


def redemption_authorized(answer: Answer) -> messages.AuthorizeRedemptionResponse:
    """Points set aside."""
    held = cast(AuthorizationAnswer, answer)
    return messages.AuthorizeRedemptionResponse(
        authorization=authorization_message(held.authorization),
        wallet=values.wallet_message(held.wallet),
        position=values.position_message(held.position),
    )


def hold_increased(answer: Answer) -> messages.IncreaseHoldResponse:
    """More points set aside."""
    held = cast(AuthorizationAnswer, answer)
    return messages.IncreaseHoldResponse(
        authorization=authorization_message(held.authorization),
        wallet=values.wallet_message(held.wallet),
        position=values.position_message(held.position),
    )


def redemption_captured(answer: Answer) -> messages.CaptureRedemptionResponse:
    """Held points spent."""
    captured = cast(CaptureAnswer, answer)
    return messages.CaptureRedemptionResponse(
        redemption=redemption_message(captured.redemption),
        authorization=authorization_message(captured.authorization),
        wallet=values.wallet_message(captured.wallet),
        position=values.position_message(captured.position),
    )


def redemption_voided(answer: Answer) -> messages.VoidRedemptionResponse:
    """Held points freed; without an authorization if it never arrived."""
    voided = cast(VoidAnswer, answer)
    view = voided.authorization
    return messages.VoidRedemptionResponse(
        authorization=None if view is None else authorization_message(view),
        wallet=values.wallet_message(voided.wallet),
        position=values.position_message(voided.position),
    )
