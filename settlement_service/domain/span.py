"""What a figure is asked over."""

from dataclasses import dataclass
from datetime import date

from settlement_service.domain.as_of import At, Day, Now, PeriodEnd

LAST_PERIOD = 2**31 - 1
LAST_DAY = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """Everything booked into periods `first` to `last`, both included, on `last_day` or before."""

    first: int = 1
    last: int = LAST_PERIOD
    last_day: date = LAST_DAY

    @property
    def end(self) -> At:
        """The moment up to which it counts."""
        if self.last_day != LAST_DAY:
            return Day(self.last_day)
        return Now() if self.last == LAST_PERIOD else PeriodEnd(self.last, "")

    @property
    def before(self) -> PeriodEnd | None:
        """The moment after which it counts; None: from the beginning."""
        return PeriodEnd(self.first - 1, "") if self.first > 1 else None


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A period and its number. The open one has no name: its barrier will name it."""

    sequence: int
    name: str
