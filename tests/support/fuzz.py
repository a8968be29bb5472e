"""Hostile requests made up from the contracts: every rpc of every service, every field of every message.

`requests_for` makes them, `Attacker` sends them; what comes back is a typed refusal or an answer, and says nothing of
what was sent.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from loyalty.identity.v1 import (
    duplicate_service_pb2,
    identity_service_pb2,
    import_service_pb2,
    merge_service_pb2,
    person_service_pb2,
    proof_service_pb2,
    watch_service_pb2,
)
from loyalty.ledger.v1 import (
    alert_service_pb2,
    balance_import_service_pb2,
    lane_service_pb2,
    ledger_service_pb2,
    pooling_service_pb2,
)
from loyalty.rules.v1 import rules_service_pb2
from loyalty.settlement.v1 import (
    netting_service_pb2,
    period_service_pb2,
    reconciliation_service_pb2,
    revenue_service_pb2,
    settlement_service_pb2,
    statement_service_pb2,
)
from loyalty.type.v1 import audit_service_pb2

from chassis.runtime.status import from_rpc_error
from chassis.values.refusal import Refusal
from chassis.values.texts import is_plain
from deploy.local.stack import LocalStack

_OF = {
    "identity": (
        identity_service_pb2,
        person_service_pb2,
        proof_service_pb2,
        merge_service_pb2,
        duplicate_service_pb2,
        import_service_pb2,
        watch_service_pb2,
        audit_service_pb2,
    ),
    "rules": (rules_service_pb2, audit_service_pb2),
    "ledger": (
        ledger_service_pb2,
        lane_service_pb2,
        balance_import_service_pb2,
        alert_service_pb2,
        pooling_service_pb2,
        audit_service_pb2,
    ),
    "settlement": (
        settlement_service_pb2,
        netting_service_pb2,
        period_service_pb2,
        reconciliation_service_pb2,
        revenue_service_pb2,
        statement_service_pb2,
        audit_service_pb2,
    ),
}
SERVICES: dict[str, tuple[ServiceDescriptor, ...]] = {
    process: tuple(service for module in modules for service in module.DESCRIPTOR.services_by_name.values())
    for process, modules in _OF.items()
}
"""The services of each process."""

MARK = "zqhostile"
"""In every hostile text; comes back only in one plain, short line."""
SECRET = "zqsecret"
"""In every text of a field that may hold personal data or a secret; never comes back."""
_PERSONAL = frozenset(
    {"value", "pin", "given_name", "family_name", "name", "email", "phone", "language", "reason", "note"}
)
_TELLS = frozenset({"PROGRAM_INVALID", "CONDITION_INVALID"})
"""Reasons that quote what a person of headquarters wrote in a program's files, with what cannot be shown left out."""

HOSTILE = (
    "{0}\x00",
    "{0}\r\nlevel=error forged=1",
    "\u202e{0}\u2066",
    "{0}e\u0301",
    "ＦＵＬＬ{0}",
    "а{0}",
    "'; DROP TABLE member; --{0}",
    '{{"$ne": null, "x": "{0}"}}',
    "=cmd|' /C calc'!{0}",
    "../../{0}",
    "{0}%s%n${{jndi:ldap://x}}",
    "   {0}   ",
    "{0}\ufeff\u200b",
    "@{0}",
    "-{0}",
    "+{0}",
)
_NUMBERS = (0, 1, -1, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63))
_BITS = {
    FieldDescriptor.TYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_SINT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_SINT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 2**64 - 1),
}
_DEEPEST = 6
_LONG = 65_536
_MOST_TOLD = 1_000
_WAITS = frozenset({"at_least"})
"""Fields that say what to wait for, as long as the call has time."""


class Attack(NamedTuple):
    """A request to be sent to a process."""

    process: str
    method: MethodDescriptor
    request: Message

    def __str__(self) -> str:
        return f"{self.process} {self.method.full_name}"


@dataclass
class Maker:
    """Makes up messages. `known` are ids that exist, by the names of the fields that may hold them, so that some
    requests come further than others."""

    rng: random.Random
    known: Mapping[str, Sequence[str]]
    hostility: float = 0.5

    def message(self, kind: Descriptor, depth: int = 0) -> Message:
        """A message with some of its fields set."""
        made: Any = GetMessageClass(kind)()
        for one in kind.fields:
            if one.containing_oneof is not None and made.WhichOneof(one.containing_oneof.name):
                continue
            wanted = 0.95 if one.name in self.known else 0.6
            if one.name not in _WAITS and depth < _DEEPEST and self.rng.random() < wanted:
                self._set(made, one, depth)
        return made  # type: ignore[no-any-return]

    def _set(self, made: Any, one: FieldDescriptor, depth: int) -> None:
        if one.message_type is not None and one.message_type.GetOptions().map_entry:
            return
        if one.is_repeated:
            values = [self._value(one, depth) for _ in range(self.rng.choice((1, 1, 2, 3)))]
            getattr(made, one.name).extend(values)
        elif one.message_type is not None:
            getattr(made, one.name).CopyFrom(self._value(one, depth))
        else:
            setattr(made, one.name, self._value(one, depth))

    def _value(self, one: FieldDescriptor, depth: int) -> Any:
        if one.message_type is not None:
            return self.message(one.message_type, depth + 1)
        if one.type == FieldDescriptor.TYPE_STRING:
            return self._text(one)
        if one.type == FieldDescriptor.TYPE_BYTES:
            return self.rng.randbytes(self.rng.choice((0, 1, 16, 32, 300)))
        if one.type == FieldDescriptor.TYPE_BOOL:
            return self.rng.random() < 0.5
        if one.enum_type is not None:
            return self.rng.choice([*one.enum_type.values_by_number, 9_999, -1])
        if one.type in _BITS:
            least, most = _BITS[one.type]
            return min(max(self.rng.choice(_NUMBERS), least), most)
        return self.rng.choice((0.0, -1.5, float("inf"), float("nan")))

    def _text(self, one: FieldDescriptor) -> str:
        known = self.known.get(one.name, ())
        if known and self.rng.random() > self.hostility / 3:
            return self.rng.choice(known)
        mark = SECRET if one.name in _PERSONAL else MARK
        if one.name == "request_id" or self.rng.random() > self.hostility:
            return f"{mark}-{self.rng.randrange(10**9)}"
        text = self.rng.choice(HOSTILE).format(mark)
        return text + "x" * _LONG if self.rng.random() < 0.02 else text


def requests_for(maker: Maker, each: int) -> Iterator[Attack]:
    """So many requests for each rpc of each process."""
    for process, services in SERVICES.items():
        for service in services:
            for method in service.methods:
                for _ in range(each):
                    yield Attack(process, method, maker.message(method.input_type))


@dataclass
class Attacker:
    """Sends requests as a caller that may do everything in some programs."""

    channels: dict[str, grpc.aio.Channel]
    token: str
    answered: set[str] = field(default_factory=set)

    async def send(self, attack: Attack) -> str | None:
        """What is wrong with the way in which it was answered; None if nothing is."""
        refusal = await self._refusal(attack)
        if refusal is None:
            self.answered.add(attack.method.name)
            return None
        if refusal.code.name in ("INTERNAL", "UNIMPLEMENTED", "DATA_LOSS") or refusal.reason in ("UNKNOWN", ""):
            return f"{attack}: {refusal}"
        if refusal.code.name == "DEADLINE_EXCEEDED" and not attack.method.server_streaming:
            return f"{attack}: {refusal}"
        return self._echo(attack, refusal)

    async def _refusal(self, attack: Attack) -> Refusal | None:
        method = attack.method
        channel: Any = self.channels[attack.process]
        kind = f"{'stream' if method.client_streaming else 'unary'}_{'stream' if method.server_streaming else 'unary'}"
        start = getattr(channel, kind)(f"/{method.containing_service.full_name}/{method.name}")
        request = attack.request.SerializeToString()
        sent: Any = [request] if method.client_streaming else request
        seconds = 0.4 if method.server_streaming else 20.0
        call = start(sent, metadata=[("authorization", f"Bearer {self.token}")], timeout=seconds)
        try:
            await (call.read() if method.server_streaming else call)
        except grpc.aio.AioRpcError as error:
            return from_rpc_error(error, attack.process)
        finally:
            call.cancel()
        return None

    def _echo(self, attack: Attack, refusal: Refusal) -> str | None:
        if refusal.reason in _TELLS:
            return None
        texts = [refusal.message, *refusal.metadata.values()]
        texts += [text for violation in refusal.violations for text in (violation.field, violation.description)]
        for text in texts:
            if SECRET in text.lower():
                return f"{attack}: tells what may be personal: {refusal.reason} {text[:200]!r}"
            if MARK in text and not (is_plain(text) and len(text) <= _MOST_TOLD):
                return f"{attack}: echoes: {refusal.reason} {text[:200]!r}"
        return None


@asynccontextmanager
async def attacking(stack: LocalStack, token: str) -> AsyncIterator[Attacker]:
    """An attacker that has stolen a service's certificate."""
    channels = {process: stack.peer(process, of="ledger").channel() for process in SERVICES}
    try:
        yield Attacker(channels, token)
    finally:
        for channel in channels.values():
            await channel.close()


async def assault(attacker: Attacker, attacks: Iterator[Attack], at_once: int = 16) -> list[str]:
    """Sends everything; what was wrong with the answers."""
    found: list[str] = []

    async def attack_on() -> None:
        for attack in attacks:
            wrong = await attacker.send(attack)
            if wrong is not None:
                found.append(wrong)

    await asyncio.gather(*(attack_on() for _ in range(at_once)))
    return found
