"""What a caller is told when something goes wrong, over a real hop."""

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis.runtime.telemetry import span_from_traceparent
from chassis.values.refusal import Code, Refusal, Violation
from tests.integration.chassis_runtime.hop import KEY, hop
from tests.unit.chassis_runtime.echo import EchoRequest, EchoResponse
from tests.unit.chassis_runtime.recorded import SAMPLED, TRACE_ID, recorded

REFUSAL = Refusal(
    Code.FAILED_PRECONDITION,
    "DOOR_CLOSED",
    "house.test",
    "the door «north» is closed",
    {"door": "north"},
    (Violation("door", "is closed"),),
    2.5,
)


async def refuse_all(_request: Any, _context: Any) -> Any:
    raise REFUSAL


async def _refusal_of(call: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await call
    return refused.value


async def _drained(stream: Any) -> list[Any]:
    return [message async for message in stream]


async def _one_request() -> Any:
    yield EchoRequest(text="x", number=1)


async def test_a_refusal_reaches_the_caller_unchanged(tmp_path: Path) -> None:
    async with hop(tmp_path, refuse_all) as ends:
        refusal = await _refusal_of(ends.stub.Read(EchoRequest()))
    assert (refusal.code, refusal.reason, refusal.domain) == (REFUSAL.code, REFUSAL.reason, REFUSAL.domain)
    assert (refusal.message, refusal.violations) == (REFUSAL.message, REFUSAL.violations)
    assert refusal.metadata["door"] == "north"
    assert refusal.retry_after_seconds == 2.5


@pytest.mark.parametrize("name", ["Follow", "Write"])
async def test_a_refusal_ends_a_stream(tmp_path: Path, name: str) -> None:
    async with hop(tmp_path, refuse_all) as ends:
        refusal = await _refusal_of(_drained(getattr(ends.stub, name)(EchoRequest(number=1))))
    assert refusal.reason == "DOOR_CLOSED"


async def test_a_refusal_ends_an_upload(tmp_path: Path) -> None:
    async with hop(tmp_path, refuse_all) as ends:
        assert (await _refusal_of(ends.stub.Upload(_one_request()))).reason == "DOOR_CLOSED"


async def test_a_refusal_ends_a_conversation(tmp_path: Path) -> None:
    async with hop(tmp_path, refuse_all) as ends:
        assert (await _refusal_of(_drained(ends.stub.Talk(_one_request())))).reason == "DOOR_CLOSED"


async def test_a_refusal_crosses_two_hops(tmp_path: Path) -> None:
    async with hop(tmp_path, refuse_all) as far:

        async def forward(request: Any, _context: Any) -> Any:
            return await far.stub.Read(request)

        async with hop(tmp_path, forward) as near:
            refusal = await _refusal_of(near.stub.Read(EchoRequest()))
    assert (refusal.reason, refusal.domain, refusal.violations) == ("DOOR_CLOSED", "house.test", REFUSAL.violations)


async def test_a_refusal_names_its_trace(tmp_path: Path) -> None:
    with recorded(), span_from_traceparent("till", SAMPLED):
        async with hop(tmp_path, refuse_all) as ends:
            refusal = await _refusal_of(ends.stub.Read(EchoRequest()))
    assert refusal.metadata["trace_id"] == TRACE_ID


async def test_thousands_of_violations_still_arrive_as_an_answer(tmp_path: Path) -> None:
    async def malformed(_request: Any, _context: Any) -> Any:
        many = tuple(Violation(f"order.lines[{n}].quantity", "is below zero") for n in range(2000))
        raise Refusal(Code.INVALID_ARGUMENT, "MALFORMED", "house.test", "m", {}, many)

    async with hop(tmp_path, malformed) as ends:
        refusal = await _refusal_of(ends.stub.Read(EchoRequest()))
    assert (refusal.reason, len(refusal.violations) > 50) == ("MALFORMED", True)


async def test_a_fault_of_ours_tells_nothing_but_its_trace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_request: Any, _context: Any) -> Any:
        raise RuntimeError("password is hunter2")

    with recorded(), span_from_traceparent("till", SAMPLED):
        async with hop(tmp_path, broken) as ends:
            refusal = await _refusal_of(ends.stub.Read(EchoRequest()))
    assert (refusal.code, refusal.reason) == (Code.INTERNAL, "INTERNAL")
    assert "hunter2" not in repr(refusal)
    assert refusal.metadata == {"trace_id": TRACE_ID}


async def test_trailing_metadata_of_a_good_answer_arrives(tmp_path: Path) -> None:
    async def replayed(_request: Any, context: Any) -> Any:
        context.set_trailing_metadata((("replayed", "true"),))
        return EchoResponse()

    async with hop(tmp_path, replayed) as ends:
        call = ends.stub.Read(EchoRequest())
        await call
        assert (await call.trailing_metadata())["replayed"] == "true"


async def test_a_request_over_its_limit_is_malformed(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends:
        refusal = await _refusal_of(ends.stub.Read(EchoRequest(text="x" * (4 * 1024 * 1024))))
    assert refusal.reason == "MALFORMED"


async def test_a_streamed_message_over_its_limit_is_malformed(tmp_path: Path) -> None:
    async def requests() -> Any:
        yield EchoRequest(text="x" * (4 * 1024 * 1024))

    async with hop(tmp_path) as ends:
        assert (await _refusal_of(ends.stub.Upload(requests()))).reason == "MALFORMED"


async def test_bytes_that_are_no_message_are_malformed(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends, grpc.aio.insecure_channel(ends.address) as raw:
        call: Any = raw.unary_unary("/chassistest.v1.EchoService/Read")
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call(b"\xff\xff\xff", metadata=[("authorization", f"Bearer {KEY.token()}")])
    assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_malformed_request_without_token_is_unauthenticated_first(tmp_path: Path) -> None:
    async with hop(tmp_path) as ends, grpc.aio.insecure_channel(ends.address) as raw:
        call: Any = raw.unary_unary("/chassistest.v1.EchoService/Read")
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await call(b"\xff\xff\xff")
    assert failed.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_a_caller_that_leaves_cancels_the_handler(tmp_path: Path) -> None:
    entered, cancelled = asyncio.Event(), asyncio.Event()

    async def waits(_request: Any, _context: Any) -> Any:
        entered.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with hop(tmp_path, waits) as ends:
        task = asyncio.ensure_future(_refusal_of(ends.stub.Read(EchoRequest())))
        await asyncio.wait_for(entered.wait(), 2)
        task.cancel()
        await asyncio.wait_for(cancelled.wait(), 2)


async def test_an_unreachable_peer_is_unavailable_with_a_time_to_come_back(tmp_path: Path) -> None:
    async with hop(tmp_path, timeout_seconds=2.0) as ends:
        await ends.server.stop(0)
        refusal = await _refusal_of(ends.stub.Append(EchoRequest()))
    assert (refusal.code, refusal.reason, refusal.domain) == (Code.UNAVAILABLE, "UNAVAILABLE", "type.loyalty")
    assert refusal.retry_after_seconds is not None
