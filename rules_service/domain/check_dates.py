"""Dated parts of a program: none is empty, and of things that exclude each other at most one is in force."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from chassis.values.calendar import Interval
from rules_service.domain.fault import Fault, Path
from rules_service.domain.selector import Selector

BEGINNING = datetime.min.replace(tzinfo=UTC)


def interval_faults(path: Path, interval: Interval) -> Iterator[Fault]:
    """It begins before it ends."""
    if interval.start is not None and interval.end is not None and interval.start >= interval.end:
        yield _backwards(path)


def selector_date_faults(path: Path, selector: Selector) -> Iterator[Fault]:
    """A rule that is dated is in force for at least a day."""
    if selector.start_date and selector.end_date and selector.start_date >= selector.end_date:
        yield _backwards(path)


def overlaps(intervals: Sequence[Interval]) -> Iterator[tuple[int, int]]:
    """Pairs (later, earlier) of positions whose intervals overlap; at least one pair for every overlap there is."""
    by_start = sorted(range(len(intervals)), key=lambda index: (intervals[index].start or BEGINNING, index))
    longest: int | None = None
    for index in by_start:
        if longest is not None and intervals[longest].overlaps(intervals[index]):
            yield max(index, longest), min(index, longest)
        if longest is None or _ends_later(intervals[index], intervals[longest]):
            longest = index


def _ends_later(one: Interval, other: Interval) -> bool:
    return other.end is not None and (one.end is None or one.end > other.end)


def _backwards(path: Path) -> Fault:
    return Fault((*path, "until"), "must be later than `from`")
