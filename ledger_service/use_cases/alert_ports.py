"""What watching spends needs of the store."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from ledger_service.domain.alerts import Alert, Around, Raised, RefusedProof, SpendTrail, Trails
from ledger_service.use_cases.office_names import Name

Till = tuple[str, str]
"""A program and a caller in it."""


class Spends(NamedTuple):
    """Spends to be judged, in the order of their times; the spends before them of the same members and tills;
    and when their callers last spent before them."""

    new: Sequence[SpendTrail]
    before: Trails
    last_times: Mapping[Till, datetime]


Judge = Callable[[Spends], Awaitable[Sequence[Raised]]]
JudgeProof = Callable[[RefusedProof, Sequence[datetime]], Sequence[Raised]]


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

    async def watch_proofs(self, judge: JudgeProof, within: timedelta, most: int) -> Watched:
        """Judges the next refused proofs, each once, with the times of those of the same member within that."""
        ...

    async def listed(self, program: str, open_only: bool, after: int, most: int) -> Sequence[Alert]:
        """Alerts behind a number, in order."""
        ...

    async def acknowledge(self, program: str, alert_id: str, caller: str, name: Name) -> Alert:
        """The alert with who looked first: this caller unless somebody has before. The name is kept with it.
        ALERT_NOT_FOUND, REQUEST_ID_REUSED."""
        ...


class Surroundings(Protocol):
    """What identity and this service know of what happened around spends."""

    async def around(self, spends: Sequence[tuple[SpendTrail, datetime]]) -> Sequence[Around]:
        """Of each spend; look-ups of its caller count after the time beside it."""
        ...
