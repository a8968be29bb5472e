"""A trace on screen."""

from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.trace.render import render
from deploy.local.trace.spans import Span, read_spans
from deploy.local.trace.tree import trees
from tests.unit.demo.spans import TRACE, span

RPC = "loyalty.ledger.v1.LedgerService/RedeemPoints"
SPANS = [
    span("1", name="till redemption", service="till"),
    span("2", "1", RPC, kind="CLIENT", service="till", rpc__method=RPC),
    span("3", "2", RPC, kind="SERVER", rpc__method=RPC),
    span("4", "3", "batch lane 2", batch__items=38),
    span("5", "4", "acquire_leases", kind="CLIENT", db__system__name="redis"),
    span("6", "4", "write_batch", kind="CLIENT", db__system__name="postgresql", at=4),
]


def drawn(spans: list[Span], width: int = 140) -> str:
    console = Console(width=width, no_color=True, highlight=False)
    with console.capture() as captured:
        console.print(render(trees(spans, TRACE), TRACE, console.width))
    return captured.get()


@pytest.mark.parametrize(
    "words",
    [
        "through till, ledger, Valkey, PostgreSQL",
        "RedeemPoints",
        "till → ledger",
        "batch lane 2 (shared with 37 others)",
        "ledger → Valkey",
        "ledger → PostgreSQL",
    ],
)
def test_it_tells_what_ran_where(words: str) -> None:
    assert words in drawn(SPANS)


def test_it_tells_when_a_thing_began_and_how_long_it_took() -> None:
    [line] = [line for line in drawn(SPANS).splitlines() if "write_batch" in line]
    assert line.split()[-3:-1] == ["4.0", "1.0"]


def test_a_narrow_screen_keeps_the_figures_and_drops_the_bars() -> None:
    [line] = [line for line in drawn(SPANS, 80).splitlines() if "write_batch" in line]
    assert line.split()[-2:] == ["4.0", "1.0"]


def test_a_line_that_is_being_written_is_left_out(tmp_path: Path) -> None:
    whole = (
        b'{"trace_id":"1","span_id":"2","parent_id":"","name":"n","kind":"SERVER","service":"s","start_ns":1,'
        b'"end_ns":2,"status":"UNSET","attributes":{},"links":[]}\n'
    )
    (tmp_path / "ledger.jsonl").write_bytes(whole + whole[:40])
    assert [one.span_id for one in read_spans(tmp_path)] == ["2"]


def test_spans_rotated_away_are_read_too(tmp_path: Path) -> None:
    line = (
        b'{"trace_id":"1","span_id":"old","parent_id":"","name":"n","kind":"SERVER","service":"s","start_ns":1,'
        b'"end_ns":2,"status":"UNSET","attributes":{"x":[1,"a"]},"links":[]}\n'
    )
    (tmp_path / "ledger.jsonl.1").write_bytes(line)
    assert [one.span_id for one in read_spans(tmp_path)] == ["old"]
