"""`Refusal` ⇄ `google.rpc.Status`: the one place where an answer of ours becomes an answer of gRPC, and back."""

import math
from collections.abc import Iterable

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from chassis.runtime.reasons import DEADLINE_EXCEEDED, INTERNAL, RETRY_SECONDS, UNAVAILABLE
from chassis.values.refusal import Code, Reason, Refusal, Violation

DETAILS_KEY = "grpc-status-details-bin"
TRACE_ID = "trace_id"

MAX_DETAILS_BYTES = 5_000
"""gRPC drops an answer whose trailers exceed 8 KiB in all; the rest is left for the message and other trailers."""
MAX_MESSAGE_CHARACTERS = 500
MAX_VALUE_CHARACTERS = 256
"""Of a metadata value; longer ones are cut. Ids are shorter, and nobody else's text shall break the trailers."""
OMITTED = "violations_omitted"


def to_status(refusal: Refusal, trace_id: str) -> status_pb2.Status:
    """A status with exactly one `ErrorInfo`, a `BadRequest` if fields are at fault, a `RetryInfo` if known.

    Violations that would not fit into the trailers are left out from the end, their number told in the metadata.
    """
    message = refusal.message[:MAX_MESSAGE_CHARACTERS]
    values = {name: value[:MAX_VALUE_CHARACTERS] for name, value in refusal.metadata.items()}
    info = error_details_pb2.ErrorInfo(reason=refusal.reason, domain=refusal.domain, metadata=values)
    if trace_id:
        info.metadata.setdefault(TRACE_ID, trace_id)
    kept = _that_fit(refusal.violations, MAX_DETAILS_BYTES - info.ByteSize() - len(message.encode()))
    if len(kept) < len(refusal.violations):
        info.metadata[OMITTED] = str(len(refusal.violations) - len(kept))
    status = status_pb2.Status(code=refusal.code.value, message=message)
    status.details.append(_pack(info))
    if kept:
        status.details.append(_pack(error_details_pb2.BadRequest(field_violations=kept)))
    if refusal.retry_after_seconds is not None:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromNanoseconds(math.ceil(refusal.retry_after_seconds * 1_000_000_000))
        status.details.append(_pack(retry))
    return status


def _that_fit(violations: Iterable[Violation], room: int) -> list[error_details_pb2.BadRequest.FieldViolation]:
    kept = []
    for violation in violations:
        message = error_details_pb2.BadRequest.FieldViolation(field=violation.field, description=violation.description)
        room -= message.ByteSize() + 4
        if room < 0:
            break
        kept.append(message)
    return kept


def _pack(message: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed


def from_rpc_error(error: grpc.aio.AioRpcError, peer: str) -> Refusal:
    """The refusal a peer sent, reason, domain, metadata and violations unchanged; or, if the transport failed or the
    peer said nothing typed, the generic refusal of that status."""
    details = _details_of(error)
    if details is not None:
        refusal = _from_status(details)
        if refusal is not None:
            return refusal
    return _generic(error.code(), peer)


def _details_of(error: grpc.aio.AioRpcError) -> bytes | None:
    for key, value in error.trailing_metadata() or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            return value
    return None


def _from_status(serialized: bytes) -> Refusal | None:
    """None if the bytes are not a status of ours: an intermediary may have written them."""
    info = error_details_pb2.ErrorInfo()
    bad_request = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    retry_after: float | None = None
    try:
        status = status_pb2.Status.FromString(serialized)
        code = Code(status.code)
        for detail in status.details:
            if detail.Unpack(info) or detail.Unpack(bad_request):
                continue
            if detail.Unpack(retry):
                retry_after = retry.retry_delay.ToNanoseconds() / 1_000_000_000
    except (DecodeError, ValueError):
        return None
    if not info.reason:
        return None
    return Refusal(
        code=code,
        reason=info.reason,
        domain=info.domain,
        message=status.message,
        metadata=dict(info.metadata),
        violations=tuple(Violation(v.field, v.description) for v in bad_request.field_violations),
        retry_after_seconds=retry_after,
    )


_GENERIC: dict[grpc.StatusCode, Reason] = {
    grpc.StatusCode.UNAVAILABLE: UNAVAILABLE,
    # A server that drains cancels what is left at the end of its grace.
    grpc.StatusCode.CANCELLED: UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: DEADLINE_EXCEEDED,
}


def _generic(status: grpc.StatusCode, peer: str) -> Refusal:
    reason = _GENERIC.get(status, INTERNAL)
    return Refusal(
        code=reason.code,
        reason=reason.name,
        domain=reason.domain,
        message=f"{peer} answered {status.name}",
        metadata={"peer": peer, "status": status.name},
        retry_after_seconds=RETRY_SECONDS if reason is UNAVAILABLE else None,
    )
