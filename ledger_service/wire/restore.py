"""Restores of redemptions: requests as values, answers as messages."""

from typing import cast

from loyalty.ledger.v1 import redemption_requests_pb2 as messages

from chassis.runtime.fields import FieldReader
from ledger_service.domain.answers import Answer, RestoreAnswer
from ledger_service.use_cases.restore_redemption import RestoreRequest
from ledger_service.wire import values
from ledger_service.wire.answers import redemption_message
from ledger_service.wire.requests import member_ref
from ledger_service.wire.return_answers import restored_message

LONGEST_REASON = 256


def restore_request(request: messages.RestoreRedemptionRequest) -> RestoreRequest:
    """Points to give back."""
    reader = FieldReader()
    target = request.WhichOneof("target")
    if target is None:
        reader.fault("target", "must be a redemption or an original request id")
    if target == "original_request_id" and not request.HasField("member"):
        reader.fault("member", "must be set with an original request id")
    asked = RestoreRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        redemption_id=reader.id("redemption_id", request.redemption_id) if target == "redemption_id" else "",
        original_request_id=(
            reader.id("original_request_id", request.original_request_id) if target == "original_request_id" else ""
        ),
        member=member_ref(reader, request.member) if request.HasField("member") else None,
        points=reader.within("points", request.points, 0),
        reason=reader.text("reason", request.reason, LONGEST_REASON, least=0),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def redemption_restored(answer: Answer) -> messages.RestoreRedemptionResponse:
    """Points given back; without a redemption if it never arrived."""
    restored = cast(RestoreAnswer, answer)
    return messages.RestoreRedemptionResponse(
        restored=None if restored.restored is None else restored_message(restored.restored),
        redemption=None if restored.redemption is None else redemption_message(restored.redemption),
        wallet=values.wallet_message(restored.wallet),
        position=values.position_message(restored.position),
    )
