"""What a service's composition root hands to the process: rpc services, workers, limits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import grpc

from chassis.runtime.clock import Clock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.places import PlacesOf, no_places
from chassis.runtime.settings import ServiceSettings
from chassis.runtime.transport import Transport

if TYPE_CHECKING:
    from chassis.runtime.audit.log import AuditLog
    from chassis.runtime.velocity.lookups import Lookups


@dataclass(frozen=True, slots=True)
class RegisteredService:
    """One rpc service: its contract with roles, the generated `add_…Servicer_to_server`, and who serves it."""

    contract: ServiceContract
    add_to_server: Callable[[Any, grpc.aio.Server], None]
    servicer: object
    max_request_bytes: int | None = None
    """Its own bound, where that of the process's policies does not fit."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A loop beside the rpcs. `run` is given an event and returns soon after it is set.

    A worker that raises, or returns before it is told to, takes the process down: a service never runs on with a
    silent worker.
    """

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Policies:
    """Bounds of a serving process."""

    unary_timeout_seconds: float = 30.0
    """A unary rpc has at most this long, whatever deadline its caller set or forgot."""
    stream_timeout_seconds: float = 3600.0
    """A stream has at most this long; its reader opens the next one at its cursor."""
    concurrent_unary_calls: int = 1024
    concurrent_streams: int = 256
    max_request_bytes: int = 4 * 1024 * 1024


async def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Application:
    """A service, wired. Workers start in this order and stop in the reverse one, after the last rpc and the last
    audited change have ended; what `build` opened is closed after them.

    `leave` runs when the process was told to end and is no longer ready, while it still serves and its workers run:
    what others must take over is handed to them there. It has as long as a drain may take; if it fails, the process
    ends all the same.
    """

    services: Sequence[RegisteredService]
    workers: Sequence[Worker] = ()
    components: Mapping[str, Callable[[], bool]] = field(default_factory=dict)
    """Parts without which the service goes on, by the name health probes may ask for; each says if it works now."""
    policies: Policies = field(default_factory=Policies)
    leave: Callable[[], Awaitable[None]] = _nothing
    places: PlacesOf = no_places
    """The locations of a program by its live revision, for callers who act for regions or operators."""
    audit: "AuditLog | None" = None
    """Where its calls are recorded; every service has one, stand-ins of tests need none."""
    lookups: "Lookups | None" = None
    """How often a caller may name somebody by an identifier, where the interceptor is to count it."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the process lends to the composition root."""

    service_name: str
    clock: Clock
    transport: Transport
    """How it speaks with others."""


SettingsT = TypeVar("SettingsT", bound=ServiceSettings)
Build = Callable[[SettingsT, Runtime], AbstractAsyncContextManager[Application]]
"""A composition root: opens what the service needs, yields it wired, closes it when the process has drained."""
