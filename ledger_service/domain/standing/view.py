"""Where a member stands on a ladder, with all that is shown of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.ladder import Benefits, Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.progress import Progress, progress_of
from ledger_service.domain.standing.standing import Standing, standing_of
from ledger_service.domain.standing.timeline import Track


@dataclass(frozen=True, slots=True)
class StandingView:
    """A standing with its progress, the tier's name for people and what the tier brings."""

    standing: Standing
    progress: Progress
    tier_name: str
    benefits: Benefits


def view_of(ladder: Ladder, track: Track, rows: Sequence[DayActivity], manual: Iterable[ManualTier]) -> StandingView:
    """The view as of the last day of a track; `rows` as for `standing_of`."""
    by_hand = tuple(manual)
    standing = standing_of(ladder, track, rows, by_hand)
    version = ladder.at(standing.day)
    tier = version.tier(standing.tier) if version else None
    return StandingView(
        standing=standing,
        progress=progress_of(ladder, track, rows, by_hand, standing),
        tier_name=tier.name if tier else "",
        benefits=tier.benefits if tier else Benefits(),
    )
