"""Events booked into one period that happened in the month of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from chassis.values.money import Money
from settlement_service.domain.periods import month_bounds


@dataclass(frozen=True, slots=True)
class CutOffEvent:
    """Such an event: where it lies in the log, what it is, what it did to outstanding points, to what points stand for
    (`carrying`: liability less receivable), and what entities came to owe by it."""

    partition: int
    position: int
    event_type: str
    subject_id: str
    occur_time: datetime
    post_time: datetime
    points: int
    carrying: Sequence[Money]
    owed: Sequence[Money]


@dataclass(frozen=True, slots=True)
class CutOff:
    """A page of them, how many of the whole period are late and early, and whether more follow."""

    events: Sequence[CutOffEvent]
    late: int
    early: int
    more: bool


def month_moments(name: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a month by a calendar, and the first one after it."""
    first, after = month_bounds(name)
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)
