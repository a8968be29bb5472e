"""The yardstick of everything that goes over gRPC: a hundred bytes there and back, and nothing else.

`python -m tests.bench.echo server|client` are the two processes.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc

from deploy.local.ports import LOOPBACK
from tests.bench.children import Answer, Child, Json, answer_all, child
from tests.bench.laps import Lap, drive
from tests.bench.plan import Plan
from tests.bench.rounds import Case

IN_FLIGHT = 64

_SERVICE, _METHOD = "bench.Echo", "Echo"
_PAYLOAD = b"x" * 100
_TIMEOUT_SECONDS = 30.0


@asynccontextmanager
async def echo_case(plan: Plan) -> AsyncIterator[Case]:
    """The case, with its two processes."""
    async with child("tests.bench.echo", "server") as server, child("tests.bench.echo", "client") as client:
        port = (await server.ask({}))["port"]
        yield Case("echo", lambda seconds: _lap(client, port, seconds, plan.most_calls))


async def _lap(client: Child, port: int, seconds: float, most_calls: int) -> Lap:
    return Lap(**await client.ask({"port": port, "seconds": seconds, "most_calls": most_calls}))


async def serve(answering: Callable[[Answer], Awaitable[None]]) -> None:
    """The server's process: tells its port, and serves until its input ends."""
    server = grpc.aio.server()
    methods: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {_METHOD: grpc.unary_unary_rpc_method_handler(_echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, methods),))
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    await server.start()

    async def answer(_: Json) -> Json:
        return {"port": port}

    await answering(answer)
    await server.stop(None)


async def _echo(request: bytes, _context: Any) -> bytes:
    return request


async def load(answering: Callable[[Answer], Awaitable[None]]) -> None:
    """The client's process: a lap a question."""

    async def answer(question: Json) -> Json:
        async with grpc.aio.insecure_channel(f"{LOOPBACK}:{question['port']}") as channel:
            call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(f"/{_SERVICE}/{_METHOD}")
            await channel.channel_ready()

            async def once() -> None:
                await call(_PAYLOAD, timeout=_TIMEOUT_SECONDS)

            lap = await drive(once, IN_FLIGHT, question["seconds"], question["most_calls"])
            return lap.as_json()

    await answering(answer)


if __name__ == "__main__":
    answer_all(serve if sys.argv[1] == "server" else load)
