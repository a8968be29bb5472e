"""Events booked into one period that happened in the month of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.values.money import Money


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
