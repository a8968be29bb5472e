"""A service of every kind of rpc, described in code: the machinery is tested without anybody's contract."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, MethodOptions

_PACKAGE = "chassistest.v1"
_POOL = descriptor_pool.Default()


def _message(file: descriptor_pb2.FileDescriptorProto, name: str) -> None:
    message: DescriptorProto = file.message_type.add(name=name)
    optional = FieldDescriptorProto.LABEL_OPTIONAL
    message.field.add(name="text", number=1, type=FieldDescriptorProto.TYPE_STRING, label=optional)
    message.field.add(name="number", number=2, type=FieldDescriptorProto.TYPE_INT64, label=optional)


def _options_file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="chassistest/v1/role.proto",
        package=_PACKAGE,
        syntax="proto3",
        dependency=["google/protobuf/descriptor.proto"],
    )
    enum = file.enum_type.add(name="DoorRole")
    for number, name in enumerate(("UNSPECIFIED", "GUEST", "KEEPER")):
        enum.value.add(name=f"DOOR_ROLE_{name}", number=number)
    file.extension.add(
        name="roles",
        number=50999,
        type=FieldDescriptorProto.TYPE_ENUM,
        type_name=f".{_PACKAGE}.DoorRole",
        label=FieldDescriptorProto.LABEL_REPEATED,
        extendee=".google.protobuf.MethodOptions",
    )
    return file


_POOL.Add(_options_file())
ROLES: Any = _POOL.FindExtensionByName(f"{_PACKAGE}.roles")
# The file of the options must be known before options that use it can be written.
message_factory.GetMessageClassesForFiles(["chassistest/v1/role.proto"], _POOL)


def _service_file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="chassistest/v1/echo.proto",
        package=_PACKAGE,
        syntax="proto3",
        dependency=["chassistest/v1/role.proto"],
    )
    _message(file, "EchoRequest")
    _message(file, "EchoResponse")
    echo = file.service.add(name="EchoService")
    rpcs = (
        ("Read", False, False, MethodOptions.NO_SIDE_EFFECTS, (1, 2)),
        ("Change", False, False, MethodOptions.IDEMPOTENT, (2,)),
        ("Append", False, False, MethodOptions.IDEMPOTENCY_UNKNOWN, (2,)),
        ("Follow", False, True, MethodOptions.NO_SIDE_EFFECTS, (1, 2)),
        ("Write", False, True, MethodOptions.NO_SIDE_EFFECTS, (1, 2)),
        ("Upload", True, False, MethodOptions.IDEMPOTENCY_UNKNOWN, (2,)),
        ("Talk", True, True, MethodOptions.IDEMPOTENCY_UNKNOWN, (2,)),
    )
    for name, client_streaming, server_streaming, idempotency, roles in rpcs:
        method = echo.method.add(
            name=name,
            input_type=f".{_PACKAGE}.EchoRequest",
            output_type=f".{_PACKAGE}.EchoResponse",
            client_streaming=client_streaming,
            server_streaming=server_streaming,
        )
        method.options.idempotency_level = idempotency
        method.options.Extensions[ROLES].extend(roles)
    gap = file.service.add(name="GapService")
    gap.method.add(name="Read", input_type=f".{_PACKAGE}.EchoRequest", output_type=f".{_PACKAGE}.EchoResponse")
    return file


_POOL.Add(_service_file())
ECHO = _POOL.FindServiceByName(f"{_PACKAGE}.EchoService")
GAP = _POOL.FindServiceByName(f"{_PACKAGE}.GapService")
EchoRequest: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.EchoRequest"))
EchoResponse: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.EchoResponse"))


class Answer(Protocol):
    """What a test lets a unary rpc do."""

    async def __call__(self, request: Any, context: Any, /) -> Any: ...


async def echo(request: Any, _context: Any) -> Any:
    return EchoResponse(text=request.text, number=request.number)


class EchoServicer:
    """Echoes; unary rpcs do what the test gives them."""

    def __init__(self, answer: Answer = echo) -> None:
        self._answer = answer

    async def Read(self, request: Any, context: Any) -> Any:
        return await self._answer(request, context)

    async def Change(self, request: Any, context: Any) -> Any:
        return await self._answer(request, context)

    async def Append(self, request: Any, context: Any) -> Any:
        return await self._answer(request, context)

    async def Follow(self, request: Any, context: Any) -> AsyncIterator[Any]:
        for number in range(request.number):
            yield await self._answer(EchoRequest(text=request.text, number=number), context)

    async def Write(self, request: Any, context: Any) -> None:
        for number in range(request.number):
            await context.write(await self._answer(EchoRequest(text=request.text, number=number), context))

    async def Upload(self, requests: AsyncIterator[Any], context: Any) -> Any:
        total = 0
        async for request in requests:
            total += (await self._answer(request, context)).number
        return EchoResponse(number=total)

    async def Talk(self, requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
        async for request in requests:
            yield await self._answer(request, context)


def add_echo_servicer_to_server(servicer: Any, server: Any) -> None:
    """As generated code does it."""
    makers = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    handlers = {
        method.name: makers[method.client_streaming, method.server_streaming](
            getattr(servicer, method.name),
            request_deserializer=EchoRequest.FromString,
            response_serializer=EchoResponse.SerializeToString,
        )
        for method in ECHO.methods
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(ECHO.full_name, handlers),))
    server.add_registered_method_handlers(ECHO.full_name, handlers)


class EchoStub:
    """As generated code does it."""

    def __init__(self, channel: Any) -> None:
        makers = {
            (False, False): channel.unary_unary,
            (False, True): channel.unary_stream,
            (True, False): channel.stream_unary,
            (True, True): channel.stream_stream,
        }
        for method in ECHO.methods:
            call = makers[method.client_streaming, method.server_streaming](
                f"/{ECHO.full_name}/{method.name}",
                request_serializer=EchoRequest.SerializeToString,
                response_deserializer=EchoResponse.FromString,
                _registered_method=True,
            )
            setattr(self, method.name, call)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)
