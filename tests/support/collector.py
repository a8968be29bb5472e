"""A collector that keeps what it is sent."""

from collections.abc import AsyncIterator
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

    async def traces(self, request: Any, _context: Any) -> Any:
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.span_names.extend(span.name for span in scope.spans)
        return trace_service_pb2.ExportTraceServiceResponse()

    async def metrics(self, request: Any, _context: Any) -> Any:
        for resource in request.resource_metrics:
            for scope in resource.scope_metrics:
                self.metric_names.update(metric.name for metric in scope.metrics)
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
