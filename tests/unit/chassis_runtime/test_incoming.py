import asyncio
from types import SimpleNamespace
from typing import Any, cast

import grpc

from chassis.runtime.behaviour import Context
from chassis.runtime.incoming import Handlers, metadata_of

_MINE, _OTHERS = (("authorization", "Bearer mine"),), (("authorization", "Bearer another's"),)
_HANDLER: Any = grpc.unary_unary_rpc_method_handler(lambda request, _context: request)


def context(metadata: Any) -> Context:
    return cast(Context, SimpleNamespace(invocation_metadata=lambda: metadata))


def asked(path: str, metadata: Any) -> Any:
    details: Any = SimpleNamespace(method=path, invocation_metadata=metadata)
    return Handlers("pkg.Service", {"Method": _HANDLER}).service(details)


async def test_what_came_with_the_rpc_is_not_asked_for_again() -> None:
    assert asked("/pkg.Service/Method", _MINE) is _HANDLER
    assert metadata_of(context(None)) is _MINE


async def test_another_task_asks_for_its_own() -> None:
    asked("/pkg.Service/Method", _OTHERS)

    async def another() -> Any:
        return metadata_of(context(_MINE))

    assert await asyncio.create_task(another()) == _MINE


async def test_an_rpc_of_another_service_is_not_served_and_leaves_nothing() -> None:
    assert asked("/pkg.Other/Method", _OTHERS) is None
    assert metadata_of(context(None)) == ()
