"""The tier that is earned, from day to day.

The tier of a day is a fold over the days up to it, of the activity as it is known now. Each tier is a machine of its
own (`standing.turn`); the member has the highest that is not lost. Nothing happens between the days on which activity
begins or ceases to count, a promise or a grace ends, or a version begins: only those are looked at.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.ladder import ONE_DAY, Ladder, LadderVersion
from ledger_service.domain.standing.turn import PAST, Turn, stepped
from ledger_service.domain.standing.window import FOREVER, Lifetime, Window, begins_anew, counts_from, counts_until


@dataclass(frozen=True, slots=True)
class Track:
    """How far a ladder has been followed for one member: every day up to and with `through`. `total` is the meter's of
    that day; `turns` are the latest, the newest last, at least one. It holds nothing the activity does not tell."""

    through: date
    total: int
    turns: tuple[Turn, ...]

    @property
    def turn(self) -> Turn:
        """How things stand at the end of `through`."""
        return self.turns[-1]


START = Track(PAST, 0, (Turn(PAST),))
"""Nothing has been followed yet."""


def advance(ladder: Ladder, track: Track, rows: Sequence[DayActivity], day: date) -> Track:
    """Follows a ladder up to and with `day`. `rows` by day, from `rows_from` on; those of days that were followed
    before are as they were then (else `rewound` first)."""
    if day <= track.through:
        return track
    total, turns = track.total, list(track.turns)
    for event in events(ladder, track, rows, day):
        total = event.total
        if event.turn is not turns[-1]:
            turns.append(event.turn)
    return Track(day, total, tuple(turns))


def rewound(ladder: Ladder, track: Track, rows: Sequence[DayActivity], day: date) -> Track:
    """The track as it was at the end of the day before `day`, whose activity is about to change. `rows` by day, from
    `rows_from` on, as they were when they were followed. Where the turns do not reach back so far: START."""
    if day > track.through:
        return track
    turns = tuple(turn for turn in track.turns if turn.day < day)
    if not turns:
        return START
    return Track(day - ONE_DAY, _total_before(ladder, track, rows, day - ONE_DAY), turns)


def rows_from(ladder: Ladder, track: Track, day: date) -> date:
    """The first day whose activity is asked for when that of `day` or later days changes: to go back if needed, and to
    follow the ladder on from there, however far."""
    base = track if day > track.through else _kept_before(track, day)
    now = ladder.at(base.through)
    firsts = [counts_from(one.window, one.start) for one in ladder.versions if base.through < one.start]
    if now is not None:
        # What never ceases to count is in the total already.
        lasting = isinstance(now.window, Lifetime) and now is ladder.at(track.through)
        firsts.append(base.through + ONE_DAY if lasting else counts_from(now.window, base.through))
    return min(firsts)


def _kept_before(track: Track, day: date) -> Track:
    """Where `rewound` goes back to, but for its total."""
    return Track(day - ONE_DAY, 0, track.turns) if track.turns[0].day < day else START


def _total_before(ladder: Ladder, track: Track, rows: Sequence[DayActivity], day: date) -> int:
    """The total of an earlier day, by taking off what began to count since and adding what ceased to."""
    version = ladder.at(day)
    if version is None:
        return 0
    worth = version.meter.worth
    first, behind = _counting(version, rows, day)
    if version is not ladder.at(track.through):
        return sum(worth(row) for row in rows[first:behind])
    later, now = _counting(version, rows, track.through)
    begun, ceased = rows[max(behind, later) : now], rows[first : min(later, behind)]
    return track.total - sum(worth(row) for row in begun) + sum(worth(row) for row in ceased)


# --- the walk


@dataclass(frozen=True, slots=True)
class Event:
    """A day on which something begins or ceases to count, with the total and the turn of its end."""

    day: date
    total: int
    turn: Turn


def events(ladder: Ladder, track: Track, rows: Sequence[DayActivity], end: date | None = None) -> Iterator[Event]:
    """What happens behind a track, day by day, if nothing is recorded but `rows`: up to and with `end`, or (None) until
    the tier cannot change any more, as promises may be given again and again for ever."""
    through, total, turn = track.through, track.total, track.turn
    for version, last in ladder.spans(through):
        if end is not None and end < version.start:
            return
        if version.start > through:
            first, behind = _counting(version, rows, version.start)
            total = sum(version.meter.worth(row) for row in rows[first:behind])
            turn = stepped(version, turn, version.start, version.rank_of(total))
            through = version.start
            yield Event(through, total, turn)
        last = last if end is None else min(last, end)
        for event in _within(version, Event(through, total, turn), rows, last, ahead=end is None):
            total, turn = event.total, event.turn
            yield event
        through = last


def _within(
    version: LadderVersion, now: Event, rows: Sequence[DayActivity], last: date, ahead: bool
) -> Iterator[Event]:
    """The events of one version, behind `now` and up to `last`; without an end only while a tier may yet be lost.
    `ahead`: what happens while there is no tier to be lost, and nothing to come, is left out."""
    window, worth = version.window, version.meter.worth
    day, total, turn = now.day, now.total, now.turn
    oldest, entering = _counting(version, rows, day)
    met, timer = turn.met, turn.timer(day)
    while True:
        enters = rows[entering].day if entering < len(rows) else FOREVER
        leaves = counts_until(window, rows[oldest].day) if oldest < entering else FOREVER
        day = min(enters, leaves, timer)
        if day > last or day == FOREVER:
            return
        if enters == leaves == last == FOREVER and turn.is_settled:
            return
        if ahead and enters == FOREVER and not turn.states:
            return
        while entering < len(rows) and rows[entering].day <= day:
            total += worth(rows[entering])
            entering += 1
        if oldest < entering and counts_until(window, rows[entering - 1].day) <= day:
            total, oldest = 0, entering
        while oldest < entering and counts_until(window, rows[oldest].day) <= day:
            total -= worth(rows[oldest])
            oldest += 1
        rank = version.rank_of(total)
        if rank != met or day >= timer or begins_anew(window, day):
            turn = stepped(version, turn, day, rank)
            met, timer = rank, turn.timer(day)
        yield Event(day, total, turn)


def first_counting(window: Window, rows: Sequence[DayActivity], day: date) -> int:
    """The place in `rows` of the oldest that counts on a day, or later."""
    return bisect_right(rows, day, key=lambda row: counts_until(window, row.day))


def _counting(version: LadderVersion, rows: Sequence[DayActivity], day: date) -> tuple[int, int]:
    """Which of `rows` count on a day: from the first place, up to and without the second."""
    return first_counting(version.window, rows, day), bisect_right(rows, day, key=lambda row: row.day)
