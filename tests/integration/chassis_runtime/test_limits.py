"""A full server says so at once, and health does not suffer."""

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.runtime.application import Policies
from chassis.values.refusal import Code, Refusal
from tests.integration.chassis_runtime.hop import hop
from tests.unit.chassis_runtime.echo import EchoRequest, EchoResponse


class Gate:
    """Lets calls in and holds them."""

    def __init__(self) -> None:
        self.entered = asyncio.Semaphore(0)
        self.open = asyncio.Event()

    async def __call__(self, _request: Any, _context: Any, /) -> Any:
        self.entered.release()
        await self.open.wait()
        return EchoResponse()

    async def lets_in(self, count: int) -> None:
        async with asyncio.timeout(2.0):
            for _ in range(count):
                await self.entered.acquire()


async def test_one_call_too_many_is_refused_with_a_time_to_come_back(tmp_path: Path) -> None:
    gate = Gate()
    async with hop(tmp_path, gate, policies=Policies(concurrent_unary_calls=2)) as ends:
        held = [asyncio.ensure_future(_await(ends.stub.Read(EchoRequest()))) for _ in range(2)]
        await gate.lets_in(2)
        with pytest.raises(Refusal) as refused:
            await ends.stub.Read(EchoRequest())
        gate.open.set()
        await asyncio.gather(*held)
    assert (refused.value.code, refused.value.reason) == (Code.RESOURCE_EXHAUSTED, "OVERLOADED")
    assert refused.value.retry_after_seconds is not None


async def _await(call: Any) -> Any:
    return await call


async def test_a_place_is_free_again_when_a_call_has_ended(tmp_path: Path) -> None:
    async with hop(tmp_path, policies=Policies(concurrent_unary_calls=1)) as ends:
        for _ in range(5):
            await ends.stub.Read(EchoRequest())


async def test_a_place_is_free_again_when_a_caller_has_left(tmp_path: Path) -> None:
    gate = Gate()
    async with hop(tmp_path, gate, policies=Policies(concurrent_unary_calls=1)) as ends:
        for _ in range(2):
            held = asyncio.ensure_future(_await(ends.stub.Read(EchoRequest())))
            await gate.lets_in(1)
            held.cancel()
            await asyncio.sleep(0.1)


async def test_streams_and_calls_do_not_take_each_others_places(tmp_path: Path) -> None:
    gate = Gate()
    async with hop(tmp_path, gate, policies=Policies(concurrent_unary_calls=1, concurrent_streams=1)) as ends:
        stream = ends.stub.Follow(EchoRequest(number=1))
        await gate.lets_in(1)
        gate.open.set()
        await ends.stub.Read(EchoRequest())
        stream.cancel()


async def test_health_answers_on_a_full_server(tmp_path: Path) -> None:
    gate = Gate()
    async with hop(tmp_path, gate, policies=Policies(concurrent_unary_calls=1)) as ends:
        held = asyncio.ensure_future(_await(ends.stub.Read(EchoRequest())))
        await gate.lets_in(1)
        async with grpc.aio.insecure_channel(ends.address) as raw:
            answer = await health_pb2_grpc.HealthStub(raw).Check(health_pb2.HealthCheckRequest())
        gate.open.set()
        await held
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
