"""Which trace is meant: by trace, request, document, order, return or redemption id, or the last one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deploy.local.trace.spans import BOOKED, Span

PREFIX = "loyalty."
_STREAM = "/Stream"


@dataclass(frozen=True, slots=True)
class Found:
    """A trace, and the ids of others in which the same id was asked for again."""

    trace_id: str
    also: tuple[str, ...] = ()


def by_id(spans: Iterable[Span], wanted: str) -> Found | None:
    """The trace with this id, or the one that did the work for a request, document, order, return or redemption.

    A repeated request has several traces; the one with most spans is where it was carried out.
    """
    sizes: dict[str, int] = defaultdict(int)
    told: set[str] = set()
    for span in spans:
        sizes[span.trace_id] += 1
        if wanted in _ids(span):
            told.add(span.trace_id)
    if wanted in sizes:
        return Found(wanted)
    if not told:
        return None
    first, *others = sorted(told, key=lambda trace_id: (-sizes[trace_id], trace_id))
    return Found(first, tuple(others))


def last(spans: Sequence[Span]) -> Found | None:
    """The youngest trace that reached the books; if there is none, the youngest of a call. Streams are no calls."""
    begun: dict[str, int] = {}
    booked: set[str] = set()
    for span in spans:
        if _STREAM not in span.name:
            begun[span.trace_id] = min(span.start_ns, begun.get(span.trace_id, span.start_ns))
        if span.name == BOOKED:
            booked.add(span.trace_id)
    streams = {span.trace_id for span in spans if _STREAM in span.name}
    calls = {trace_id: start for trace_id, start in begun.items() if trace_id not in streams}
    candidates: Mapping[str, int] = {one: start for one, start in calls.items() if one in booked} or calls
    return Found(max(candidates, key=lambda trace_id: candidates[trace_id])) if candidates else None


def _ids(span: Span) -> Iterable[str]:
    """The ids a span was annotated with, single ones and lists."""
    for name, value in span.attributes.items():
        if name.startswith(PREFIX):
            yield from (str(one) for one in (value if isinstance(value, list) else [value]))
