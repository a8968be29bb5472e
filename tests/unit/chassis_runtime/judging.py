"""Calls through the interceptors that judge them, without a server: what a caller would get, and as whom it acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from loyalty.ledger.v1 import ledger_service_pb2
from loyalty.settlement.v1 import statement_service_pb2
from loyalty.type.v1 import role_pb2

from chassis.runtime.caller import Caller, current_caller, set_caller
from chassis.runtime.contract import ServiceContract
from chassis.runtime.interceptors.authority import authority
from chassis.runtime.places import Lying
from chassis.runtime.scope import Scope, current_scope

LEDGER = ServiceContract.of(ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"], role_pb2.roles).methods
STATEMENTS = ServiceContract.of(
    statement_service_pb2.DESCRIPTOR.services_by_name["StatementService"], role_pb2.roles
).methods


@dataclass(frozen=True, slots=True)
class Spot:
    """A location."""

    region: str
    operator: str


PLACES: Mapping[str, Mapping[str, Lying]] = {
    "p": {"east-1": Spot("EAST", "ann"), "east-2": Spot("EAST", "bob"), "west-1": Spot("WEST", "ann")},
    "q": {"east-1": Spot("WEST", "bob")},
}


def somebody(role: str, **claims: Any) -> Caller:
    """A caller of one or more roles, comma-separated, with a token for program `p` and no division but those named."""
    nothing: Any = frozenset()
    sets = {"programs": {"p"}, "brands": nothing, "regions": nothing, "locations": nothing} | claims
    return Caller(
        "somebody", roles=frozenset(role.split(",")), **{name: frozenset(names) for name, names in sets.items()}
    )


async def admitted(name: str, caller: Caller, request: Message) -> tuple[Caller, Scope]:
    """The caller as it acts in an rpc, and the rows it may be shown. Raises the refusal."""

    async def inner(_request: Any, _context: Any) -> tuple[Caller, Scope]:
        return current_caller(), current_scope()

    method = {**LEDGER, **STATEMENTS}[name]
    set_caller(caller, lambda: caller)
    behaviour = authority(lambda program: PLACES.get(program, {}))(method, inner)
    found: tuple[Caller, Scope] = await behaviour(request, None)  # type: ignore[arg-type]
    return found
