"""Calls to a peer: a deadline, a token and the trace on each, retries where the contract allows them, and refusals
instead of transport errors. When our certificate is renewed the connection is too, under calls that go on.

`connect` returns a channel that generated stubs take. It wraps the calls itself: grpc.aio's client interceptors cost
a task each call.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind

from chassis.runtime.budget import within_budget
from chassis.runtime.contract import MethodContract, ServiceContract
from chassis.runtime.metrics import CLIENT_DURATION
from chassis.runtime.reasons import deadline_exceeded
from chassis.runtime.status import from_rpc_error
from chassis.runtime.telemetry import TRACEPARENT, current_traceparent, is_recording, start_span, traceparent_of
from chassis.runtime.tokens import TokenProvider
from chassis.runtime.transport import Option, Peer
from chassis.values.refusal import Refusal

UNARY_TIMEOUT_SECONDS = 5.0
STREAM_TIMEOUT_SECONDS = 3600.0
MAX_RESPONSE_BYTES = 64 * 1024 * 1024

_Make = Callable[[grpc.aio.Channel], Callable[..., Any]]
"""Makes what starts the calls of one method, on a bare channel."""

_RETRY_POLICY = {
    "maxAttempts": 4,
    "initialBackoff": "0.05s",
    "maxBackoff": "0.5s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
_RETRY_THROTTLING = {"maxTokens": 20, "tokenRatio": 0.5}
"""Retries pause while more than every third call or so fails: a peer that is down is not helped by more calls."""


@asynccontextmanager
async def connect(
    peer: Peer,
    descriptor: ServiceDescriptor,
    token_provider: TokenProvider,
    *,
    timeout_seconds: float = UNARY_TIMEOUT_SECONDS,
    stream_timeout_seconds: float = STREAM_TIMEOUT_SECONDS,
) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to one service of a peer; connecting happens in the background.

    A call lasts at most `timeout_seconds` (a stream: `stream_timeout_seconds`), its own `timeout=`, and what the rpc
    being served has left, whichever is least. Failures raise `Refusal`: the peer's own, or UNAVAILABLE,
    DEADLINE_EXCEEDED or INTERNAL of domain `type.loyalty` where the peer said nothing typed.
    """
    contract = ServiceContract.of(descriptor)
    line = _Line(peer, _options(contract))
    channel = _Channel(line, contract, token_provider, timeout_seconds, stream_timeout_seconds)
    try:
        yield cast(grpc.aio.Channel, channel)
    finally:
        await line.close()


def _options(contract: ServiceContract) -> list[Option]:
    return [
        ("grpc.service_config", json.dumps(service_config(contract))),
        ("grpc.enable_retries", 1),
        ("grpc.max_receive_message_length", MAX_RESPONSE_BYTES),
        ("grpc.max_send_message_length", -1),
        # Else channels to one address share their connection, and its back-off when it breaks.
        ("grpc.use_local_subchannel_pool", 1),
        # A peer restarts in a second; gRPC's own back-off goes up to two minutes.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 1_000),
        ("grpc.max_reconnect_backoff_ms", 2_000),
    ]


def service_config(contract: ServiceContract) -> dict[str, Any]:
    """gRPC's service config: UNAVAILABLE is retried for the methods that declare they may be repeated. No timeout
    stands here, since the one of a service config fires early and is not told to the server."""
    names = [
        {"service": contract.full_name, "method": name}
        for name, method in contract.methods.items()
        if method.idempotency.may_repeat
    ]
    if not names:
        return {}
    return {
        "methodConfig": [{"name": names, "retryPolicy": _RETRY_POLICY}],
        "retryThrottling": _RETRY_THROTTLING,
    }


class _Wire:
    """A connection with one certificate. Once it is retired it closes with the last of its calls."""

    def __init__(self, inner: grpc.aio.Channel, edition: int) -> None:
        self.edition = edition
        self._inner = inner
        self._made: dict[str, Callable[..., Any]] = {}
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self, path: str, make: _Make, request: Any, **kwargs: Any) -> Any:
        """A call under way."""
        made = self._made.get(path)
        if made is None:
            made = self._made[path] = make(self._inner)
        call = made(request, **kwargs)
        self._running += 1
        self._idle.clear()
        call.add_done_callback(self._ended)
        return call

    async def retire(self) -> None:
        await self._idle.wait()
        await self._inner.close()

    async def close(self) -> None:
        await self._inner.close()

    def _ended(self, _call: Any) -> None:
        self._running -= 1
        if not self._running:
            self._idle.set()


class _Line:
    """The way to a peer: one wire, and another one as soon as our certificate has changed."""

    def __init__(self, peer: Peer, options: Sequence[Option]) -> None:
        self._peer = peer
        self._options = options
        self._wire = self._open()
        self._retired: dict[asyncio.Task[None], _Wire] = {}

    def wire(self) -> _Wire:
        """The wire for a call that begins now."""
        if self._peer.transport.edition != self._wire.edition:
            task = asyncio.ensure_future(self._wire.retire())
            self._retired[task] = self._wire
            task.add_done_callback(self._retired.pop)
            self._wire = self._open()
        return self._wire

    async def close(self) -> None:
        retired = dict(self._retired)
        for task in retired:
            task.cancel()
        for wire in (self._wire, *retired.values()):
            await wire.close()

    def _open(self) -> _Wire:
        edition = self._peer.transport.edition
        return _Wire(self._peer.channel(self._options), edition)


class _Channel:
    """The part of a channel that stubs use."""

    def __init__(
        self,
        line: _Line,
        contract: ServiceContract,
        token_provider: TokenProvider,
        timeout_seconds: float,
        stream_timeout_seconds: float,
    ) -> None:
        self._line = line
        self._methods = {method.full_method: method for method in contract.methods.values()}
        self._token_provider = token_provider
        self._timeout_seconds = timeout_seconds
        self._stream_timeout_seconds = stream_timeout_seconds

    def unary_unary(self, path: str, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        return self._calls(path, lambda inner: inner.unary_unary(path, *args, **kwargs))

    def unary_stream(self, path: str, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        return self._calls(path, lambda inner: inner.unary_stream(path, *args, **kwargs))

    def stream_unary(self, path: str, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        return self._calls(path, lambda inner: inner.stream_unary(path, *args, **kwargs))

    def stream_stream(self, path: str, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        return self._calls(path, lambda inner: inner.stream_stream(path, *args, **kwargs))

    def _calls(self, path: str, make: _Make) -> Callable[..., Any]:
        method = self._methods[path]
        peer = path[1:].rpartition("/")[0]
        longest = self._stream_timeout_seconds if method.streaming else self._timeout_seconds

        def call(request: Any = None, *, timeout: float | None = None, metadata: Any = (), **kwargs: Any) -> Any:
            bound = within_budget(longest if timeout is None else min(longest, timeout))
            if bound <= 0:
                # gRPC takes 0 for "no deadline".
                raise deadline_exceeded()
            span = None if method.streaming else _client_span(method)
            started = self._line.wire().start(
                path,
                make,
                request,
                timeout=bound,
                metadata=[*metadata, *self._metadata(span)],
                **kwargs,
            )
            return _Stream(started, peer) if method.server_streaming else _Answer(started, peer, method, span)

        return call

    def _metadata(self, span: Span | None) -> list[tuple[str, str]]:
        metadata = [("authorization", f"Bearer {self._token_provider()}")]
        traceparent = traceparent_of(span.get_span_context()) if span is not None else current_traceparent()
        if traceparent:
            metadata.append((TRACEPARENT, traceparent))
        return metadata


def _client_span(method: MethodContract) -> Span | None:
    if not is_recording():
        return None
    attributes = {"rpc.system.name": "grpc", "rpc.method": method.name}
    return start_span(method.name, None, SpanKind.CLIENT, attributes)


class _Answer:
    """A call under way with one answer: await it once. Everything else of a gRPC call is there as usual."""

    def __init__(self, call: Any, peer: str, method: MethodContract, span: Span | None) -> None:
        self._call = call
        self._peer = peer
        self._method = method
        self._span = span
        self._started = time.perf_counter()

    def __await__(self) -> Generator[Any, None, Any]:
        return self._result().__await__()

    async def _result(self) -> Any:
        outcome = "CANCELLED"
        try:
            response = await self._call
            outcome = "OK"
        except grpc.aio.AioRpcError as error:
            outcome = error.code().name
            raise from_rpc_error(error, self._peer) from None
        finally:
            self._finish(outcome)
        return response

    def _finish(self, outcome: str) -> None:
        attributes = {
            "rpc.system.name": "grpc",
            "rpc.method": self._method.name,
            "rpc.response.status_code": outcome,
        }
        CLIENT_DURATION.record(time.perf_counter() - self._started, attributes)
        if self._span is None:
            return
        self._span.set_attribute("rpc.response.status_code", outcome)
        if outcome != "OK":
            self._span.set_attribute("error.type", outcome)
            self._span.set_status(trace.StatusCode.ERROR)
        self._span.end()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)


class _Stream:
    """A call under way with many answers. Reading raises `Refusal`; everything else is as usual."""

    def __init__(self, call: Any, peer: str) -> None:
        self._call = call
        self._peer = peer

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            async for message in self._call:
                yield message
        except grpc.aio.AioRpcError as error:
            raise self._refusal(error) from None

    async def read(self) -> Any:
        try:
            return await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise self._refusal(error) from None

    async def write(self, request: Any) -> None:
        try:
            try:
                await self._call.write(request)
            except asyncio.InvalidStateError:
                # The call has ended already; reading says why.
                await self._call.read()
                raise
        except grpc.aio.AioRpcError as error:
            raise self._refusal(error) from None

    def _refusal(self, error: grpc.aio.AioRpcError) -> Refusal:
        return from_rpc_error(error, self._peer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)
