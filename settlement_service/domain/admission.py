"""Which delivered events may be booked now: the next of each partition, in order, each of them bookable.

Delivery is at least once, the effect exactly once: a position already booked is skipped, a position that skips one is
a gap and stops its partition until the log is read again from the cursor. An event that cannot be booked also stops
its partition. Books that go on past a missing event would state figures that no auditor could sign as "complete up to
this cursor"; a partition that stands still loudly loses nothing, and the other partitions flow on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from settlement_service.domain.bookkeeping import entries_of
from settlement_service.domain.entry import Entry
from settlement_service.domain.event import Event, Unbookable


@dataclass(frozen=True, slots=True)
class Mark:
    """The last booked event of a partition; position 0: none yet. `cuts` counts the barriers of periods up to it, by
    program: what follows belongs to the period after them."""

    position: int = 0
    event_hash: bytes = b""
    cuts: Mapping[str, int] = field(default_factory=dict)

    def period_of(self, event: Event) -> int:
        """The period of the event that comes next: a barrier closes its own."""
        return self.cuts.get(event.program, 0) + 1

    def after(self, event: Event) -> "Mark":
        """The mark once it is booked."""
        cuts = {**self.cuts, event.program: self.period_of(event)} if event.cuts else self.cuts
        return Mark(event.position, event.hash, cuts)


START = Mark()

Cursor = Mapping[int, Mark]
"""How far the books have come, per partition."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event as it came from the log. `content` is what it says, or why it cannot be read; `encoded` gives it as
    it came, to be kept if it cannot be booked."""

    program: str
    partition: int
    position: int
    hash: bytes
    traceparent: str
    content: Event | Unbookable
    encoded: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Booking:
    """A delivered event with its period, its entries, and the cursor of its partition with it."""

    delivery: Delivery
    event: Event
    period_sequence: int
    entries: tuple[Entry, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Fault:
    """An event that stops its partition, and why."""

    delivery: Delivery
    reason: str


@dataclass(slots=True)
class Admission:
    """What a batch of deliveries comes to. `marks` is the cursor with the bookings in it."""

    marks: dict[int, Mark]
    bookings: list[Booking] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    gap: bool = False


def admit(cursor: Cursor, stopped: Iterable[int], deliveries: Iterable[Delivery]) -> Admission:
    """Sorts deliveries into bookings, replays (dropped), gaps and faults. Partitions in `stopped` are passed over, and
    so is what follows a gap or fault in its partition."""
    admission = Admission(dict(cursor))
    passed_over = set(stopped)
    for delivery in deliveries:
        if delivery.partition in passed_over:
            continue
        mark = admission.marks.get(delivery.partition, START)
        if delivery.position > mark.position + 1:
            admission.gap = True
            passed_over.add(delivery.partition)
        elif delivery.position == mark.position and delivery.hash != mark.event_hash:
            admission.faults.append(Fault(delivery, "the log holds another event than the one that was booked here"))
            passed_over.add(delivery.partition)
        elif delivery.position == mark.position + 1 and not _book(admission, mark, delivery):
            passed_over.add(delivery.partition)
    return admission


def _book(admission: Admission, mark: Mark, delivery: Delivery) -> bool:
    try:
        event = delivery.content
        if isinstance(event, Unbookable):
            raise event
        period = mark.period_of(event)
        booking = Booking(delivery, event, period, entries_of(event, period), mark.after(event))
    except Exception as error:  # a fault of ours stops the partition like one of the event: nothing may be skipped
        admission.faults.append(Fault(delivery, f"{type(error).__name__}: {error}"))
        return False
    admission.bookings.append(booking)
    admission.marks[delivery.partition] = booking.mark
    return True
