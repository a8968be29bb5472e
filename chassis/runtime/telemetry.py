"""Traces and metrics, lean: OpenTelemetry's SDK without its instrumentation packages.

A span costs tens of microseconds when it is recorded, so helpers ask first whether anybody records. Sampling follows
the caller's decision; without one everything is recorded, or what the standard `OTEL_TRACES_SAMPLER` variables say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.util.types import AttributeValue

from chassis.runtime.metrics import EXPORT_TIMEOUT_SECONDS, configure_metrics
from chassis.runtime.trace_file import TraceFileExporter

TRACEPARENT = "traceparent"

_TRACER = trace.get_tracer("chassis.runtime")
_IDS = RandomIdGenerator()
_TRACEPARENT_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_QUEUED_SPANS = 16_384
_SPANS_PER_EXPORT = 2_048
_EXPORT_EVERY_MS = 1_000


class _Exporting:
    """Whether spans of this process go anywhere. Without a `Telemetry` somebody else's provider decides."""

    to_somebody = True


class Telemetry:
    """The process's exporters. `shutdown` flushes what is queued; call it last."""

    def __init__(
        self,
        service_name: str,
        trace_file: Path | None = None,
        otlp_endpoint: str | None = None,
        exporters: Sequence[SpanExporter] = (),
        otlp_metrics_endpoint: str | None = None,
    ) -> None:
        """Install the tracer provider of this process, and a meter provider if there is an OTLP endpoint for metrics or
        for both."""
        resource = Resource.create({"service.name": service_name})
        chosen = [*exporters, *_exporters(service_name, trace_file, otlp_endpoint)]
        # With nobody to export to, roots are not sampled, and a caller's decision still travels on.
        _Exporting.to_somebody = bool(chosen)
        self._provider = (
            TracerProvider(resource=resource)
            if chosen
            else TracerProvider(resource=resource, sampler=ParentBased(ALWAYS_OFF))
        )
        for exporter in chosen:
            self._provider.add_span_processor(
                BatchSpanProcessor(
                    exporter,
                    max_queue_size=_QUEUED_SPANS,
                    max_export_batch_size=_SPANS_PER_EXPORT,
                    schedule_delay_millis=_EXPORT_EVERY_MS,
                )
            )
        trace.set_tracer_provider(self._provider)
        self._meters = configure_metrics(resource, otlp_metrics_endpoint or otlp_endpoint)

    def flush(self) -> None:
        """Export what is queued; blocks for as long as the exporters need."""
        self._provider.force_flush()

    def shutdown(self) -> None:
        """Flush and stop."""
        self._provider.shutdown()
        if self._meters is not None:
            self._meters.shutdown()


def _exporters(service_name: str, trace_file: Path | None, otlp_endpoint: str | None) -> list[SpanExporter]:
    chosen: list[SpanExporter] = []
    if trace_file is not None:
        chosen.append(TraceFileExporter(trace_file, service_name))
    if otlp_endpoint is not None:
        # Imported only where it is used: it costs an idle process several megabytes.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        chosen.append(OTLPSpanExporter(endpoint=otlp_endpoint, timeout=EXPORT_TIMEOUT_SECONDS))
    return chosen


def is_recording() -> bool:
    """True if there is a trace and it is sampled, i.e. a child span would be recorded."""
    return bool(current_span_context().trace_flags.sampled)


@contextmanager
def span(
    name: str,
    attributes: Mapping[str, AttributeValue] | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Sequence[SpanContext] = (),
) -> Iterator[Span]:
    """A child of the current span, current itself for the block. An exception marks it as failed by its type.

    In a trace that is not sampled nothing is made and the current span is handed out.
    """
    current = trace.get_current_span()
    identity = current.get_span_context()
    if identity.is_valid and not identity.trace_flags.sampled:
        yield current
        return
    child = _TRACER.start_span(name, kind=kind, attributes=attributes, links=_links(links))
    token = otel_context.attach(trace.set_span_in_context(child))
    try:
        yield child
    except BaseException as error:
        child.set_attribute("error.type", type(error).__qualname__)
        child.set_status(trace.StatusCode.ERROR)
        raise
    finally:
        otel_context.detach(token)
        child.end()


def start_span(
    name: str,
    parent: Context | None,
    kind: SpanKind,
    attributes: Mapping[str, AttributeValue],
) -> Span:
    """A span that its maker ends; it is not made current. Where none is exported it is its parent's identity that is
    handed on, or that of a new trace, which costs a third."""
    if not _Exporting.to_somebody:
        return _unrecorded(parent)
    return _TRACER.start_span(name, context=parent, kind=kind, attributes=attributes)


def _unrecorded(parent: Context | None) -> Span:
    above = trace.get_current_span(parent)
    if above.get_span_context().is_valid:
        return NonRecordingSpan(above.get_span_context())
    return NonRecordingSpan(SpanContext(_IDS.generate_trace_id(), _IDS.generate_span_id(), is_remote=False))


def record_span(
    name: str,
    start_ns: int,
    end_ns: int,
    parent: SpanContext,
    links: Sequence[SpanContext] = (),
    attributes: Mapping[str, AttributeValue] | None = None,
) -> None:
    """A span of the past (nanoseconds since the epoch), for work done in one batch on behalf of several callers.

    Nothing is made if the parent was not sampled.
    """
    if not parent.trace_flags.sampled:
        return
    past = _TRACER.start_span(
        name,
        context=context_of(parent),
        attributes=attributes,
        links=_links(links),
        start_time=start_ns,
    )
    past.end(end_ns)


def current_span_context() -> SpanContext:
    """Identity of the current span; invalid if there is none."""
    return trace.get_current_span().get_span_context()


def context_of(parent: SpanContext) -> Context:
    """An OpenTelemetry context whose current span is `parent`."""
    return trace.set_span_in_context(NonRecordingSpan(parent), Context())


def current_trace_id() -> str:
    """32 hex digits, or empty if there is no trace."""
    context = current_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


def traceparent_of(context: SpanContext) -> str:
    """W3C form of a span's identity, empty if it is invalid."""
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & 1:02x}"


def current_traceparent() -> str:
    """W3C `traceparent` of the current span, to be stored or sent; empty if there is none."""
    return traceparent_of(current_span_context())


def parse_traceparent(value: str) -> SpanContext | None:
    """The span a `traceparent` names; None if it is not a valid one."""
    matched = _TRACEPARENT_FORM.fullmatch(value)
    if matched is None or matched[1] == "ff" or (matched[1] == "00" and matched[5]):
        return None
    context = SpanContext(
        trace_id=int(matched[2], 16),
        span_id=int(matched[3], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(matched[4], 16) & TraceFlags.SAMPLED),
    )
    return context if context.is_valid else None


@contextmanager
def span_from_traceparent(
    name: str,
    traceparent: str,
    attributes: Mapping[str, AttributeValue] | None = None,
    *,
    kind: SpanKind = SpanKind.CONSUMER,
) -> Iterator[Span]:
    """A span under a stored or received `traceparent`, current for the block; a root if that is not valid."""
    parent = parse_traceparent(traceparent)
    token = otel_context.attach(context_of(parent) if parent is not None else Context())
    try:
        with span(name, attributes, kind=kind) as child:
            yield child
    finally:
        otel_context.detach(token)


def _links(contexts: Sequence[SpanContext]) -> list[Link]:
    return [Link(context) for context in contexts if context.is_valid]
