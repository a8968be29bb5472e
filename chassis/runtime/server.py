"""The gRPC server of a process: our services through the interceptors, health and reflection beside them."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, cast

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis.runtime.application import Application, RegisteredService
from chassis.runtime.behaviour import Handler, Interceptor, bind
from chassis.runtime.drain import Drain
from chassis.runtime.incoming import Handlers
from chassis.runtime.interceptors.order import in_order
from chassis.runtime.tls import CONNECTION_AGE_SECONDS
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import Transport

STREAM_GRACE_SECONDS = 1.0
"""How long a stream may go on when the process drains; one that follows a log would never end by itself."""

COMPONENT_SECONDS = 1.0
"""How often the components are asked how they fare."""


class Server:
    """Serves an application. Health says NOT_SERVING until `ready`, and again from `leave` or `stop` on."""

    def __init__(self, application: Application, verifier: TokenVerifier) -> None:
        """Raises ValueError if an rpc of a servicer is not in its contract or has no role."""
        self._drain = Drain()
        # The core refuses what is far too large before it is in memory; what is somewhat too large is refused by
        # us, as a malformed request: the core's RESOURCE_EXHAUSTED would tell the caller to try again.
        limits = [service.max_request_bytes or 0 for service in application.services]
        core_limit = 2 * max(application.policies.max_request_bytes, *limits)
        self._server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", core_limit),
                ("grpc.max_send_message_length", -1),
                # Two processes on one port would each get half of the calls.
                ("grpc.so_reuseport", 0),
                ("grpc.max_connection_age_ms", CONNECTION_AGE_SECONDS * 1_000),
            ]
        )
        interceptors = in_order(
            verifier, application.policies, application.places, application.audit, application.lookups
        )
        self._components = application.components
        self._watching: asyncio.Task[None] | None = None
        self._names = tuple(service.contract.full_name for service in application.services)
        for service in application.services:
            limit = service.max_request_bytes or application.policies.max_request_bytes
            handlers = bound(service, interceptors, limit, self._drain)
            self._server.add_generic_rpc_handlers([Handlers(service.contract.full_name, handlers)])
        self._health = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)

    async def start(self, address: str, transport: Transport) -> int:
        """Listen on `host:port` (port 0: any) and return the port. Raises RuntimeError if it is taken, ValueError if
        the transport must not be used there."""
        await self._set_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        port = transport.open_port(self._server, address)
        await self._server.start()
        return port

    async def ready(self) -> None:
        """Tell health probes that calls are welcome, and from now on how the components fare."""
        await self._set_health(health_pb2.HealthCheckResponse.SERVING)
        self._watching = asyncio.create_task(self._watch_components(), name="component health")

    async def leave(self) -> None:
        """Say NOT_SERVING, and serve on whoever calls all the same."""
        if self._watching is not None:
            self._watching.cancel()
        await self._health.enter_graceful_shutdown()

    async def stop(self, grace_seconds: float) -> None:
        """Say NOT_SERVING, take no new rpc, let the running ones end within the grace, then cancel the rest."""
        await self.leave()
        stream_grace = min(STREAM_GRACE_SECONDS, grace_seconds / 2)
        ending = asyncio.get_running_loop().call_later(stream_grace, self._drain.end_streams)
        await self._server.stop(grace_seconds)
        ending.cancel()

    async def _watch_components(self) -> None:
        while True:
            for name, works in self._components.items():
                status = health_pb2.HealthCheckResponse
                await self._health.set(name, status.SERVING if works() else status.NOT_SERVING)
            await asyncio.sleep(COMPONENT_SECONDS)

    async def _set_health(self, status: Any) -> None:
        for name in ("", *self._names):
            await self._health.set(name, status)


class _Collector:
    """Stands in for a server to learn the handlers that generated code would register."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}

    def add_generic_rpc_handlers(self, _handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """The same handlers come again by name below."""

    def add_registered_method_handlers(self, _service_name: str, handlers: Mapping[str, Handler]) -> None:
        self.handlers.update(handlers)


def bound(
    service: RegisteredService, interceptors: tuple[Interceptor, ...], max_request_bytes: int, drain: Drain
) -> dict[str, Handler]:
    """The rpcs of a service by name, behind the interceptors. Raises ValueError if they are not its contract's."""
    collector = _Collector()
    service.add_to_server(service.servicer, cast(grpc.aio.Server, collector))
    if set(collector.handlers) != set(service.contract.methods):
        raise ValueError(f"the servicer of {service.contract.full_name} does not serve its contract")
    return {
        name: bind(service.contract.methods[name], handler, interceptors, max_request_bytes, drain)
        for name, handler in collector.handlers.items()
    }
