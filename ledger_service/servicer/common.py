"""What every rpc does besides: permission before existence, ids on the span, the mark of a replay."""

from collections.abc import Sequence
from typing import Protocol

from opentelemetry import trace

from chassis.runtime.behaviour import Context
from chassis.runtime.caller import ANY, Caller, current_caller
from chassis.values.refusal import Refusal
from ledger_service.domain.order import OrderDocument
from ledger_service.use_cases.requests import OrderRequest
from ledger_service.use_cases.spend_requests import Covers


class Replayable(Protocol):
    """What came of a call."""

    @property
    def replayed(self) -> bool:
        """Whether it came of an earlier one."""


def admit(program: str, location: str | None = None, brand: str | None = None) -> Caller:
    """The caller, if its token covers the program, place and brand."""
    caller = current_caller()
    caller.require_program(program)
    if location is not None:
        caller.require_location(location)
    if brand is not None:
        caller.require_brand(brand)
    return caller


def admit_locations(program: str, location: str) -> tuple[str, ...] | None:
    """The locations to show: the one asked for, or all that the token covers if none is; None is every location."""
    if location:
        admit(program, location)
        return (location,)
    caller = admit(program)
    return None if ANY in caller.locations else tuple(sorted(caller.locations))


def seen_brands(caller: Caller) -> tuple[str, ...] | None:
    """The brands whose activity the caller sees; None is every brand."""
    return None if ANY in caller.brands else tuple(sorted(caller.brands))


def covering(program: str) -> Covers:
    """Asks the same once the place and brand of what is named are known."""
    return lambda location, brand: admit(program, location, brand)


def admit_order(asked: OrderRequest) -> OrderRequest:
    admit_document(asked.program, asked.document)
    return asked


def admit_document(program: str, document: OrderDocument) -> Caller:
    """A sale credits points of every brand on it, so the token must cover each."""
    caller = admit(program, document.location_id)
    for brand in sorted(document.brands):
        caller.require_brand(brand)
    return caller


def followed(program: str) -> Sequence[str] | None:
    """The program, or all that the token covers if none is named; None is every program."""
    if program:
        admit(program)
        return [program]
    programs = current_caller().programs
    return None if ANY in programs else sorted(programs)


def admitted(asked: OrderRequest | Refusal) -> OrderRequest | Refusal:
    try:
        return asked if isinstance(asked, Refusal) else admit_order(asked)
    except Refusal as refusal:
        return refusal


def tell_replayed(context: Context, outcome: Replayable) -> None:
    if outcome.replayed:
        context.set_trailing_metadata((("replayed", "true"),))


def annotate(**ids: str | Sequence[str]) -> None:
    """Ids on the rpc's span, so that a trace is found by what it was about. Never a member's identifier."""
    span = trace.get_current_span()
    for name, value in ids.items():
        span.set_attribute(f"loyalty.{name}", value)
