"""Keeping up with a ladder: what is kept of a member between two looks, and one look.

A look goes back to before the first day that changes, takes the changed days in, follows the ladder on, and says what
is news. What is kept is a cache: a ladder that reads otherwise, or homes that came together, begin anew.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from chassis.values.integers import INT64_MAX
from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.history import RecordedTier, as_known, news
from ledger_service.domain.standing.ladder import ONE_DAY, Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.standing import Standing, standing_of
from ledger_service.domain.standing.timeline import START, Track, advance, rewound, rows_from
from ledger_service.domain.standing.window import FOREVER

MOST_TURNS = 16
"""So many turns are kept; what changes days before them is followed from the beginning."""


@dataclass(frozen=True, slots=True)
class KeptTrack:
    """A track as it is kept. `mark` names the ladder and the homes it was followed for. `changes` is the next day on
    which the tier is another by time alone. `known` is what is recorded of the tier, as the days look by now, one for
    each run of days with one tier; its last has the day of the next change as foreseen."""

    mark: bytes
    track: Track
    changes: date | None
    known: tuple[RecordedTier, ...]


UNFOLLOWED = KeptTrack(b"", START, None, ())
"""Nothing was followed and nothing is recorded."""


def mark_of(ladder: Ladder, homes: Iterable[str]) -> bytes:
    """Names a ladder, as far as it decides about tiers, and the homes whose activity it counts. 32 bytes, the ladder's
    in front."""
    return ladder.mark + sha256("\n".join(sorted(homes)).encode()).digest()[:16]


def known_of(records: Iterable[RecordedTier]) -> tuple[RecordedTier, ...]:
    """What records of one ladder come to, however many there are."""
    runs: list[RecordedTier] = []
    for record in sorted(records, key=lambda one: (one.position, one.day)):
        runs = _noted(runs, (record,))
    return tuple(runs)


def _noted(runs: Sequence[RecordedTier], records: Sequence[RecordedTier]) -> list[RecordedTier]:
    """The runs of days once later records say how the days from the first of them on look."""
    noted = list(runs[: bisect_left(runs, records[0].day, key=lambda one: one.day)]) if records else list(runs)
    for record in records:
        if noted and noted[-1].tier == record.tier:
            noted[-1] = replace(record, day=noted[-1].day)
        else:
            noted.append(record)
    return noted


def known_tier(kept: KeptTrack, day: date) -> str:
    """The recorded tier of a day; empty: none."""
    record = as_known(kept.known, INT64_MAX, day)
    return record.tier if record else ""


@dataclass(frozen=True, slots=True)
class Look:
    """What makes a look: the days that change, as they are from now on; the first day on which tiers set by hand look
    otherwise (None: as before); and the day up to which the ladder is followed at least."""

    changed: Mapping[date, DayActivity]
    manual_from: date | None
    day: date

    @property
    def first(self) -> date | None:
        """The first day whose activity changes."""
        return min(self.changed, default=None)


@dataclass(frozen=True, slots=True)
class Followed:
    """What a look comes to: what is kept now, where the member stands on the last day of the track, what is to be
    recorded, and the recorded tier of that day before."""

    kept: KeptTrack
    standing: Standing
    records: tuple[RecordedTier, ...]
    before: str


def needed_from(
    ladder: Ladder, kept: KeptTrack, mark: bytes, first: date | None, manual_from: date | None, day: date
) -> date:
    """The first day whose activity `follow` asks for if that of `first` changes (None: of no day)."""
    track = _base(kept, mark, manual_from)
    since = rows_from(ladder, track, first or max(day, _after(track.through)))
    return since if first is None else min(since, first)


def follow(
    ladder: Ladder,
    kept: KeptTrack,
    mark: bytes,
    days: Mapping[date, DayActivity],
    manual: Sequence[ManualTier],
    look: Look,
    position: int,
) -> Followed:
    """One look at a ladder. `days` are as they were before it, from `needed_from` on; `manual` as they are now;
    `position` is greater than any recorded before."""
    rows = [days[day] for day in sorted(days)]
    track = _base(kept, mark, look.manual_from)
    if look.first is not None:
        track = rewound(ladder, track, rows, look.first)
        now = {**days, **look.changed}
        rows = [now[day] for day in sorted(now) if not now[day].is_empty]
    track = advance(ladder, track, rows, max(look.day, kept.track.through))
    standing = standing_of(ladder, track, rows, manual)
    records = news(ladder, track, manual, standing, kept.known, position)
    fresh = KeptTrack(
        mark,
        replace(track, turns=track.turns[-MOST_TURNS:]),
        standing.changes,
        tuple(_noted(kept.known, records)),
    )
    return Followed(fresh, standing, records, known_tier(kept, standing.day))


def track_on(
    ladder: Ladder, kept: KeptTrack, mark: bytes, rows: Sequence[DayActivity], day: date
) -> tuple[Track, Sequence[DayActivity]]:
    """The track as of the end of a day, whenever that is, and the rows it was made of. `rows` by day, from
    `asked_from` on."""
    track = _base(kept, mark, None)
    if day < track.through:
        track = rewound(ladder, track, rows, day + ONE_DAY)
    return advance(ladder, track, rows, day), rows


def asked_from(ladder: Ladder, kept: KeptTrack, mark: bytes, day: date) -> date:
    """The first day whose activity `track_on` asks for."""
    return rows_from(ladder, _base(kept, mark, None), _after(day))


def _base(kept: KeptTrack, mark: bytes, manual_from: date | None) -> Track:
    """The track to go on from: none if it is another ladder's, or does not reach back to where tiers set by hand look
    otherwise."""
    if kept.mark != mark or (manual_from is not None and kept.track.turns[0].day > manual_from):
        return START
    return kept.track


def _after(day: date) -> date:
    return day + ONE_DAY if day < FOREVER else day
