"""Tiers set by hand beside those that are earned."""

from datetime import date

import pytest

from ledger_service.domain.standing.hold import Span
from ledger_service.domain.standing.ladder import Tier
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.standing import next_change_day, standing_on
from ledger_service.domain.standing.timeline import START, advance
from ledger_service.domain.standing.window import Rolling
from tests.unit.ledger.standing.programs import ladder, points

LADDER = ladder(Rolling(12), [Tier("silver", 100), Tier("gold", 200)], hold=Span(months=18))
SPRING, SUMMER = date(2025, 3, 1), date(2025, 7, 1)


def by_hand(tier: str, start: date = SPRING, end: date | None = SUMMER, name: str = "man") -> ManualTier:
    return ManualTier(name, "status", tier, start, end, "kept waiting", "ben")


@pytest.mark.parametrize(
    ("day", "tier"), [(date(2025, 2, 28), ""), (SPRING, "gold"), (date(2025, 6, 30), "gold"), (SUMMER, "")]
)
def test_it_holds_from_its_first_day_to_the_day_before_its_end(day: date, tier: str) -> None:
    assert standing_on(LADDER, (), [by_hand("gold")], day).tier == tier


def test_the_higher_one_counts_and_what_was_earned_stays_with_its_own_promise() -> None:
    rows = [points(date(2025, 4, 1), 100)]
    lifted = standing_on(LADDER, rows, [by_hand("gold")], date(2025, 4, 1))
    assert (lifted.tier, lifted.earned_tier, lifted.until) == ("gold", "silver", SUMMER)
    assert lifted.manual == by_hand("gold")
    after = standing_on(LADDER, rows, [by_hand("gold")], SUMMER)
    assert (after.tier, after.since, after.until, after.manual) == ("silver", date(2025, 4, 1), date(2026, 10, 1), None)


def test_a_lower_one_changes_nothing_until_the_earned_one_falls() -> None:
    rows = [points(date(2025, 4, 1), 200)]
    endless = by_hand("silver", end=None)
    standing = standing_on(LADDER, rows, [endless], date(2025, 4, 1))
    assert (standing.tier, standing.manual, standing.until) == ("gold", None, date(2026, 10, 1))
    assert standing_on(LADDER, rows, [endless], date(2026, 10, 1)).manual == endless


def test_the_same_tier_earned_and_by_hand_dates_from_the_earlier() -> None:
    standing = standing_on(LADDER, [points(date(2025, 4, 1), 200)], [by_hand("gold")], date(2025, 4, 2))
    assert (standing.tier, standing.since, standing.manual) == ("gold", SPRING, None)


def test_one_that_begins_later_is_met_by_the_daily_round() -> None:
    track = advance(LADDER, START, (), date(2025, 1, 1))
    assert next_change_day(LADDER, track, (), [by_hand("gold")]) == SPRING
    track = advance(LADDER, START, (), SPRING)
    assert next_change_day(LADDER, track, (), [by_hand("gold"), by_hand("gold", SUMMER, None, "next")]) is None


def test_one_of_another_ladder_or_of_an_unknown_tier_counts_for_nothing() -> None:
    elsewhere = ManualTier("man", "other", "gold", SPRING, None, "kept waiting", "ben")
    assert standing_on(LADDER, (), [elsewhere, by_hand("ruby")], SPRING).tier == ""


@pytest.mark.parametrize("missing", ["tier", "reason", "approver"])
def test_it_names_tier_reason_and_approver(missing: str) -> None:
    words = {"tier": "gold", "reason": "kept waiting", "approver": "ben"} | {missing: ""}
    with pytest.raises(ValueError, match="names tier, reason and approver"):
        ManualTier("man", "status", words["tier"], SPRING, None, words["reason"], words["approver"])


def test_it_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        by_hand("gold", SUMMER, SPRING)


def test_one_that_ends_on_the_day_on_which_it_was_to_begin_never_counts() -> None:
    assert standing_on(LADDER, (), [by_hand("gold", SPRING, SPRING)], SPRING).tier == ""


def test_one_that_ends_on_the_day_on_which_its_tier_is_earned_ends_nothing() -> None:
    rows = [points(SUMMER, 200)]
    track = advance(LADDER, START, rows, SPRING)
    assert next_change_day(LADDER, track, rows, [by_hand("gold")]) == date(2027, 1, 1)
