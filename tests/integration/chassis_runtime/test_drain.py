"""How a server ends: what runs may finish, what is endless is ended, nothing new begins."""

import asyncio
import time
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.runtime.server import Server
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from tests.integration.chassis_runtime.hop import application, hop, verifier
from tests.unit.chassis_runtime.echo import EchoRequest, EchoResponse

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Slow:
    """Answers after a while; says when it was asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def __call__(self, _request: Any, _context: Any) -> Any:
        self.asked.set()
        await asyncio.sleep(0.4)
        return EchoResponse(text="done")


async def test_a_running_call_finishes(tmp_path: Path) -> None:
    slow = Slow()
    async with hop(tmp_path, slow) as ends:
        call = ends.stub.Read(EchoRequest())
        await slow.asked.wait()
        await ends.server.stop(5.0)
        assert (await call).text == "done"


async def test_a_call_that_outlives_the_grace_is_unavailable(tmp_path: Path) -> None:
    async def endless(_request: Any, _context: Any) -> Any:
        await asyncio.Event().wait()

    async with hop(tmp_path, endless) as ends:
        call = ends.stub.Append(EchoRequest())
        await asyncio.sleep(0.1)
        await ends.server.stop(0.2)
        with pytest.raises(Refusal) as refused:
            await call
    assert refused.value.reason == "UNAVAILABLE"


async def test_a_following_stream_is_ended_early_with_a_time_to_come_back(tmp_path: Path) -> None:
    async def endless(_request: Any, _context: Any) -> Any:
        await asyncio.Event().wait()

    async with hop(tmp_path, endless) as ends:
        stream = ends.stub.Talk(_forever())
        reading = asyncio.ensure_future(stream.read())
        await asyncio.sleep(0.1)
        started = time.monotonic()
        await ends.server.stop(30.0)
        assert time.monotonic() - started < 15.0
        with pytest.raises(Refusal) as refused:
            await reading
    assert (refused.value.reason, refused.value.retry_after_seconds is not None) == ("UNAVAILABLE", True)


async def _forever() -> Any:
    yield EchoRequest()
    await asyncio.Event().wait()


async def test_a_short_stream_finishes(tmp_path: Path) -> None:
    slow = Slow()
    async with hop(tmp_path, slow) as ends:
        stream = ends.stub.Follow(EchoRequest(number=1))
        reading = asyncio.ensure_future(stream.read())
        await slow.asked.wait()
        await ends.server.stop(5.0)
        assert (await reading).text == "done"


async def test_health_says_not_serving_before_and_after(tmp_path: Path) -> None:
    server = Server(application(Slow()), verifier(tmp_path))
    address = f"127.0.0.1:{await server.start('127.0.0.1:0', PLAIN)}"
    async with grpc.aio.insecure_channel(address) as raw:
        watch = health_pb2_grpc.HealthStub(raw).Watch(health_pb2.HealthCheckRequest())
        seen = [(await watch.read()).status]
        await server.ready()
        seen.append((await watch.read()).status)
        stopping = asyncio.ensure_future(server.stop(0.5))
        seen.append((await watch.read()).status)
        await stopping
    assert seen == [NOT_SERVING, SERVING, NOT_SERVING]


async def test_a_port_in_use_is_an_error(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends:
        with pytest.raises(RuntimeError, match="bind"):
            await Server(application(), verifier(tmp_path)).start(ends.address, PLAIN)
