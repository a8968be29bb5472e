"""What a member still needs for the next tier, what keeps the present one, and which one is left otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.hold import hold_end
from ledger_service.domain.standing.ladder import ONE_DAY, Ladder, LadderVersion
from ledger_service.domain.standing.manual import ManualTier, of_ladder
from ledger_service.domain.standing.standing import Standing, shown_tier
from ledger_service.domain.standing.timeline import Track, advance, first_counting
from ledger_service.domain.standing.window import FOREVER, Year, counts_until, year_end


@dataclass(frozen=True, slots=True)
class Goal:
    """`missing` of the metric's units (at least 1) are to be earned for `tier`, up to and with the day `by`; None: it
    does not matter when."""

    tier: str
    missing: int
    by: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """`next` is None on the highest tier, `keep` where nothing is to be lost. `keep` tells what is to be earned beyond
    what is recorded so that no lower tier follows; its tier is a higher one where that is the shorter way.
    `projected_tier` is what is left from `projected_day` on if nothing more is earned; without a day the tier stays."""

    next: Goal | None
    keep: Goal | None
    projected_tier: str
    projected_day: date | None


def progress_of(
    ladder: Ladder, track: Track, rows: Sequence[DayActivity], manual: Iterable[ManualTier], standing: Standing
) -> Progress:
    """The progress beside a standing; `track`, `rows` and `manual` are what it was made of."""
    version, until = ladder.at(standing.day), standing.until
    if version is None:
        return Progress(None, None, "", None)
    projected, keep = standing.tier, None
    if until is not None:
        last = advance(ladder, track, rows, until - ONE_DAY)
        lost = advance(ladder, last, rows, until)
        projected = shown_tier(ladder, lost.turn.tier, of_ladder(ladder, manual), until)
        keep = _keep(ladder, last, lost, standing.tier)
    return Progress(_next(version, track, rows, standing), keep, projected, until)


def _next(version: LadderVersion, track: Track, rows: Sequence[DayActivity], standing: Standing) -> Goal | None:
    """What lifts the member by one tier today, and how long that figure is right: until something ceases to count."""
    place = version.rank(standing.tier)
    if place == len(version.tiers):
        return None
    missing = version.meter.units(version.thresholds[place] - track.total)
    return Goal(version.tiers[place].tier_id, missing, _as_it_is(version, rows, standing.day))


def _as_it_is(version: LadderVersion, rows: Sequence[DayActivity], day: date) -> date | None:
    """The last day on which all that counts today still counts."""
    if isinstance(version.window, Year):
        end = year_end(day, version.window.first_month)
    else:
        oldest = first_counting(version.window, rows, day)
        counts = oldest < len(rows) and rows[oldest].day <= day
        end = counts_until(version.window, rows[oldest].day) if counts else FOREVER
    return None if end == FOREVER else end - ONE_DAY


def _keep(ladder: Ladder, last: Track, lost: Track, tier: str) -> Goal | None:
    """The least that keeps a tier, or reaches a higher one that is kept then. None where other terms begin on the day
    on which it would be lost."""
    version = ladder.at(lost.through)
    if version is None or version is not ladder.at(last.through) or not version.rank(tier):
        return None
    places = range(version.rank(tier) - 1, len(version.tiers))
    return min((_kept(version, last, lost, place) for place in places), key=lambda goal: goal.missing)


def _kept(version: LadderVersion, last: Track, lost: Track, place: int) -> Goal:
    """What must be earned on the last day of a tier at the latest so that the tier of a place is had on the next; on
    that next day itself where nothing from before would count."""
    tier, needed, day = version.tiers[place].tier_id, version.thresholds[place], last.through
    if needed > last.total and hold_end(version.hold, day) > lost.through:
        return Goal(tier, version.meter.units(needed - last.total), day)
    counts_on = counts_until(version.window, day) > lost.through
    return Goal(tier, version.meter.units(needed - lost.total), day if counts_on else lost.through)
