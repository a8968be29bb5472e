"""The generic reasons the machinery itself refuses with. Their catalogue is `loyalty.type.v1.ErrorReason`."""

from chassis.values.refusal import Code, Reason, Refusal, Violation, refuse

DOMAIN = "type.loyalty"

MALFORMED = Reason("MALFORMED", DOMAIN, Code.INVALID_ARGUMENT)
TOKEN_MISSING = Reason("TOKEN_MISSING", DOMAIN, Code.UNAUTHENTICATED)
TOKEN_INVALID = Reason("TOKEN_INVALID", DOMAIN, Code.UNAUTHENTICATED)
TOKEN_EXPIRED = Reason("TOKEN_EXPIRED", DOMAIN, Code.UNAUTHENTICATED)
ROLE_NOT_ALLOWED = Reason("ROLE_NOT_ALLOWED", DOMAIN, Code.PERMISSION_DENIED)
PROGRAM_NOT_ALLOWED = Reason("PROGRAM_NOT_ALLOWED", DOMAIN, Code.PERMISSION_DENIED)
DIVISION_NOT_ALLOWED = Reason("DIVISION_NOT_ALLOWED", DOMAIN, Code.PERMISSION_DENIED)
MEMBER_NOT_ALLOWED = Reason("MEMBER_NOT_ALLOWED", DOMAIN, Code.PERMISSION_DENIED)
OVERLOADED = Reason("OVERLOADED", DOMAIN, Code.RESOURCE_EXHAUSTED)
DEADLINE_EXCEEDED = Reason("DEADLINE_EXCEEDED", DOMAIN, Code.DEADLINE_EXCEEDED)
UNAVAILABLE = Reason("UNAVAILABLE", DOMAIN, Code.UNAVAILABLE)
CURSOR_INVALID = Reason("CURSOR_INVALID", DOMAIN, Code.INVALID_ARGUMENT)
TOO_FREQUENT = Reason("TOO_FREQUENT", DOMAIN, Code.RESOURCE_EXHAUSTED)
INTERNAL = Reason("INTERNAL", DOMAIN, Code.INTERNAL)
KEYS_UNAVAILABLE = Reason("KEYS_UNAVAILABLE", DOMAIN, Code.UNAVAILABLE)
PEER_NOT_TRUSTED = Reason("PEER_NOT_TRUSTED", DOMAIN, Code.PERMISSION_DENIED)

RETRY_SECONDS = 0.5
"""What `RetryInfo` says when nothing better is known: long enough for a restart to get on its way."""


def malformed(*violations: Violation) -> Refusal:
    """Fields are wrong; all of them are listed at once."""
    listed = "; ".join(f"{violation.field}: {violation.description}" for violation in violations[:3])
    more = f"; and {len(violations) - 3} more" if len(violations) > 3 else ""
    return refuse(MALFORMED, f"the request is malformed: {listed}{more}", violations=violations)


def overloaded(what: str) -> Refusal:
    """Too much at once in `what` (a queue, a limit); the caller should wait and send the same call again."""
    return refuse(OVERLOADED, f"{what} is full", {"limit": what}, retry_after_seconds=RETRY_SECONDS)


def unavailable(what: str, retry_after_seconds: float = RETRY_SECONDS) -> Refusal:
    """`what` (a database, a peer, this process) cannot be reached now; the same call may succeed later."""
    return refuse(UNAVAILABLE, f"{what} is unavailable", {"target": what}, retry_after_seconds=retry_after_seconds)


def deadline_exceeded() -> Refusal:
    """Time ran out; whether the call was carried out is not known."""
    return refuse(DEADLINE_EXCEEDED, "the deadline has passed")
