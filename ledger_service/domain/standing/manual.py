"""Tiers set by hand: for a reason, by somebody's approval, for a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger_service.domain.standing.ladder import Ladder, LadderVersion
from ledger_service.domain.standing.window import FOREVER


@dataclass(frozen=True, slots=True)
class ManualTier:
    """The member has at least `tier` of a ladder from `start` on and before `end` (None: until it is taken back). It
    changes nothing of what is earned meanwhile; the higher one counts. One that ends on the day it was to begin never
    counts."""

    manual_id: str
    ladder_id: str
    tier: str
    start: date
    end: date | None
    reason: str
    approver: str

    def __post_init__(self) -> None:
        if not (self.tier and self.reason and self.approver):
            raise ValueError("a tier set by hand names tier, reason and approver")
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a tier set by hand does not end before it begins: {self.start} to {self.end}")

    @property
    def ends(self) -> date:
        """The first day without it."""
        return FOREVER if self.end is None else self.end

    def counts(self, day: date) -> bool:
        """True if it is in force on a day."""
        return self.start <= day < self.ends


def of_ladder(ladder: Ladder, manual: Iterable[ManualTier]) -> list[ManualTier]:
    """Those of one ladder."""
    return [one for one in manual if one.ladder_id == ladder.ladder_id]


def highest_by_hand(version: LadderVersion, manual: Iterable[ManualTier], day: date) -> ManualTier | None:
    """The highest that is in force on a day; of equals the one in force the longest, then by id. One that names a tier
    the version does not have counts for nothing."""
    counting = [one for one in manual if one.counts(day) and version.rank(one.tier)]
    return min(counting, key=lambda one: (-version.rank(one.tier), one.start, one.manual_id), default=None)
