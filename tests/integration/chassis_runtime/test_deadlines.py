"""Time runs out the same way wherever it is noticed."""

import asyncio
import time
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis.runtime.application import Policies
from chassis.runtime.budget import remaining_budget, set_budget
from chassis.values.refusal import Code, Refusal
from tests.integration.chassis_runtime.hop import KEY, hop
from tests.unit.chassis_runtime.echo import EchoRequest, EchoResponse

ROUNDED = 1.02
"""gRPC rounds a deadline up on its way, by somewhat more than a hundredth at most."""


async def _too_slow(_request: Any, _context: Any) -> Any:
    await asyncio.sleep(30)


async def _left_ms(_request: Any, _context: Any) -> Any:
    left = remaining_budget()
    return EchoResponse(number=-1 if left is None else int(left * 1000))


async def test_every_call_carries_a_deadline(tmp_path: Path) -> None:
    async with hop(tmp_path, _left_ms, timeout_seconds=3.0) as ends:
        assert 2000 < (await ends.stub.Read(EchoRequest())).number <= 3000 * ROUNDED


async def test_a_call_may_ask_for_less(tmp_path: Path) -> None:
    async with hop(tmp_path, _left_ms) as ends:
        assert (await ends.stub.Read(EchoRequest(), timeout=1.0)).number <= 1000 * ROUNDED


async def test_a_call_that_takes_too_long_is_refused_in_time(tmp_path: Path) -> None:
    started = time.monotonic()
    async with hop(tmp_path, _too_slow, timeout_seconds=0.2) as ends:
        with pytest.raises(Refusal) as refused:
            await ends.stub.Read(EchoRequest())
        assert (refused.value.code, refused.value.reason) == (Code.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED")
        assert time.monotonic() - started < 1.5


async def test_what_the_first_hop_has_left_is_what_the_second_one_gets(tmp_path: Path) -> None:
    async with hop(tmp_path, _left_ms, timeout_seconds=60.0) as far:

        async def forward(request: Any, _context: Any) -> Any:
            await asyncio.sleep(0.2)
            return await far.stub.Read(request)

        async with hop(tmp_path, forward) as near:
            assert (await near.stub.Read(EchoRequest(), timeout=1.0)).number <= 800 * ROUNDED


async def test_a_call_after_time_is_up_is_refused_at_once(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends:

        async def late() -> Any:
            set_budget(-1.0)
            return await ends.stub.Read(EchoRequest())

        with pytest.raises(Refusal) as refused:
            await asyncio.create_task(late())
    assert refused.value.reason == "DEADLINE_EXCEEDED"


async def _raw_call(address: str, seconds: float | None) -> grpc.aio.AioRpcError:
    async with grpc.aio.insecure_channel(address) as raw:
        call: Any = raw.unary_unary("/chassistest.v1.EchoService/Read")
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call(b"", metadata=[("authorization", f"Bearer {KEY.token()}")], timeout=seconds)
    return failed.value


@pytest.mark.parametrize("seconds", [None, 3600.0], ids=["none", "an hour"])
async def test_a_caller_without_a_sensible_deadline_gets_ours(tmp_path: Path, seconds: float | None) -> None:
    policies = Policies(unary_timeout_seconds=0.2)
    async with hop(tmp_path, _too_slow, policies=policies) as ends:
        async with asyncio.timeout(2.0):
            error = await _raw_call(ends.address, seconds)
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert error.details() == "the deadline has passed"


async def test_a_stream_ends_at_its_own_limit(tmp_path: Path) -> None:
    async with hop(tmp_path, _too_slow, policies=Policies(stream_timeout_seconds=0.2)) as ends:
        with pytest.raises(Refusal) as refused:
            _ = [message async for message in ends.stub.Follow(EchoRequest(number=1))]
    assert refused.value.reason == "DEADLINE_EXCEEDED"


async def test_a_timeout_of_the_handler_itself_is_not_taken_for_the_deadline(tmp_path: Path) -> None:
    async def times_out(_request: Any, _context: Any) -> Any:
        raise TimeoutError

    async with hop(tmp_path, times_out, timeout_seconds=60.0) as ends:
        with pytest.raises(Refusal) as refused:
            await ends.stub.Read(EchoRequest())
    assert refused.value.reason == "INTERNAL"
