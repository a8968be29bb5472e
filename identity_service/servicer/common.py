"""What the servicers share."""

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import current_caller
from chassis.runtime.telemetry import current_trace_id
from identity_service.domain.caller import Caller


def calling() -> Caller:
    """Who calls, as identity decides and records by it."""
    caller = current_caller()
    return Caller(
        caller.subject,
        tuple(sorted(caller.roles)),
        caller.programs,
        current_trace_id(),
        caller.brands,
        caller.locations,
    )


def asking() -> Caller:
    """The same of who changes nothing: there is no record for the trace id to be in."""
    caller = current_caller()
    return Caller(caller.subject, tuple(caller.roles), caller.programs, "", caller.brands, caller.locations)


def tell_replayed(context: Context, replayed: bool) -> None:
    """Says in trailing metadata that the answer is that of an earlier call under the same request id."""
    if replayed:
        context.set_trailing_metadata((("replayed", "true"),))
