"""A trace on screen: a tree, and beside it when each thing began, how long it took, and a bar of the two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.local.trace.spans import CLIENT
from deploy.local.trace.tree import Node

_BAR = 22
_WIDE = 110
_FIGURE = 8
_GAP = 2
_INDENT = 3
_STORES = {"postgresql": "PostgreSQL", "redis": "Valkey"}
_COLOURS = {"till": "cyan", "ledger": "green", "identity": "magenta", "rules": "yellow", "settlement": "blue"}
_LONGEST_LIST = 120
"""A call of many items has no more lines than this; the rest is counted."""


@dataclass(frozen=True, slots=True)
class _Row:
    guides: str
    node: Node


def render(roots: Sequence[Node], trace_id: str, width: int) -> RenderableType:
    """The trace as a table under a line of totals. On a screen narrower than 110 columns the bars are left out."""
    nodes = [node for root in roots for node in root.walk()]
    first = min(node.span.start_ns for node in nodes)
    last = max(node.span.end_ns for node in nodes)
    services = list(dict.fromkeys(service for node in nodes for service in _services(node)))
    head = Text.assemble(
        ("trace ", "dim"), trace_id, ("  ", ""), (f"{_ms(last - first)} ms", "bold"), ("  through ", "dim")
    )
    head.append(", ".join(services))
    bars = width >= _WIDE
    rows = [row for root in roots for row in _rows(root, "", "")][:_LONGEST_LIST]
    places = max(len(_where(row.node)) for row in rows)
    others = places + 2 * _FIGURE + (_BAR if bars else 0) + _GAP * (5 if bars else 4)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    table.add_column("what", no_wrap=True, overflow="ellipsis", max_width=max(_FIGURE, width - _INDENT - others))
    table.add_column("where", no_wrap=True, min_width=places)
    table.add_column("at ms", justify="right", no_wrap=True, min_width=_FIGURE)
    table.add_column("took ms", justify="right", no_wrap=True, min_width=_FIGURE)
    if bars:
        table.add_column("", no_wrap=True, min_width=_BAR)
    for row in rows:
        span = row.node.span
        colour = _COLOURS.get(span.service, "")
        bar = Text(_bar(span.start_ns - first, span.end_ns - first, last - first), colour)
        table.add_row(
            Text(row.guides, "dim") + _what(row.node),
            Text(_where(row.node), colour),
            _ms(span.start_ns - first),
            _ms(span.end_ns - span.start_ns),
            *([bar] if bars else []),
        )
    rest = len(nodes) - len(rows)
    return Group(head, table, *([Text(f"… and {rest} more", "dim")] if rest > 0 else []))


def _rows(node: Node, lead: str, below: str) -> Iterator[_Row]:
    yield _Row(lead, node)
    for index, child in enumerate(node.children, start=1):
        is_last = index == len(node.children)
        yield from _rows(child, below + ("└ " if is_last else "├ "), below + ("  " if is_last else "│ "))


def _what(node: Node) -> Text:
    span = node.span
    text = Text(span.method or span.name, "bold red" if span.failed else "")
    if span.failed:
        text.append(f" {span.attributes.get('error.type', 'failed')}", "red")
    notes = []
    if node.items > 1:
        notes.append(f"{node.items} items of this call")
    if node.shared_with:
        notes.append(f"shared with {node.shared_with} other{'s' if node.shared_with > 1 else ''}")
    if node.again:
        notes.append(f"met {node.again} time{'s' if node.again > 1 else ''} more after a restart")
    if node.alike:
        notes.append(f"and {node.alike} more like it")
    if node.borrowed:
        notes.append("recorded there")
    if notes:
        text.append(f" ({', '.join(notes)})", "dim")
    return text


def _where(node: Node) -> str:
    span = node.span
    if span.database:
        return f"{span.service} → {_STORES.get(span.database, span.database)}"
    if node.server is not None:
        return f"{span.service} → {node.server.service}"
    return f"{span.service} →" if span.kind == CLIENT else span.service


def _services(node: Node) -> Iterator[str]:
    yield node.span.service
    if node.server is not None:
        yield node.server.service
    if node.span.database:
        yield _STORES.get(node.span.database, node.span.database)


def _ms(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:.1f}"


def _bar(start: int, end: int, whole: int) -> str:
    """Where in the trace it lies: a bar at least one character wide."""
    whole = max(whole, 1)
    left = min(_BAR - 1, start * _BAR // whole)
    width = max(1, -(-end * _BAR // whole) - left)
    return " " * left + "━" * min(width, _BAR - left)
