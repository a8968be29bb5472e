"""One shape for every rpc handler, so that an interceptor is one function whatever streams.

A behaviour is a coroutine function `(request or request iterator, context) -> response`; a streaming one writes its
messages to the context and returns None. Interceptors wrap a behaviour once per method when the server is built:
wrapping at every call costs ten times as much.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from chassis.runtime.contract import MethodContract
from chassis.runtime.drain import Drain
from chassis.runtime.reasons import malformed
from chassis.values.refusal import Refusal, Violation

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Behaviour: TypeAlias = Callable[[Any, Context], Awaitable[Any]]
Interceptor: TypeAlias = Callable[[MethodContract, Behaviour], Behaviour]
Deserializer: TypeAlias = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Stands for a request that could not be read, until an interceptor can refuse it."""

    refusal: Refusal


def bind(
    method: MethodContract,
    handler: Handler,
    interceptors: Sequence[Interceptor],
    max_request_bytes: int,
    drain: Drain,
) -> Handler:
    """A handler that passes through the interceptors, the first one outermost."""
    served: Any = handler.stream_stream or handler.stream_unary or handler.unary_stream or handler.unary_unary
    behaviour = _streaming(served, drain) if method.server_streaming else _unary(served)
    for interceptor in reversed(interceptors):
        behaviour = interceptor(method, behaviour)
    makers: Mapping[tuple[bool, bool], Callable[..., Handler]] = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    return makers[method.client_streaming, method.server_streaming](
        behaviour,
        request_deserializer=_reader(method, handler.request_deserializer, max_request_bytes),
        response_serializer=handler.response_serializer,
    )


def _unary(handler: Behaviour) -> Behaviour:
    async def respond(request: Any, context: Context) -> Any:
        if type(request) is _Unreadable:
            raise request.refusal
        return await handler(request, context)

    return respond


def _streaming(handler: Any, drain: Drain) -> Behaviour:
    writes_itself = not inspect.isasyncgenfunction(handler)

    async def respond(request: Any, context: Context) -> None:
        if type(request) is _Unreadable:
            raise request.refusal
        with drain.ends_this_task():
            if writes_itself:
                await handler(request, context)
                return
            async with aclosing(handler(request, context)) as messages:
                async for message in messages:
                    await context.write(message)

    return respond


def _reader(method: MethodContract, deserialize: Deserializer | None, max_bytes: int) -> Deserializer:
    """Reads a message, or says in our words why it cannot be read. A stream's refusal is raised where the handler
    takes the message; a unary one's would be raised before any interceptor, so it is handed in instead."""

    def read(serialized: bytes) -> Any:
        try:
            if len(serialized) > max_bytes:
                raise malformed(Violation("request", f"{len(serialized)} bytes; at most {max_bytes} are read"))
            try:
                return deserialize(serialized) if deserialize is not None else serialized
            except DecodeError:
                raise malformed(Violation("request", "not a message of this method's request type")) from None
        except Refusal as refusal:
            if method.client_streaming:
                raise
            return _Unreadable(refusal)

    return read
