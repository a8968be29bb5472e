"""One server span and one duration for every rpc, under the caller's trace."""

import time
from typing import Any

import grpc
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context as TraceContext
from opentelemetry.trace import SpanKind

from chassis.runtime.behaviour import Behaviour, Context
from chassis.runtime.contract import MethodContract
from chassis.runtime.incoming import metadata_of
from chassis.runtime.metrics import SERVER_DURATION
from chassis.runtime.telemetry import TRACEPARENT, context_of, parse_traceparent, start_span

_NAMES = {code.value[0]: code.name for code in grpc.StatusCode}


def telemetry(method: MethodContract, inner: Behaviour) -> Behaviour:
    """Wrap a behaviour: attributes by the RPC conventions with `rpc.system.name` and string status codes."""
    attributes = {"rpc.system.name": "grpc", "rpc.method": method.name}
    outcomes = {name: {**attributes, "rpc.response.status_code": name} for name in _NAMES.values()}

    async def traced(request: Any, context: Context) -> Any:
        span = start_span(method.name, _parent(context), SpanKind.SERVER, attributes)
        # The rpc has a task of its own, so nothing has to be detached afterwards.
        otel_context.attach(trace.set_span_in_context(span))
        started = time.perf_counter()
        outcome = "OK"
        try:
            return await inner(request, context)
        except BaseException as error:
            outcome = _outcome(error, context)
            raise
        finally:
            SERVER_DURATION.record(time.perf_counter() - started, outcomes[outcome])
            if span.is_recording():
                span.set_attribute("rpc.response.status_code", outcome)
                if outcome != "OK":
                    span.set_attribute("error.type", outcome)
                    span.set_status(trace.StatusCode.ERROR)
                span.end()

    return traced


def _parent(context: Context) -> TraceContext:
    for key, value in metadata_of(context):
        if key == TRACEPARENT and isinstance(value, str):
            parent = parse_traceparent(value)
            return TraceContext() if parent is None else context_of(parent)
    return TraceContext()


def _outcome(error: BaseException, context: Context) -> str:
    """An aborted rpc has set its code; otherwise the task was cancelled, by its caller or by its deadline."""
    if isinstance(error, grpc.aio.AbortError):
        code = context.code()
        return code.name if isinstance(code, grpc.StatusCode) else _NAMES.get(code, "UNKNOWN")
    return "CANCELLED"
