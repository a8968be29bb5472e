"""One trace spans the hops."""

from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind

from chassis.runtime.reasons import overloaded
from chassis.runtime.telemetry import current_traceparent, span_from_traceparent
from chassis.values.refusal import Refusal
from tests.integration.chassis_runtime.hop import hop
from tests.unit.chassis_runtime.echo import EchoRequest, EchoResponse
from tests.unit.chassis_runtime.recorded import SAMPLED, TRACE_ID, UNSAMPLED, recorded

READ = "chassistest.v1.EchoService/Read"


def _of_kind(spans: list[ReadableSpan], kind: SpanKind) -> ReadableSpan:
    (span,) = [span for span in spans if span.kind is kind]
    return span


async def test_server_span_hangs_under_client_span_under_caller(tmp_path: Path) -> None:
    with recorded() as spans:
        async with hop(tmp_path) as ends:
            with span_from_traceparent("till", SAMPLED):
                await ends.stub.Read(EchoRequest())
        till, both = spans.only("till"), spans.named(READ)
    client, server = _of_kind(both, SpanKind.CLIENT), _of_kind(both, SpanKind.SERVER)
    assert server.parent is not None
    assert client.parent is not None
    assert (server.parent.span_id, client.parent.span_id) == (client.context.span_id, till.context.span_id)


async def test_attributes_follow_the_rpc_conventions(tmp_path: Path) -> None:
    with recorded() as spans:
        async with hop(tmp_path) as ends:
            with span_from_traceparent("till", SAMPLED):
                await ends.stub.Read(EchoRequest())
        server = _of_kind(spans.named(READ), SpanKind.SERVER)
    assert dict(server.attributes or {}) == {
        "rpc.system.name": "grpc",
        "rpc.method": READ,
        "rpc.response.status_code": "OK",
    }


@pytest.mark.parametrize("kind", [SpanKind.CLIENT, SpanKind.SERVER])
async def test_a_refusal_shows_on_both_sides(tmp_path: Path, kind: SpanKind) -> None:
    async def full(_request: Any, _context: Any) -> Any:
        raise overloaded("x")

    with recorded() as spans:
        async with hop(tmp_path, full) as ends:
            with span_from_traceparent("till", SAMPLED), pytest.raises(Refusal):
                await ends.stub.Read(EchoRequest())
        span = _of_kind(spans.named(READ), kind)
    assert (span.attributes or {})["rpc.response.status_code"] == "RESOURCE_EXHAUSTED"


async def test_a_trace_that_is_not_sampled_is_still_handed_on(tmp_path: Path) -> None:
    async def tell(_request: Any, _context: Any) -> Any:
        return EchoResponse(text=current_traceparent())

    with recorded() as spans:
        async with hop(tmp_path, tell) as ends:
            with span_from_traceparent("till", UNSAMPLED):
                answer = await ends.stub.Read(EchoRequest())
        assert spans.all() == ()
    assert (TRACE_ID in answer.text, answer.text.endswith("-00")) == (True, True)


async def test_streams_carry_the_trace(tmp_path: Path) -> None:
    async def tell(_request: Any, _context: Any) -> Any:
        return EchoResponse(text=current_traceparent())

    with recorded():
        async with hop(tmp_path, tell) as ends:
            with span_from_traceparent("till", SAMPLED):
                answers = [answer.text async for answer in ends.stub.Follow(EchoRequest(number=1))]
    assert TRACE_ID in answers[0]
