"""What is kept of a member between two looks, and when it is good for nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.following import (
    MOST_TURNS,
    UNFOLLOWED,
    KeptTrack,
    Look,
    follow,
    known_of,
    known_tier,
    mark_of,
    needed_from,
)
from ledger_service.domain.standing.history import RecordedTier
from ledger_service.domain.standing.ladder import Benefits, Ladder, Tier
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.window import Lifetime, Rolling
from tests.unit.ledger.standing.programs import ladder, points

LADDER = ladder(Rolling(1), [Tier("silver", 100), Tier("gold", 200)])
MARK = mark_of(LADDER, ["ann"])
JANUARY = date(2025, 1, 1)


def looked(kept: KeptTrack, *rows: DayActivity, position: int = 1, among: Ladder = LADDER) -> KeptTrack:
    changed = {row.day: row for row in rows}
    look = Look(changed, None, max(changed))
    return follow(among, kept, mark_of(among, ["ann"]), {}, (), look, position).kept


def test_a_mark_names_what_decides_and_whose_it_is() -> None:
    (version,) = LADDER.versions
    tiers = tuple(replace(tier, name="Shiny", benefits=Benefits(discount_basis_points=5)) for tier in version.tiers)
    renamed = Ladder("status", (replace(version, tiers=tiers),), "Fame")
    assert mark_of(renamed, ["ann"]) == MARK
    assert mark_of(LADDER, ["bo", "ann"]) == mark_of(LADDER, ["ann", "bo"]) != MARK
    assert mark_of(ladder(Rolling(2), version.tiers), ["ann"])[:16] != MARK[:16]


def test_what_was_kept_for_other_homes_is_followed_from_the_first_day() -> None:
    kept = looked(UNFOLLOWED, points(JANUARY, 100))
    later = JANUARY + timedelta(days=5)
    assert needed_from(LADDER, kept, MARK, later, None, later) > date(2024, 11, 1)
    assert needed_from(LADDER, kept, mark_of(LADDER, ["ann", "bo"]), later, None, later) < date(2020, 1, 1)


def test_of_many_turns_the_latest_are_kept_and_earlier_days_begin_anew() -> None:
    rows = [points(JANUARY + timedelta(days=60 * number), 100) for number in range(MOST_TURNS)]
    kept = looked(UNFOLLOWED, *rows)
    assert len(kept.track.turns) == MOST_TURNS
    assert kept.track.turns[0].day > JANUARY
    assert needed_from(LADDER, kept, MARK, JANUARY, None, JANUARY) < date(2020, 1, 1)


def test_a_tier_by_hand_from_before_the_turns_begins_anew() -> None:
    rows = [points(JANUARY + timedelta(days=60 * number), 100) for number in range(MOST_TURNS)]
    kept = looked(UNFOLLOWED, *rows)
    days = {row.day: row for row in rows}
    manual = [ManualTier("man", "status", "gold", JANUARY, None, "goodwill", "ben")]
    found = follow(LADDER, kept, MARK, days, manual, Look({}, JANUARY, kept.track.through), 2)
    assert [(one.day, one.tier) for one in found.kept.known] == [(JANUARY, "gold")]


def test_days_of_one_tier_are_known_as_one_run_however_often_they_were_recorded() -> None:
    records = [
        RecordedTier(1, date(2025, 1, 5), "silver", date(2025, 2, 5)),
        RecordedTier(2, date(2025, 1, 9), "silver", date(2025, 2, 9)),
        RecordedTier(3, date(2025, 1, 7), "gold", date(2025, 2, 7)),
        RecordedTier(3, date(2025, 2, 7), "silver", None),
    ]
    known = known_of(records)
    assert [(one.day, one.tier) for one in known] == [
        (date(2025, 1, 5), "silver"),
        (date(2025, 1, 7), "gold"),
        (date(2025, 2, 7), "silver"),
    ]
    assert known[-1].until is None
    kept = replace(UNFOLLOWED, known=known)
    tiers = [known_tier(kept, date(2025, 1, day)) for day in (4, 5, 8)]
    assert tiers == ["", "silver", "gold"]


@pytest.mark.parametrize("late", [JANUARY, date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 1)])
def test_a_look_never_goes_back_behind_the_last_day_that_was_seen(late: date) -> None:
    endless = ladder(Lifetime(), [Tier("silver", 100)])
    kept = looked(UNFOLLOWED, points(date(2025, 2, 1), 100), among=endless)
    days = {date(2025, 2, 1): points(date(2025, 2, 1), 100)}
    changed = {late: points(late, 100)}
    again = follow(endless, kept, mark_of(endless, ["ann"]), days, (), Look(changed, None, late), 2)
    assert again.kept.track.through == date(2025, 2, 1)
    assert again.standing.tier == "silver"
