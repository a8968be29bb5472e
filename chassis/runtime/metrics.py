"""The figures every process reports through OpenTelemetry's metrics API; they cost next to nothing until an OTLP
endpoint is configured."""

from collections.abc import Callable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource

_METER = metrics.get_meter("chassis.runtime")

SERVER_DURATION = _METER.create_histogram("rpc.server.call.duration", unit="s", description="Time to serve an rpc")
CLIENT_DURATION = _METER.create_histogram("rpc.client.call.duration", unit="s", description="Time a unary call took")
CALLS_IN_FLIGHT = _METER.create_up_down_counter("rpc.server.calls_in_flight", description="Rpcs being served")
BATCH_ITEMS = _METER.create_histogram("batch.items", description="Items handled in one batch")
LEASE_CALLS = _METER.create_counter("lease.calls", description="Lease script calls by outcome")
ALERTS = _METER.create_counter("alerts.raised", description="Patterns a person should look at, by kind")
VELOCITY_CALLS = _METER.create_counter("velocity.calls", description="Calls too often, or judged without Valkey")
WORKER_FAILURES = _METER.create_counter("worker.failures", description="Steps of a worker that raised")


EXPORT_TIMEOUT_SECONDS = 2
"""For one export, all its tries: a collector that is away must not keep a process from ending."""


def observe(name: str, read: Callable[[], int], description: str) -> None:
    """Report the value of `read` whenever metrics are collected."""

    def observed(_options: CallbackOptions) -> list[Observation]:
        # One truth value among them, and the exporter sends none of the process's figures.
        return [Observation(int(read()))]

    _METER.create_observable_gauge(name, callbacks=[observed], description=description)


def configure_metrics(resource: Resource, otlp_endpoint: str | None) -> MeterProvider | None:
    """Send metrics to the endpoint once a minute; without one they go nowhere."""
    if otlp_endpoint is None:
        return None
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    provider = MeterProvider(
        [PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=otlp_endpoint, timeout=EXPORT_TIMEOUT_SECONDS))],
        resource,
    )
    metrics.set_meter_provider(provider)
    return provider
