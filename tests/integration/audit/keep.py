"""A service of every kind of recorded method, described in code, on a real server over a real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, MethodOptions
from loyalty.type.v1 import audit_pb2, audit_service_pb2, refusal_pb2, role_pb2
from loyalty.type.v1.audit_service_pb2_grpc import AuditServiceStub, add_AuditServiceServicer_to_server

from chassis.runtime.application import Application, RegisteredService
from chassis.runtime.audit.log import AuditLog
from chassis.runtime.audit.record import Link
from chassis.runtime.audit.serving import audit_service, open_audit
from chassis.runtime.audit.subjects import IdRules
from chassis.runtime.channel import connect
from chassis.runtime.clock import SystemClock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.postgres import Database
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from chassis.values.canonical import GENESIS
from tests.unit.chassis_runtime.keys import AUDIENCE, ISSUER, SigningKey, write_jwks

KEY = SigningKey()
MEMBER = "mem_0123456789abcdef0123456789ab"
_PACKAGE = "audittest.v1"
_POOL = descriptor_pool.Default()
_OPTION: Any = audit_pb2.audit
_TEXTS = ("program_id", "request_id", "member_id", "location_id", "secret")


def _of(method: str) -> str:
    return "Many" if method.endswith("Many") else "Keep"


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="audittest/v1/keep.proto",
        package=_PACKAGE,
        syntax="proto3",
        dependency=["loyalty/type/v1/role.proto", "loyalty/type/v1/audit.proto", "loyalty/type/v1/refusal.proto"],
    )
    for message in (file.message_type.add(name="KeepRequest"), file.message_type.add(name="KeepResponse")):
        for number, name in enumerate(_TEXTS, start=1):
            message.field.add(name=name, number=number, type=FieldDescriptorProto.TYPE_STRING, label=1)
        message.field.add(name="number", number=9, type=FieldDescriptorProto.TYPE_INT64, label=1)
    refusal = {"type": FieldDescriptorProto.TYPE_MESSAGE, "type_name": ".loyalty.type.v1.Refusal", "label": 1}
    file.message_type[1].field.add(name="refusal", number=10, **refusal)
    for kind in ("Request", "Response"):
        many = file.message_type.add(name=f"Many{kind}")
        of = {"type": FieldDescriptorProto.TYPE_MESSAGE, "type_name": f".{_PACKAGE}.Keep{kind}", "label": 3}
        many.field.add(name="results" if kind == "Response" else "items", number=1, **of)
    service = file.service.add(name="KeepService")
    rpcs = (
        ("Change", False, False, MethodOptions.IDEMPOTENT, 0),
        ("Load", True, False, MethodOptions.IDEMPOTENT, 0),
        ("Look", False, False, MethodOptions.NO_SIDE_EFFECTS, audit_pb2.AUDIT_PERSONAL_READ),
        ("Watch", False, True, MethodOptions.NO_SIDE_EFFECTS, audit_pb2.AUDIT_PERSONAL_READ),
        ("Peek", False, False, MethodOptions.NO_SIDE_EFFECTS, 0),
        ("Sell", False, False, MethodOptions.IDEMPOTENT, audit_pb2.AUDIT_IN_EVENT_LOG),
        ("SellMany", False, False, MethodOptions.IDEMPOTENT, audit_pb2.AUDIT_IN_EVENT_LOG),
        ("LookAtMany", False, False, MethodOptions.NO_SIDE_EFFECTS, audit_pb2.AUDIT_PERSONAL_READ),
        ("Pour", True, True, MethodOptions.IDEMPOTENT, audit_pb2.AUDIT_IN_EVENT_LOG),
    )
    for name, client_streaming, server_streaming, idempotency, audit in rpcs:
        method = service.method.add(
            name=name,
            input_type=f".{_PACKAGE}.{_of(name)}Request",
            output_type=f".{_PACKAGE}.{_of(name)}Response",
            client_streaming=client_streaming,
            server_streaming=server_streaming,
        )
        method.options.idempotency_level = idempotency
        method.options.Extensions[role_pb2.roles].extend((role_pb2.ROLE_HEADQUARTERS_ADMIN, role_pb2.ROLE_SERVICE))
        if audit:
            method.options.Extensions[_OPTION] = audit
    return file


_POOL.Add(_file())
KEEP = _POOL.FindServiceByName(f"{_PACKAGE}.KeepService")
KeepRequest: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.KeepRequest"))
KeepResponse: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.KeepResponse"))
ManyRequest: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.ManyRequest"))
ManyResponse: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.ManyResponse"))
_ = refusal_pb2.DESCRIPTOR
Answer = Callable[[Any], Awaitable[Any]]


async def nothing(_request: Any) -> Any:
    """An empty answer."""
    return KeepResponse()


@dataclass
class Keeper:
    """Does what the test gives it."""

    answer: Answer = nothing
    loaded: list[Any] = field(default_factory=list)

    async def Change(self, request: Any, _context: Any) -> Any:
        return await self.answer(request)

    Look = Peek = Sell = Change

    async def SellMany(self, request: Any, _context: Any) -> Any:
        return ManyResponse(results=[await self.answer(item) for item in request.items])

    LookAtMany = SellMany

    async def Pour(self, requests: AsyncIterator[Any], _context: Any) -> AsyncIterator[Any]:
        async for request in requests:
            yield await self.answer(request)

    async def Watch(self, request: Any, _context: Any) -> AsyncIterator[Any]:
        for _ in range(request.number):
            yield await self.answer(request)

    async def Load(self, requests: AsyncIterator[Any], _context: Any) -> Any:
        async for request in requests:
            self.loaded.append(request)
            await self.answer(request)
        return KeepResponse()


_MAKERS = {
    (False, False): "unary_unary",
    (False, True): "unary_stream",
    (True, False): "stream_unary",
    (True, True): "stream_stream",
}


def _classes(method: Any) -> tuple[Any, Any]:
    return tuple(message_factory.GetMessageClass(one) for one in (method.input_type, method.output_type))  # type: ignore[return-value]


def _add(servicer: Any, server: Any) -> None:
    handlers = {
        method.name: getattr(grpc, f"{_MAKERS[method.client_streaming, method.server_streaming]}_rpc_method_handler")(
            getattr(servicer, method.name),
            request_deserializer=_classes(method)[0].FromString,
            response_serializer=_classes(method)[1].SerializeToString,
        )
        for method in KEEP.methods
    }
    server.add_registered_method_handlers(KEEP.full_name, handlers)


class KeepStub:
    """As generated code does it."""

    def __init__(self, channel: Any) -> None:
        for method in KEEP.methods:
            make = getattr(channel, _MAKERS[method.client_streaming, method.server_streaming])
            call = make(
                f"/{KEEP.full_name}/{method.name}",
                request_serializer=_classes(method)[0].SerializeToString,
                response_deserializer=_classes(method)[1].FromString,
                _registered_method=True,
            )
            setattr(self, method.name, call)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


@dataclass(frozen=True)
class House:
    """The running service with its log."""

    address: str
    keeper: Keeper
    audit: AuditLog

    @asynccontextmanager
    async def calling(
        self,
        subject: str = "office",
        *,
        programs: Sequence[str] = ("*",),
        roles: Sequence[str] = ("HEADQUARTERS_ADMIN",),
    ) -> AsyncIterator[tuple[Any, Any]]:
        """Both services as a caller sees them: the keep, and its log."""
        async with calling_at(self.address, subject, programs=programs, roles=roles) as stubs:
            yield stubs

    def restarted(self) -> None:
        """The process remembers no place in the chain, as one that has just begun."""
        self.audit.last, self.audit._cut_off = Link(0, GENESIS), False

    async def records(self) -> list[Any]:
        """What is in the log, in order, once nothing is on its way any more."""
        while self.audit._running:
            await asyncio.wait(set(self.audit._running))
        return await self.records_now()

    async def records_now(self) -> list[Any]:
        """What is in the log now."""
        head = await self.audit.store.head()
        return list(await self.audit.store.after(0, head.number, 10_000))


@asynccontextmanager
async def calling_at(
    address: str,
    subject: str = "office",
    *,
    programs: Sequence[str] = ("*",),
    roles: Sequence[str] = ("HEADQUARTERS_ADMIN",),
) -> AsyncIterator[tuple[Any, Any]]:
    """The keep at an address, called from one shop, and its log, which only who covers everything is shown."""
    who = {"sub": subject, "program": list(programs), "roles": list(roles)}
    token, reading = KEY.token(**who, locations=["shop-1"]), KEY.token(**who, locations=["*"], regions=["*"])
    audit = audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"]
    async with (
        connect(PLAIN.peer(address), KEEP, lambda: token) as channel,
        connect(PLAIN.peer(address), audit, lambda: reading) as log,
    ):
        yield KeepStub(channel), AuditServiceStub(log)


def kept(keeper: Keeper, audit: AuditLog) -> list[RegisteredService]:
    """The keep and its log, to be served."""
    keep = RegisteredService(ServiceContract.of(KEEP, role_pb2.roles), _add, keeper)
    log = audit_service(audit, audit_service_pb2, audit_pb2, role_pb2.roles, add_AuditServiceServicer_to_server)
    return [keep, log]


def verifier(directory: Path) -> TokenVerifier:
    """Knows the key of `calling_at`'s tokens."""
    return TokenVerifier(write_jwks(directory / "jwks.json", KEY), ISSUER, AUDIENCE)


@asynccontextmanager
async def open_keep(directory: Path, database: Database) -> AsyncIterator[House]:
    """The service over a migrated database."""
    keeper = Keeper()
    async with open_audit(database, SystemClock(), audit_pb2.audit, IdRules({"member_id": "mem_"})) as audit:
        server = Server(Application(services=kept(keeper, audit), audit=audit), verifier(directory))
        address = f"127.0.0.1:{await server.start('127.0.0.1:0', PLAIN)}"
        await server.ready()
        try:
            yield House(address, keeper, audit)
        finally:
            await server.stop(0.2)
