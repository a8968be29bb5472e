"""Spans as they are recorded in this process, for tests to look at."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.runtime import telemetry
from chassis.runtime.telemetry import Telemetry

_EXPORTER = InMemorySpanExporter()


def _install() -> None:
    # A process has one provider; whoever came first has set it.
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        Telemetry("test")
        # The processor below is not among its exporters.
        telemetry._Exporting.to_somebody = True
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(_EXPORTER))


class Recorded:
    """The spans ended since the block began."""

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in _EXPORTER.get_finished_spans() if span.name == name]

    def only(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span

    def all(self) -> tuple[ReadableSpan, ...]:
        return _EXPORTER.get_finished_spans()


@contextmanager
def recorded() -> Iterator[Recorded]:
    """Record what is sampled. `SAMPLED` is a caller's trace that is."""
    if not _INSTALLED:
        _install()
        _INSTALLED.append(True)
    _EXPORTER.clear()
    yield Recorded()


_INSTALLED: list[bool] = []
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
SAMPLED = f"00-{TRACE_ID}-b7ad6b7169203331-01"
UNSAMPLED = f"00-{TRACE_ID}-b7ad6b7169203331-00"
