"""What a command means for the standing of its member: sales that count otherwise, ladders followed on from there.

Where a program has no ladders only the days of members are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger_service.domain.apply.activity import changed_days, differences, sale_changes
from ledger_service.domain.apply.reading import Reading
from ledger_service.domain.changes import ActivityChange, ActivityKey, MixedKey
from ledger_service.domain.slice import NeedMore, NeedsStanding
from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.following import (
    UNFOLLOWED,
    Followed,
    Look,
    follow,
    mark_of,
    needed_from,
)
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.view import StandingView, view_of
from ledger_service.domain.standing.wallet import HomeTier, StandingChanges, TierChange, WalletStanding
from ledger_service.domain.standing.window import FOREVER


@dataclass(frozen=True, slots=True)
class Settled:
    """What a command adds to the days of homes, and what becomes of where the member stands (None: nothing)."""

    activity: dict[ActivityKey, ActivityChange]
    mixed: dict[MixedKey, int]
    standing: StandingChanges | None
    followed: Mapping[str, Followed]


def settle(draft: Reading, day: date | None) -> Settled:
    """See `Draft.settle`. NeedMore where the standing or the days it rests on were not read."""
    sales = sale_changes(draft)
    activity, mixed = differences(sales)
    looked = draft.home_tiers or (draft.ladders and (activity or mixed or day))
    if not looked:
        return Settled(activity, mixed, None, {})
    days = [change.before.day for change in sales]
    known = _read(draft, min(days, default=None), day)
    fresh = changed_days(known.days, sales)
    look = Look(fresh, _manual_from(known, draft.home_tiers), max(filter(None, [*days, day])))
    manual = _by_hand({**known.manual, **draft.home_tiers})
    followed = {
        ladder.ladder_id: follow(
            ladder,
            known.tracks.get(ladder.ladder_id, UNFOLLOWED),
            mark_of(ladder, draft.homes),
            known.days,
            manual,
            look,
            draft.wallet.version,
        )
        for ladder in draft.ladders
    }
    return Settled(activity, mixed, _changes(draft, followed, fresh), followed)


def view_after(draft: Reading, settled: Settled, ladder: Ladder) -> StandingView:
    """Where the member stands on a ladder once the command is done."""
    known = draft.standing_before or WalletStanding()
    days = {**known.days, **(settled.standing.days if settled.standing else {})}
    rows = [days[day] for day in sorted(days) if not days[day].is_empty]
    manual = _by_hand({**known.manual, **draft.home_tiers})
    return view_of(ladder, settled.followed[ladder.ladder_id].kept.track, rows, manual)


def since_for(
    ladders: Sequence[Ladder],
    known: WalletStanding,
    homes: Sequence[str],
    first: date | None,
    manual_from: date | None,
    day: date,
) -> date:
    """The first day whose activity is asked for to follow all ladders on, if that of `first` changes."""
    kept = ((ladder, known.tracks.get(ladder.ladder_id, UNFOLLOWED)) for ladder in ladders)
    return min(needed_from(ladder, one, mark_of(ladder, homes), first, manual_from, day) for ladder, one in kept)


def _read(draft: Reading, first: date | None, day: date | None) -> WalletStanding:
    """What is known of the member, far enough back."""
    known = draft.standing_before
    if known is None:
        raise NeedMore(NeedsStanding(draft.wallet.key, FOREVER))
    if not draft.ladders:
        return known
    manual_from = _manual_from(known, draft.home_tiers)
    since = since_for(draft.ladders, known, draft.homes, first, manual_from, day or first or date.min)
    if known.since > since:
        raise NeedMore(NeedsStanding(draft.wallet.key, since))
    return known


def _manual_from(known: WalletStanding, put: Mapping[str, HomeTier]) -> date | None:
    """The first day on which tiers set by hand look otherwise."""
    days: list[date] = []
    for manual_id, tier in put.items():
        before = known.manual.get(manual_id)
        days.append(min(tier.manual.ends, before.manual.ends) if before else tier.manual.start)
    return min(days, default=None)


def _by_hand(tiers: Mapping[str, HomeTier]) -> tuple[ManualTier, ...]:
    return tuple(tier.manual for _, tier in sorted(tiers.items()))


def _changes(draft: Reading, followed: Mapping[str, Followed], days: Mapping[date, DayActivity]) -> StandingChanges:
    return StandingChanges(
        tracks={ladder_id: one.kept for ladder_id, one in followed.items()},
        records={ladder_id: one.records for ladder_id, one in followed.items() if one.records},
        days=days,
        manual=dict(draft.home_tiers),
        tier_changes=tuple(
            TierChange(ladder_id, one.before, one.standing.tier, one.standing.until)
            for ladder_id, one in sorted(followed.items())
            if one.before != one.standing.tier
        ),
        post_time=draft.post_time,
        partition=draft.stamp.position.partition,
        position=draft.stamp.position.position,
    )
