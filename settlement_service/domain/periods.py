"""Periods of a program's books: counted from 1, each ended by the ledger's barriers, signed off in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from chassis.values.calendar import start_of_next_month
from settlement_service.domain.checklist import Item


class Stage(Enum):
    """Where a period stands."""

    OPEN = "OPEN"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class SignOff:
    """What closing left: by whose name, by which caller, and the hash of the closing figures."""

    figures_hash: bytes
    signed_name: str
    caller: str
    note: str
    close_time: datetime
    checklist: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A period. The open one has no name, barriers or time. `missing_barriers`: of partitions whose barrier is not
    booked yet."""

    sequence: int
    name: str = ""
    barriers: Mapping[int, int] | None = None
    missing_barriers: int = 0
    cut_time: datetime | None = None
    sign_off: SignOff | None = None

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.sign_off is not None:
            return Stage.CLOSED
        return Stage.CLOSING if self.name else Stage.OPEN


@dataclass(frozen=True, slots=True)
class Cut:
    """What the ledger says of a cut."""

    sequence: int
    name: str
    barriers: Mapping[int, int]
    cut_time: datetime


def end_of_books(name: str, cut_time: datetime) -> datetime:
    """When what is booked at the end of a period counts: the last moment of its month by UTC, as days are counted, or
    the cut if that came first."""
    after = datetime.combine(start_of_next_month(date.fromisoformat(f"{name}-01")), time(), UTC)
    return min(cut_time, after - timedelta(microseconds=1))
