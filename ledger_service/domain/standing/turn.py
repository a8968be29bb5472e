"""What becomes of each tier of a member on one day: it is met, or promised, or in grace, or lost."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger_service.domain.standing.hold import hold_end
from ledger_service.domain.standing.ladder import ONE_DAY, LadderVersion
from ledger_service.domain.standing.window import FOREVER, begins_anew

PAST = date.min
"""Stands for "no promise" and "no grace"."""


@dataclass(frozen=True, slots=True)
class TierState:
    """A tier that a member has, if only below another: it is met, promised for the days before `until`, or in grace for
    those before `lapses`."""

    tier: str
    qualifies: bool
    until: date = PAST
    lapses: date = PAST

    def is_alive(self, day: date) -> bool:
        """True if it is met or promised on a day, and not in grace only."""
        return self.qualifies or day < self.until

    def is_held(self, day: date) -> bool:
        """True if the member has it on a day, as long as nothing changes before."""
        return self.is_alive(day) or day < self.lapses


@dataclass(frozen=True, slots=True)
class Turn:
    """How things stand from `day` to the next turn: the highest tier (empty: none), the day since which it has been
    that, and the state of every tier that the member has, the lowest first."""

    day: date
    tier: str = ""
    since: date | None = None
    states: tuple[TierState, ...] = ()

    def timer(self, day: date) -> date:
        """The next day after `day` on which a promise or a grace ends."""
        ends = (end for state in self.states for end in (state.until, state.lapses) if end > day)
        return min(ends, default=FOREVER)

    @property
    def met(self) -> int:
        """How many tiers are met; they are the lowest."""
        return sum(state.qualifies for state in self.states)

    @property
    def is_settled(self) -> bool:
        """True if no tier is lost by the passing of time alone."""
        return all(state.qualifies or state.until == FOREVER for state in self.states)


def stepped(version: LadderVersion, before: Turn, day: date, rank: int) -> Turn:
    """How things stand at the end of a day on which the total meets `rank` tiers; `before` itself if as before."""
    known = {state.tier: state for state in before.states}
    states = {
        place: _tier_stepped(version, known.get(tier.tier_id), tier.tier_id, day, place <= rank)
        for place, tier in enumerate(version.tiers, 1)
        if place <= rank or tier.tier_id in known
    }
    held = {place: state for place, state in states.items() if state.is_held(day)}
    top, below = max(held, default=0), version.rank(before.tier) - 1
    if version.fall.step is not None and top < below:
        top, landing = below, version.tiers[below - 1].tier_id
        held[top] = TierState(landing, qualifies=False, until=hold_end(version.fall.step, day))
    tier = version.tiers[top - 1].tier_id if top else ""
    if tuple(held.values()) == before.states and tier == before.tier:
        return before
    since = before.since if tier == before.tier else day
    # A landing lies above all the others, so the order of places is kept.
    return Turn(day, tier, since if tier else None, tuple(held.values()))


def _tier_stepped(version: LadderVersion, was: TierState | None, tier: str, day: date, qualifies: bool) -> TierState:
    """A tier at the end of a day. It is reached when the metric comes to meet it, in a window that begins anew, and
    when it is still met as its promise ends; each time the promise is given again."""
    was = was or TierState(tier, qualifies=False)
    reached = qualifies and (not was.qualifies or day >= was.until or begins_anew(version.window, day))
    until = max(was.until, hold_end(version.hold, day)) if reached else was.until
    until = until if until > day else PAST
    if qualifies or day < until:
        return replace(was, qualifies=qualifies, until=until, lapses=PAST)
    lapses = was.lapses
    if was.is_alive(day - ONE_DAY):
        grace = timedelta(days=version.fall.grace_days)
        lapses = day + grace if grace < FOREVER - day else FOREVER
    return replace(was, qualifies=False, until=PAST, lapses=lapses)
