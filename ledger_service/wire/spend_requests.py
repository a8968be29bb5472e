"""Requests about authorizations as values."""

from loyalty.ledger.v1 import redemption_requests_pb2 as messages

from chassis.runtime.fields import FieldReader
from ledger_service.use_cases.spend_requests import AuthorizeRequest, CaptureRequest, IncreaseRequest, VoidRequest
from ledger_service.wire.proofs import given_proof
from ledger_service.wire.requests import member_ref


def authorize_request(request: messages.AuthorizeRedemptionRequest) -> AuthorizeRequest:
    """Points to set aside."""
    reader = FieldReader()
    asked = AuthorizeRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        location_id=reader.id("location_id", request.location_id),
        brand=reader.id("brand_id", request.brand_id),
        channel=reader.optional_id("channel", request.channel),
        currency=reader.currency("currency_code", request.currency_code),
        points=reader.within("points", request.points, 1),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
        quoted=request.quoted_minor_units if request.HasField("quoted_minor_units") else None,
        hold_seconds=reader.within("hold_seconds", request.hold_seconds, 0),
        proof=given_proof(reader, request, request.HasField("proof")),
    )
    reader.finish()
    return asked


def increase_request(request: messages.IncreaseHoldRequest) -> IncreaseRequest:
    """More points to set aside."""
    reader = FieldReader()
    asked = IncreaseRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        authorization_id=reader.id("authorization_id", request.authorization_id),
        points=reader.within("points", request.points, 1),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
        proof=given_proof(reader, request, request.HasField("proof")),
    )
    reader.finish()
    return asked


def capture_request(request: messages.CaptureRedemptionRequest) -> CaptureRequest:
    """Held points to spend."""
    reader = FieldReader()
    asked = CaptureRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        authorization_id=reader.id("authorization_id", request.authorization_id),
        points=reader.within("points", request.points, 0),
        release_rest=request.release_rest,
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def void_request(request: messages.VoidRedemptionRequest) -> VoidRequest:
    """Held points to free."""
    reader = FieldReader()
    target = request.WhichOneof("target")
    if target is None:
        reader.fault("target", "must be an authorization or an original request id")
    if target == "original_request_id" and not request.HasField("member"):
        reader.fault("member", "must be set with an original request id")
    asked = VoidRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        authorization_id=(
            reader.id("authorization_id", request.authorization_id) if target == "authorization_id" else ""
        ),
        original_request_id=(
            reader.id("original_request_id", request.original_request_id) if target == "original_request_id" else ""
        ),
        member=member_ref(reader, request.member) if request.HasField("member") else None,
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def redemption_lookup(request: messages.GetRedemptionRequest) -> tuple[str, str, str]:
    """A program, and the id of an authorization or of a redemption (the other is empty)."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    authorization_id = redemption_id = ""
    match request.WhichOneof("target"):
        case "authorization_id":
            authorization_id = reader.id("authorization_id", request.authorization_id)
        case "redemption_id":
            redemption_id = reader.id("redemption_id", request.redemption_id)
        case _:
            reader.fault("target", "must be an authorization or a redemption")
    reader.finish()
    return program, authorization_id, redemption_id
