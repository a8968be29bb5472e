"""A service in this process, called without a network: through its interceptors into its real use cases."""

import asyncio
import importlib
import os
import pkgutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any
from unittest.mock import patch

import grpc
import loyalty
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from chassis.runtime.application import Application, Runtime
from chassis.runtime.clock import SystemClock
from chassis.runtime.contract import ServiceContract
from chassis.runtime.drain import Drain
from chassis.runtime.interceptors.order import in_order
from chassis.runtime.main import transport_of
from chassis.runtime.places import PlacesOf
from chassis.runtime.server import bound
from chassis.runtime.settings import load_settings
from chassis.runtime.tokens import TokenVerifier
from deploy.local import services
from deploy.local.databases import Database
from deploy.local.secrets import AUDIENCE, ISSUER
from deploy.local.stack import LocalStack

PATIENCE_SECONDS = 0.5
"""A call that goes on for longer was let in."""


@asynccontextmanager
async def application_of(
    service: str, package: ModuleType, settings: type[Any], stack: LocalStack, database: Database
) -> AsyncIterator[Application]:
    """A service's application as its composition root builds it, beside the stack whose peers it asks."""
    surroundings = services.Surroundings(
        ports=stack.settings.ports,
        secrets=stack.secrets,
        valkey_url=stack.valkey.url,
        trace_directory=stack.settings.trace_dir,
        plaintext=stack.settings.plaintext,
    )
    variables = services.environment(
        service, surroundings, database_url=database.url, owner_url=database.owner_url, extra={}
    )
    with patch.dict(os.environ, variables):
        read = load_settings(settings)
    async with package.build(read, Runtime(service, SystemClock(), transport_of(read))) as application:
        yield application


def all_contracts() -> None:
    """Loads the generated module of every contract, so that the pool knows every service."""
    for module in pkgutil.walk_packages(loyalty.__path__, "loyalty."):
        if module.name.endswith("_pb2"):
            importlib.import_module(module.name)


class InProcess:
    """An application's rpcs by full name, behind the interceptors of a server of it."""

    def __init__(
        self,
        application: Application,
        stack: LocalStack,
        places: PlacesOf,
        contracts: Mapping[str, ServiceContract] | None = None,
        only: str = "",
    ) -> None:
        """`contracts` replace those of services by full name; `only` names the one rpc to be called."""
        verifier = TokenVerifier(stack.secrets.jwks_file, ISSUER, AUDIENCE)
        interceptors = in_order(verifier, application.policies, places)
        self.methods: dict[str, MethodDescriptor] = {}
        self._behaviours: dict[str, Any] = {}
        for service in application.services:
            contract = (contracts or {}).get(service.contract.full_name, service.contract)
            handlers: Mapping[str, Any] = bound(replace(service, contract=contract), interceptors, 1 << 22, Drain())
            for name, handler in handlers.items():
                if only not in ("", name):
                    continue
                full_name = f"{contract.full_name}.{name}"
                self.methods[full_name] = Default().FindMethodByName(full_name)
                self._behaviours[full_name] = (
                    handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
                )

    async def outcome(self, full_name: str, request: Message, token: str) -> str:
        """The reason a call is refused with, or `OK` once it has been let in and answers, or takes its time."""
        context = Context(token)
        asked: Any = _once(request) if self.methods[full_name].client_streaming else request

        async def call() -> None:
            await self._behaviours[full_name](asked, context)

        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.create_task(call())
        except (grpc.aio.AbortError, TimeoutError):
            pass
        return context.reason


async def _once(request: Message) -> AsyncIterator[Message]:
    yield request


class Answered(grpc.aio.AbortError):
    """A stream has begun to answer: no more is needed of it."""


class Context:
    """As much of a grpc.aio.ServicerContext as the interceptors and servicers use."""

    def __init__(self, token: str) -> None:
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self.reason = "OK"

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return self._metadata

    def time_remaining(self) -> float:
        return 5.0

    def peer(self) -> str:
        return "ipv4:127.0.0.1:1"

    def auth_context(self) -> Mapping[str, list[bytes]]:
        return {}

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def set_trailing_metadata(self, _metadata: Any) -> None:
        pass

    async def write(self, _message: Message) -> None:
        raise Answered

    async def abort_with_status(self, status: Any) -> None:
        """Keeps the reason."""
        [details] = [value for key, value in status.trailing_metadata if key == "grpc-status-details-bin"]
        for detail in status_pb2.Status.FromString(details).details:
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info):
                self.reason = info.reason
        raise grpc.aio.AbortError
