"""The standing of a member on a ladder on a day: what the wallet shows, and what an order of that day is judged by.

The standing of a day counts all activity of the days before and of the day itself as far as it is known. An order is
judged before its own activity is added: by the standing on the local date of its place, of what was recorded before it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier, highest_by_hand, of_ladder
from ledger_service.domain.standing.timeline import START, Track, advance, events
from ledger_service.domain.standing.window import FOREVER


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands on `day`. `tier` is the higher of `earned_tier` and that of `manual` (empty: none);
    `manual` is set where a tier by hand lifts it. `since`: the first day of what gives the tier. `until`: the first day
    of a lower tier, or of a version that does not have this one, if nothing more is recorded; None: none is in sight.
    `changes`: likewise of any other tier, the next on which the member must be looked at. `value` is the metric's
    figure in whole units, rounded down."""

    ladder_id: str
    day: date
    tier: str
    since: date | None
    until: date | None
    changes: date | None
    earned_tier: str
    earned_since: date | None
    manual: ManualTier | None
    value: int


def standing_on(ladder: Ladder, activity: Sequence[DayActivity], manual: Iterable[ManualTier], day: date) -> Standing:
    """The standing on a day, from all activity of the wallet's homes, by day."""
    return standing_of(ladder, advance(ladder, START, activity, day), activity, manual)


def standing_of(ladder: Ladder, track: Track, rows: Sequence[DayActivity], manual: Iterable[ManualTier]) -> Standing:
    """The standing on the last day of a track; `rows` as for `advance`."""
    day, turn, version = track.through, track.turn, ladder.at(track.through)
    mine = of_ladder(ladder, manual)
    tier = shown_tier(ladder, turn.tier, mine, day)
    changes, until = _foreseen(ladder, track, rows, mine, tier)
    lifted = highest_by_hand(version, mine, day) if version and tier != turn.tier else None
    starts = [one.start for one in mine if one.counts(day) and one.tier == tier]
    starts += [turn.since] if turn.tier == tier and turn.since else []
    return Standing(
        ladder_id=ladder.ladder_id,
        day=day,
        tier=tier,
        since=min(starts) if tier else None,
        until=until,
        changes=changes,
        earned_tier=turn.tier,
        earned_since=turn.since,
        manual=lifted,
        value=version.meter.shown(track.total) if version else 0,
    )


def next_change_day(
    ladder: Ladder, track: Track, rows: Sequence[DayActivity], manual: Iterable[ManualTier]
) -> date | None:
    """The first day behind a track on which the tier is another one if nothing more is recorded; None: never. Whoever
    has no change today need not be looked at today."""
    mine = of_ladder(ladder, manual)
    return _foreseen(ladder, track, rows, mine, shown_tier(ladder, track.turn.tier, mine, track.through))[0]


def shown_tier(ladder: Ladder, earned: str, manual: Iterable[ManualTier], day: date) -> str:
    """The higher of what is earned and what was set by hand."""
    version = ladder.at(day)
    if version is None:
        return ""
    lifted = highest_by_hand(version, manual, day)
    return lifted.tier if lifted and version.rank(lifted.tier) > version.rank(earned) else earned


def tiers_ahead(
    ladder: Ladder, track: Track, rows: Sequence[DayActivity], manual: Sequence[ManualTier]
) -> Iterator[tuple[date, str]]:
    """The tier shown on each day behind a track on which it may change if nothing more is recorded. `manual` are this
    ladder's."""
    bounds = sorted({day for one in manual for day in (one.start, one.ends) if track.through < day < FOREVER})
    earned, starts = track.turn.tier, {version.start for version in ladder.versions}
    for event in events(ladder, track, rows):
        if event.turn.tier == earned and not manual and event.day not in starts:
            continue
        while bounds and bounds[0] < event.day:
            day = bounds.pop(0)
            yield day, shown_tier(ladder, earned, manual, day)
        earned = event.turn.tier
        yield event.day, shown_tier(ladder, earned, manual, event.day)
    for day in bounds:
        yield day, shown_tier(ladder, earned, manual, day)


def _foreseen(
    ladder: Ladder, track: Track, rows: Sequence[DayActivity], manual: Sequence[ManualTier], tier: str
) -> tuple[date | None, date | None]:
    """The first later days on which `tier` is not shown, and on which a lower one is."""
    changes: date | None = None
    for day, other in tiers_ahead(ladder, track, rows, manual):
        version = ladder.at(day)
        if other != tier and version is not None:
            changes = changes or day
            if not tier or not version.rank(tier) or version.rank(other) < version.rank(tier):
                return changes, day if tier else None
    return changes, None
