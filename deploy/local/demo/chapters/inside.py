"""Chapter: the redemption again, as a trace."""

import asyncio
import time
from pathlib import Path

from deploy.local.demo.screen import Screen
from deploy.local.trace import find
from deploy.local.trace.render import render
from deploy.local.trace.spans import read_spans
from deploy.local.trace.tree import Node, trees

_WAIT_SECONDS = 6.0
_PAUSE_SECONDS = 0.3


async def tell(screen: Screen, trace_dir: Path, request_id: str) -> None:
    """The tree of the trace that carried a request out. Spans are written about a second late."""
    screen.chapter(
        "The same checkout from inside",
        f"""One trace from the till through the ledger, identity, rules, Valkey and PostgreSQL to settlement's books.
        `make trace` shows the last one, `make trace ID={request_id}` this one; any request, document, order or
        redemption id will do.""",
    )
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        shown = _trace(trace_dir, request_id)
        services = {node.span.service for root in shown[1] for node in root.walk()} if shown else set()
        if "settlement" in services or time.monotonic() > deadline:
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    if shown is None:
        screen.note("   No spans were written, so there is nothing to show.")
        return
    screen.show(render(shown[1], shown[0], screen.console.width))


def _trace(trace_dir: Path, request_id: str) -> tuple[str, list[Node]] | None:
    spans = read_spans(trace_dir)
    found = find.by_id(spans, request_id)
    return None if found is None else (found.trace_id, trees(spans, found.trace_id))
