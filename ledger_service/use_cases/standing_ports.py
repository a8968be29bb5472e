"""What the use cases about where members stand need of the world."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.standing.history import RecordedTier
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.view import StandingView

ProgramLadders = Callable[[str], tuple[Ladder, ...]]
"""A program's ladders by its live revision, by id; none for a program that is not known."""


def no_ladders(_program: str) -> tuple[Ladder, ...]:
    """No program has any."""
    return ()


NO_LADDERS: ProgramLadders = no_ladders


@dataclass(frozen=True, slots=True)
class TierEntry:
    """A record of a tier on a ladder, and the entry of the log that made it known."""

    ladder_id: str
    record: RecordedTier
    position: LogPosition
    post_time: datetime


@dataclass(frozen=True, slots=True)
class MemberStandings:
    """Where a member stands on each ladder, by id; what was known when, by ladder, the newest first; tiers set by hand
    that are in force or to come, by first day."""

    standings: tuple[StandingView, ...] = ()
    history: tuple[TierEntry, ...] = ()
    manual: tuple[ManualTier, ...] = ()


@dataclass(frozen=True, slots=True)
class AsOf:
    """As of which day standings are read. `latest`: of the last one that something is known of, if that is later; or,
    where the program's clock is the replay of its orders, of that one only."""

    day: date
    latest: bool = False
    replay_clock: bool = False

    def after(self, through: date) -> date:
        """The day, for a ladder that was followed through another (date.min: not at all)."""
        if not self.latest or through == date.min:
            return self.day
        return through if self.replay_clock else max(self.day, through)


class Standings(Protocol):
    """Where members stand, read outside any lane."""

    async def read(
        self, wallet: MemberKey, homes: Sequence[str], ladders: Sequence[Ladder], when: AsOf
    ) -> MemberStandings:
        """As of the end of a day, without history."""

    async def set_by_hand(self, wallet: MemberKey, homes: Sequence[str]) -> Sequence[ManualTier]:
        """All tiers that were ever set by hand."""

    async def history(self, wallet: MemberKey, ladders: Sequence[Ladder], size: int) -> tuple[TierEntry, ...]:
        """So many records of each ladder, the newest first."""


class DueStanding(NamedTuple):
    """A member who is to be looked at, and the version its wallet has."""

    root: str
    version: int


class DueStandings(Protocol):
    """Members whose standing nobody has looked at."""

    async def due(
        self, program: str, buckets: Sequence[int], day: date, after: tuple[date, str], limit: int
    ) -> Sequence[tuple[date, DueStanding]]:
        """A page of members whose tier changes up to a day by time alone, with that day, the longest overdue first."""

    async def walk(
        self, program: str, buckets: Sequence[int], ladders: Sequence[Ladder], after: tuple[int, str], limit: int
    ) -> tuple[Sequence[DueStanding], tuple[int, str] | None]:
        """Of a page of wallets behind (bucket, root) those with activity that were not followed on one of the ladders
        as it is; and the end of the page, None if there are no more wallets. What was followed on other ladders is
        forgotten."""

    async def any_followed(self, program: str, buckets: Sequence[int]) -> bool:
        """True if ladders were followed for members of the program."""

    async def forget(self, wallet: MemberKey) -> None:
        """Forgets how far ladders were followed for a member who was merged into another."""
