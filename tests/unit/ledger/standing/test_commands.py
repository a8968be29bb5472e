"""What commands do to where their member stands: on each its own day, and what of that the event tells."""

from datetime import date, timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.standing.hold import Span
from ledger_service.domain.standing.ladder import Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import Points, Scope
from ledger_service.domain.standing.window import Rolling
from tests.support.pure_ledger import NOON, PureLedger, award, sold
from tests.support.pure_standing import buy, changes, climb, end_tier, follow, open_standing, set_tier, stands

TODAY = NOON.date()
LADDER = Ladder(
    "status",
    (
        LadderVersion(
            date(2020, 1, 1), Scope(), Points(), Rolling(12), (Tier("silver", 100), Tier("gold", 200)), Span(months=18)
        ),
    ),
)


@pytest.fixture
def ledger() -> PureLedger:
    ledger = PureLedger()
    climb(ledger, LADDER)
    return ledger


def test_a_sale_that_reaches_a_tier_tells_so(ledger: PureLedger) -> None:
    assert changes(buy(ledger, "ann", "one", TODAY, [sold(1, 10, "north")], [award(1, 99, "north")])) == []
    assert changes(buy(ledger, "ann", "two", TODAY, [sold(1, 10, "north")], [award(1, 1, "north")])) == [("", "silver")]
    assert stands(ledger, "ann").until == date(2027, 9, 2)


def test_bringing_it_back_takes_the_tier_back(ledger: PureLedger) -> None:
    buy(ledger, "ann", "one", TODAY, [sold(1, 1000, "north")], [award(1, 100, "north")])
    ledger.give_back("ann", "back", "one", {1: (ReturnBasis.AMOUNT, 1)})
    assert changes_of_last(ledger) == []
    ledger.give_back("ann", "more", "one", {1: (ReturnBasis.AMOUNT, 500)})
    assert changes_of_last(ledger) == [("silver", "")]


def test_a_late_sale_counts_on_its_own_day(ledger: PureLedger) -> None:
    early = TODAY - timedelta(days=400)
    buy(ledger, "ann", "now", TODAY, [sold(1, 10, "north")], [award(1, 1, "north")])
    assert changes(buy(ledger, "ann", "late", early, [sold(1, 10, "north")], [award(1, 100, "north")])) == [
        ("", "silver")
    ]
    known = open_standing(ledger, "ann").tracks["status"].known
    assert [(one.day, one.tier) for one in known] == [(early, "silver")]
    assert stands(ledger, "ann").day == TODAY


def test_a_day_without_a_change_is_no_news(ledger: PureLedger) -> None:
    buy(ledger, "ann", "one", TODAY, [sold(1, 10, "north")], [award(1, 100, "north")])
    with pytest.raises(Refusal, match="nothing is due"):
        follow(ledger, "ann", TODAY + timedelta(days=1))


def test_time_alone_takes_a_tier_on_its_day(ledger: PureLedger) -> None:
    buy(ledger, "ann", "one", TODAY, [sold(1, 10, "north")], [award(1, 100, "north")])
    kept = open_standing(ledger, "ann").tracks["status"]
    assert kept.changes == date(2027, 9, 2)
    assert changes(follow(ledger, "ann", date(2027, 9, 2))) == [("silver", "")]
    assert open_standing(ledger, "ann").tracks["status"].changes is None


def test_a_tier_set_by_hand_counts_from_its_day_on(ledger: PureLedger) -> None:
    start, end = TODAY + timedelta(days=5), TODAY + timedelta(days=10)
    assert changes(set_tier(ledger, "ann", "gold", start, end)) == []
    assert open_standing(ledger, "ann").tracks["status"].changes == start
    assert changes(follow(ledger, "ann", start)) == [("", "gold")]
    assert changes(follow(ledger, "ann", end)) == [("gold", "")]


def test_a_tier_set_by_hand_ends_when_somebody_says_so(ledger: PureLedger) -> None:
    applied = set_tier(ledger, "ann", "gold", TODAY)
    assert changes(applied) == [("", "gold")]
    manual_id = applied.event.subject_id
    ended = end_tier(ledger, "ann", manual_id, TODAY)
    assert changes(ended) == [("gold", "")]
    with pytest.raises(Refusal, match="no tier set by hand"):
        end_tier(ledger, "ann", manual_id, TODAY)


@pytest.mark.parametrize(("tier", "start", "why"), [("tin", TODAY, "no ladder"), ("gold", date(2026, 3, 1), "passed")])
def test_what_cannot_be_set_is_refused(ledger: PureLedger, tier: str, start: date, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        set_tier(ledger, "ann", tier, start)


def test_another_ladder_is_followed_anew(ledger: PureLedger) -> None:
    buy(ledger, "ann", "one", TODAY, [sold(1, 10, "north")], [award(1, 100, "north")])
    (version,) = LADDER.versions
    lower = Ladder("status", (LadderVersion(version.start, version.scope, Points(), Rolling(12), (Tier("gold", 50),)),))
    climb(ledger, lower)
    assert changes(follow(ledger, "ann", TODAY)) == [("silver", "gold")]


def test_a_program_without_ladders_keeps_days_all_the_same() -> None:
    ledger = PureLedger()
    applied = buy(ledger, "ann", "one", TODAY, [sold(1, 10, "north")], [award(1, 100, "north")])
    ((key, change),) = applied.changes.activity.items()
    assert (key.home, key.day, key.brand, key.currency, change) == ("ann", TODAY, "north", "USD", (10, 100, 100, 1))
    assert applied.changes.standing is None


def changes_of_last(ledger: PureLedger) -> list[tuple[str, str]]:
    return [(one.before, one.after) for one in ledger.events[-1].tier_changes]


def test_an_order_over_two_brands_is_noted_as_mixed() -> None:
    ledger = PureLedger()
    lines = [sold(1, 10, "north"), sold(2, 10, "peak")]
    assert list(buy(ledger, "ann", "one", TODAY, lines).changes.mixed.values()) == [1]
