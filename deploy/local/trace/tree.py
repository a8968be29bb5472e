"""A trace's spans put together as a tree, with what it shared with others in its place.

Four things are told plainer than the spans do. The two sides of a call become one node. A batch that served several
callers has its spans in the trace of one of them, and every other caller's span links to it: the shared work is shown
under each. Where one call had many items in a batch, that batch is shown once. And a follower that begins again after
a restart meets the last event of its log once more: the span in which the event was booked stands for all of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from deploy.local.trace.spans import BOOKED, CLIENT, SERVER, Span

MOST_ALIKE = 3
"""So many siblings of one name are shown: an upload of a hundred orders is booked in many pieces."""


@dataclass(slots=True, eq=False)
class Node:
    """One thing that happened. `server` is the other side of a call. `items` counts spans of the same batch that this
    node stands for. `again` counts later meetings with the same event, which did nothing. `borrowed` tells that the
    work below lies in another trace. `alike` counts further nodes of the same name that are left out after it."""

    span: Span
    server: Span | None = None
    children: "list[Node]" = field(default_factory=list)
    items: int = 1
    shared_with: int = 0
    again: int = 0
    alike: int = 0
    borrowed: bool = False

    def walk(self) -> "Iterator[Node]":
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def trees(spans: Sequence[Span], trace_id: str) -> list[Node]:
    """The roots of a trace in order of time: usually one. A span whose parent was not recorded counts as a root."""
    return _Builder(spans).roots(trace_id)


class _Builder:
    def __init__(self, spans: Iterable[Span]) -> None:
        self._by_id = {span.span_id: span for span in spans}
        self._children: dict[str, list[Span]] = defaultdict(list)
        for span in sorted(self._by_id.values(), key=lambda span: (span.start_ns, span.end_ns)):
            self._children[span.parent_id].append(span)

    def roots(self, trace_id: str) -> list[Node]:
        inside = [span for span in self._by_id.values() if span.trace_id == trace_id]
        roots = [span for span in inside if span.parent_id not in self._by_id]
        return [self._node(span) for span in sorted(roots, key=lambda span: span.start_ns)]

    def _node(self, span: Span) -> Node:
        node = Node(span, shared_with=max(0, span.batch_items - 1))
        below = self._children[span.span_id]
        if span.kind == CLIENT and len(below) == 1 and below[0].kind == SERVER and below[0].name == span.name:
            node.server = below[0]
            below = self._children[below[0].span_id]
        node.children = self._nodes(below)
        if (work := self._shared_work(span)) is not None:
            node.children += self._nodes(self._children[work.span_id])
            node.shared_with = max(0, work.batch_items - 1)
            node.borrowed = work.trace_id != span.trace_id
        return node

    def _shared_work(self, span: Span) -> Span | None:
        """The batch's own span, if this one only stands for an item of it."""
        if span.batch_items:
            return None
        linked = (self._by_id.get(span_id) for span_id in span.linked_ids)
        return next((one for one in linked if one is not None and one.name == span.name), None)

    def _nodes(self, spans: Sequence[Span]) -> list[Node]:
        """Nodes of siblings, each batch once."""
        items: dict[str, list[Span]] = defaultdict(list)
        for span in spans:
            work = self._shared_work(span) or span
            items[work.span_id].append(span)
        nodes: list[Node] = []
        for work_id, same in items.items():
            own = next((span for span in same if span.span_id == work_id), same[0])
            node = self._node(own)
            node.items = len(same)
            node.shared_with = max(0, node.shared_with - (len(same) - 1))
            nodes.append(node)
        return _few_of_a_kind(_without_repeats(nodes))


def _without_repeats(nodes: list[Node]) -> list[Node]:
    """The same without bookings that found nothing to do, if one beside them did it."""
    worked = next((node for node in nodes if node.span.name == BOOKED and node.children), None)
    if worked is None:
        return nodes
    idle = [node for node in nodes if node.span.name == BOOKED and not node.children]
    worked.again = sum(node.items for node in idle)
    return [node for node in nodes if node not in idle]


def _few_of_a_kind(nodes: Sequence[Node]) -> list[Node]:
    """The same with at most MOST_ALIKE nodes of one name that have something below them."""
    kept: list[Node] = []
    shown: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        same = shown[node.span.name]
        if node.children and len(same) >= MOST_ALIKE:
            same[-1].alike += 1
            continue
        if node.children:
            same.append(node)
        kept.append(node)
    return kept
