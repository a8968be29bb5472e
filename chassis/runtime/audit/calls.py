"""What a record says of the call being served."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from chassis.runtime.audit.record import Call
from chassis.runtime.audit.subjects import MOST_SUBJECTS, IdRules, nested_text, subjects_of
from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, current_caller
from chassis.runtime.contract import MethodContract
from chassis.runtime.telemetry import current_trace_id
from chassis.values.refusal import Refusal

_MOST_CHARACTERS = 256


def call_of(
    rules: IdRules,
    method: MethodContract,
    context: Context,
    messages: Sequence[Any],
    answer: Any = None,
    most: int = MOST_SUBJECTS,
) -> Call:
    """The call, by its caller, its peer and what its messages name, at most so much; `answer` adds whom it was of."""
    caller = current_caller()
    read = [message for message in messages if hasattr(message, "DESCRIPTOR")]
    first = read[0] if read else None
    return Call(
        method=method.name,
        caller=caller.subject[:_MOST_CHARACTERS],
        roles=tuple(sorted(caller.roles)),
        program_id=nested_text(first, "program_id") if first is not None else "",
        subjects=subjects_of(rules, *read, *(() if answer is None else (answer,)), most=most),
        origin=origin_of(context.peer()),
        certificate=_certificate(context),
        caller_location_id=_only(caller.locations),
        request_id=nested_text(first, "request_id") if first is not None else "",
        trace_id=current_trace_id(),
    )


def result_of(refusal: Refusal) -> str:
    """A refusal as records name it."""
    return f"{refusal.domain}/{refusal.reason}"[:_MOST_CHARACTERS]


def origin_of(peer: str | None) -> str:
    """The address of a peer without its port, which tells nothing a day later: `ipv4:10.0.0.7:49152` → `10.0.0.7`."""
    kind, _, rest = unquote(peer or "").partition(":")
    if kind not in ("ipv4", "ipv6"):
        return kind[:_MOST_CHARACTERS]
    return rest.rpartition(":")[0].strip("[]")[:_MOST_CHARACTERS]


def _certificate(context: Context) -> str:
    names = context.auth_context().get("x509_common_name", ())
    return b"".join(list(names)[:1]).decode(errors="replace")[:_MOST_CHARACTERS]


def _only(locations: frozenset[str]) -> str:
    [only] = locations if len(locations) == 1 else ("",)
    return "" if only == ANY else only
