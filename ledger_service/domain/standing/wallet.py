"""What is at hand of where a member stands, while a batch changes it, and what one command changes of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.following import KeptTrack
from ledger_service.domain.standing.history import RecordedTier
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.window import FOREVER


@dataclass(frozen=True, slots=True)
class TierChange:
    """A member's tier that a command changed; empty: none. `until`: the first day of another one if nothing more is
    earned; None: none is in sight."""

    ladder_id: str
    before: str
    after: str
    until: date | None


@dataclass(frozen=True, slots=True)
class HomeTier:
    """A tier set by hand, and the home it was set for."""

    home: str
    manual: ManualTier


@dataclass(frozen=True, slots=True)
class StandingChanges:
    """What a command changes of where a member stands: tracks and records by ladder, days of activity, tiers set by
    hand by id. `post_time` and the place in the log are what records tell."""

    tracks: Mapping[str, KeptTrack]
    records: Mapping[str, tuple[RecordedTier, ...]]
    days: Mapping[date, DayActivity]
    manual: Mapping[str, HomeTier]
    tier_changes: tuple[TierChange, ...]
    post_time: datetime
    partition: int
    position: int


@dataclass(frozen=True, slots=True)
class WalletStanding:
    """Where a member stands: tracks by ladder, tiers set by hand by id, and the activity of all homes by day, from
    `since` on (FOREVER: none was read)."""

    tracks: Mapping[str, KeptTrack] = field(default_factory=dict)
    manual: Mapping[str, HomeTier] = field(default_factory=dict)
    days: Mapping[date, DayActivity] = field(default_factory=dict)
    since: date = FOREVER

    def with_changes(self, changes: StandingChanges) -> "WalletStanding":
        """As it is after a command."""
        return replace(
            self,
            tracks={**self.tracks, **changes.tracks},
            manual={**self.manual, **changes.manual},
            days={day: row for day, row in {**self.days, **changes.days}.items() if not row.is_empty},
        )

    def with_older(self, days: Mapping[date, DayActivity], since: date) -> "WalletStanding":
        """With days that were read from `since` on; those from the former `since` on stay as they are."""
        older = {day: row for day, row in days.items() if day < self.since}
        return replace(self, days={**older, **self.days}, since=min(since, self.since))
