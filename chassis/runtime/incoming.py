"""The metadata of the rpc being served, read once.

gRPC makes Python objects of it to ask who serves the rpc, and makes them anew whenever the context is asked. That costs
more than verifying the caller, so it is kept from the first time.
"""

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, TypeAlias

import grpc

from chassis.runtime.behaviour import Context, Handler

Metadata: TypeAlias = tuple[tuple[str, str | bytes], ...]

_KEPT: ContextVar[tuple["asyncio.Task[Any] | None", Metadata]] = ContextVar("incoming", default=(None, ()))


class Handlers(grpc.GenericRpcHandler):
    """The rpcs of one service, which gRPC asks for in the task that serves the rpc."""

    def __init__(self, service: str, handlers: Mapping[str, Handler]) -> None:
        """`handlers` by bare name."""
        self._by_path = {f"/{service}/{name}": handler for name, handler in handlers.items()}

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "Handler | None":
        """Who serves the rpc; None: not this service."""
        handler = self._by_path.get(handler_call_details.method)
        if handler is not None:
            _KEPT.set((asyncio.current_task(), handler_call_details.invocation_metadata))
        return handler


def metadata_of(context: Context) -> Metadata:
    """The metadata of the rpc that this task serves. Who calls is read out of it, so that of another task, which may
    serve another rpc, counts for nothing here."""
    task, metadata = _KEPT.get()
    if task is not None and task is asyncio.current_task():
        return metadata
    found: Any = context.invocation_metadata()
    return tuple(found or ())
