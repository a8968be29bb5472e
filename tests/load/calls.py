"""The calls of the load by name: how to read their messages back from bytes and how to make them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.rules.v1 import rules_service_pb2 as rules

from chassis.values.refusal import Refusal
from deploy.local.mesh import Mesh
from tests.load.acks import Answer

_METHODS: Mapping[str, tuple[str, MethodDescriptor]] = {
    method.name: (name, method)
    for name, service in (
        ("rules", rules.DESCRIPTOR.services_by_name["RulesService"]),
        ("identity", identity.DESCRIPTOR.services_by_name["IdentityService"]),
        ("ledger", ledger.DESCRIPTOR.services_by_name["LedgerService"]),
    )
    for method in service.methods
}
"""Every rpc of these services by its name, with the mesh's name of the service."""

REQUESTS: Mapping[str, type[Message]] = {
    name: GetMessageClass(method.input_type) for name, (_, method) in _METHODS.items()
}
RESPONSES: Mapping[str, type[Message]] = {
    name: GetMessageClass(method.output_type) for name, (_, method) in _METHODS.items()
}


class Intent(NamedTuple):
    """A call to make."""

    rpc: str
    request: Message


class Told(NamedTuple):
    """What a call was answered, and whether it was told to be the answer of an earlier one."""

    answer: Answer
    replayed: bool


def stub(mesh: Mesh, rpc: str) -> Callable[..., Awaitable[Message]]:
    """The stub of a call."""
    service, _ = _METHODS[rpc]
    found: Callable[..., Awaitable[Message]] = getattr(getattr(mesh, service), rpc)
    return found


async def make(mesh: Mesh, intent: Intent, timeout_seconds: float) -> Told:
    """Makes a call once. Raises the Refusal of one that failed for the moment."""
    calling: Any = stub(mesh, intent.rpc)(intent.request, timeout=timeout_seconds)
    try:
        response = await calling
    except Refusal as refusal:
        if refusal.transient:
            raise
        return Told(Answer.refused(refusal), replayed=False)
    if isinstance(response, people.TransferPointsResponse):
        # Whether the points have arrived is told as it is by now; the rest is the answer that is kept.
        response.ClearField("arrived")
    trailers = dict(await calling.trailing_metadata() or ())
    return Told(Answer(response.SerializeToString(deterministic=True)), trailers.get("replayed") == "true")


async def make_until_answered(mesh: Mesh, intent: Intent, timeout_seconds: float) -> Told:
    """Makes a call as often as it fails for the moment; raises the last Refusal after `timeout_seconds`."""
    give_up = time.monotonic() + timeout_seconds
    while True:
        try:
            return await make(mesh, intent, timeout_seconds)
        except Refusal as refusal:
            if not refusal.transient or time.monotonic() > give_up:
                raise
            await asyncio.sleep(0.05)
