"""What watching spends needs of the store."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from ledger_service.domain.alerts import Alert, Raised, SpendTrail, Trails

Judge = Callable[[SpendTrail, Trails], Sequence[Raised]]


class Watched(NamedTuple):
    """What a step of watching did: whether there may be more, and what it raised."""

    more: bool
    raised: Sequence[Raised]


class Alerts(Protocol):
    """Alerts and how far the log was watched."""

    async def watch(self, judge: Judge, remembered: timedelta, most: int) -> Watched:
        """Judges the next spends of the log, at most so many of each partition, and moves on, in one transaction: each
        spend is judged once. Another process that is at it leaves nothing to do."""
        ...

    async def listed(self, program: str, open_only: bool, after: int, most: int) -> Sequence[Alert]:
        """Alerts behind a number, in order."""
        ...

    async def acknowledge(self, program: str, alert_id: str, caller: str) -> Alert | None:
        """The alert with who looked first: this caller unless somebody has before. None: there is none."""
        ...
