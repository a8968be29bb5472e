"""What was known when of a member's tiers: appended to, never rewritten.

A command that changes what is known of past days records how the days look now, from the first that looks otherwise.
What was decided before stays as it was decided, and can be asked for: the tier of a day as known at a position.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier, of_ladder
from ledger_service.domain.standing.standing import Standing, shown_tier
from ledger_service.domain.standing.timeline import Track
from ledger_service.domain.standing.turn import PAST


@dataclass(frozen=True, slots=True)
class RecordedTier:
    """From `position` of the wallet's log on it is known that from `day` on the tier is `tier` (empty: none). `until`:
    the first day of another one, as foreseen then; None: none was in sight."""

    position: int
    day: date
    tier: str
    until: date | None


def as_known(history: Sequence[RecordedTier], position: int, day: date) -> RecordedTier | None:
    """What was known at a position of the tier of a day; None: nothing, hence no tier. Every batch of records begins
    with the first day that it changes, so the latest record of those for days up to `day` is the one that holds."""
    known = (one for one in history if one.position <= position and one.day <= day)
    return max(known, key=lambda one: (one.position, one.day), default=None)


def news(
    ladder: Ladder,
    track: Track,
    manual: Sequence[ManualTier],
    standing: Standing,
    history: Sequence[RecordedTier],
    position: int,
) -> tuple[RecordedTier, ...]:
    """The records to append at a position, greater than any in `history`; none if all looks as known. `standing` is
    that of the last day of `track`, the present one; the turns of the track reach back to the first day that may look
    otherwise, and what lies before them is as it was."""
    looks = [(day, _tier_on(ladder, track, manual, day)) for day in _days(ladder, track, manual, history)]
    fresh = [place for place, (day, tier) in enumerate(looks) if tier != _known(history, position, day)[0]]
    if not fresh and _known(history, position, standing.day) != (standing.tier, standing.until):
        fresh = [len(looks) - 1]
    return tuple(_runs(looks[fresh[0] :], standing.until, position)) if fresh else ()


def _days(ladder: Ladder, track: Track, manual: Sequence[ManualTier], history: Sequence[RecordedTier]) -> list[date]:
    """The days of a track on which the tier begins to look otherwise than before, or was known to; and its last."""
    days = {turn.day for turn in track.turns} | {record.day for record in history}
    days |= {version.start for version in ladder.versions}
    days |= {day for one in manual for day in (one.start, one.ends)} | {track.through}
    return sorted(day for day in days if track.turns[0].day <= day <= track.through and day != PAST)


def _tier_on(ladder: Ladder, track: Track, manual: Sequence[ManualTier], day: date) -> str:
    turn = track.turns[bisect_right(track.turns, day, key=lambda turn: turn.day) - 1]
    return shown_tier(ladder, turn.tier, of_ladder(ladder, manual), day)


def _known(history: Sequence[RecordedTier], position: int, day: date) -> tuple[str, date | None]:
    record = as_known(history, position, day)
    return (record.tier, record.until) if record else ("", None)


def _runs(looks: Sequence[tuple[date, str]], until: date | None, position: int) -> Iterator[RecordedTier]:
    """One record for each run of days with one tier; it ends where the next begins."""
    begins = [look for place, look in enumerate(looks) if place == 0 or look[1] != looks[place - 1][1]]
    ends = [*(day for day, _ in begins[1:]), until]
    return (RecordedTier(position, day, tier, end) for (day, tier), end in zip(begins, ends, strict=True))
