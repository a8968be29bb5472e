"""One trace spans both ledger processes of a call that one of them took and the other committed."""

import asyncio

from deploy.local.stack import LocalStack
from deploy.local.trace.spans import CLIENT, SERVER, Span, read_spans
from tests.fault.many_ledgers import LEDGERS, Shoppers, in_lane_of

EXPORTED_WITHIN_SECONDS = 10.0


async def spans_of(stack: LocalStack, request_id: str) -> list[Span]:
    """The trace of the redemption under this request id, once the owner's part is there."""
    async with asyncio.timeout(EXPORTED_WITHIN_SECONDS):
        while True:
            spans = read_spans(stack.settings.trace_dir)
            found = {span.trace_id for span in spans if span.attributes.get("loyalty.request_id") == request_id}
            mine = [span for span in spans if span.trace_id in found]
            # The last of each process to end: what is below them was exported before.
            if {("RedeemPoints", SERVER), ("SubmitCommands", SERVER)} <= {(span.method, span.kind) for span in mine}:
                return mine
            await asyncio.sleep(0.1)


async def test_a_forwarded_redemption_is_one_trace(shoppers: Shoppers) -> None:
    stack = shoppers.stack
    member = await shoppers.member_with(10, await in_lane_of(stack, shoppers.program, LEDGERS[1]))
    await shoppers.spend(member, 5, 0, f"traced-{member}")
    spans = {(span.method or span.name, span.kind): span for span in await spans_of(stack, f"traced-{member}")}
    by_id = {span.span_id: span for span in spans.values()}
    sent, taken = spans["SubmitCommands", CLIENT], spans["SubmitCommands", SERVER]
    assert taken.parent_id == sent.span_id
    assert by_id[sent.parent_id].name.startswith("batch forward")
    committed = next(span for span in by_id.values() if span.name.startswith("batch lane"))
    assert by_id[committed.parent_id].name == "commit for another process"
    assert by_id[by_id[committed.parent_id].parent_id].method == "RedeemPoints"
