"""Where a period of a program ends in the log."""

from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain.answers.base import LogPosition


@dataclass(frozen=True, slots=True)
class PeriodCut:
    """A period that was cut: the `sequence`-th of its program, counted from 1, a month as `2026-10`. `barriers` are the
    positions of its events, one in each partition, by partition; `cut_time` is their post time."""

    sequence: int
    period: str
    barriers: tuple[LogPosition, ...]
    cut_time: datetime
