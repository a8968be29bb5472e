"""A collector that keeps what it is sent."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2, metrics_service_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc


class Collector:
    """Takes spans and metrics over OTLP."""

    def __init__(self) -> None:
        self.endpoint = ""
        self.span_names: list[str] = []
        self.metric_names: set[str] = set()
        self.exports: Counter[str] = Counter()
        """How many of metrics have come, by service."""
        self.metrics_text: dict[str, str] = {}
        """The last of each service, as text: names, labels, values."""

    async def next_of(self, services: Collection[str]) -> None:
        """Returns when each of the services has measured and exported anew; an export on its way may be older."""
        before = self.exports.copy()
        while any(self.exports[service] < before[service] + 2 for service in services):  # noqa: ASYNC110  others'
            await asyncio.sleep(0.02)

    async def traces(self, request: Any, _context: Any) -> Any:
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.span_names.extend(span.name for span in scope.spans)
        return trace_service_pb2.ExportTraceServiceResponse()

    async def metrics(self, request: Any, _context: Any) -> Any:
        for resource in request.resource_metrics:
            for scope in resource.scope_metrics:
                self.metric_names.update(metric.name for metric in scope.metrics)
            [service] = (one.value.string_value for one in resource.resource.attributes if one.key == "service.name")
            self.metrics_text[service] = str(resource)
            self.exports[service] += 1
        return metrics_service_pb2.ExportMetricsServiceResponse()


class _Servicer:
    def __init__(self, export: Any) -> None:
        self.Export = export


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector on a free port, for the block."""
    collector = Collector()
    server: Any = grpc.aio.server()
    add_traces: Any = trace_service_pb2_grpc.add_TraceServiceServicer_to_server
    add_metrics: Any = metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server
    add_traces(_Servicer(collector.traces), server)
    add_metrics(_Servicer(collector.metrics), server)
    collector.endpoint = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield collector
    finally:
        await server.stop(0)
