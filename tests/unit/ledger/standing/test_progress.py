"""What is missing, what keeps a tier, and what is left otherwise."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.rounding import Ratio
from ledger_service.domain.standing.activity import DayActivity, of_homes
from ledger_service.domain.standing.hold import Fall, Hold, Span, YearEnd
from ledger_service.domain.standing.ladder import Comparison, Ladder, Tier
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.metric import DatedRate, Spend
from ledger_service.domain.standing.progress import Goal, Progress, progress_of
from ledger_service.domain.standing.standing import standing_of, standing_on
from ledger_service.domain.standing.timeline import START, advance
from ledger_service.domain.standing.window import Lifetime, Rolling, Window, Year
from tests.support.examples import examples
from tests.unit.ledger.standing.programs import PHARMACY, ladder, points, spent

TIERS = [Tier("silver", 100), Tier("gold", 200)]
NONE: tuple[ManualTier, ...] = ()


def progress(subject: Ladder, rows: list[DayActivity], day: date, manual: tuple[ManualTier, ...] = NONE) -> Progress:
    track = advance(subject, START, rows, day)
    return progress_of(subject, track, rows, manual, standing_of(subject, track, rows, manual))


def test_a_newcomer_of_a_year_has_all_of_it_to_go() -> None:
    assert progress(PHARMACY, [], date(2026, 3, 2)) == Progress(Goal("bronze", 250, date(2026, 12, 31)), None, "", None)


def test_a_status_of_last_year_is_kept_by_reaching_it_again_this_year() -> None:
    rows = [points(date(2025, 5, 1), 1_000), points(date(2026, 2, 1), 600)]
    assert progress(PHARMACY, rows, date(2026, 3, 2)) == Progress(
        None, Goal("gold", 400, date(2026, 12, 31)), "silver", date(2027, 1, 1)
    )


def test_a_status_of_this_year_is_kept_by_what_is_earned_in_the_next() -> None:
    rows = [points(date(2026, 2, 1), 600)]
    assert progress(PHARMACY, rows, date(2026, 3, 2)) == Progress(
        Goal("gold", 400, date(2026, 12, 31)), Goal("silver", 500, date(2027, 12, 31)), "", date(2028, 1, 1)
    )


def test_over_rolling_months_the_tier_is_kept_by_what_replaces_the_oldest_day() -> None:
    subject = ladder(Rolling(12), TIERS)
    rows = [points(date(2025, 5, 1), 70), points(date(2025, 8, 1), 60)]
    assert progress(subject, rows, date(2025, 9, 1)) == Progress(
        Goal("gold", 70, date(2026, 4, 30)), Goal("silver", 40, date(2026, 4, 30)), "", date(2026, 5, 1)
    )


def test_a_year_without_promise_begins_at_zero_and_is_kept_on_its_first_day_only() -> None:
    subject = ladder(Year(), TIERS)
    assert progress(subject, [points(date(2025, 5, 1), 130)], date(2025, 9, 1)) == Progress(
        Goal("gold", 70, date(2025, 12, 31)), Goal("silver", 100, date(2026, 1, 1)), "", date(2026, 1, 1)
    )


def test_for_life_there_is_no_hurry() -> None:
    subject = ladder(Lifetime(), TIERS)
    assert progress(subject, [points(date(2025, 5, 1), 130)], date(2025, 9, 1)) == Progress(
        Goal("gold", 70, None), None, "silver", None
    )


def test_what_is_missing_is_rounded_up() -> None:
    rates = (DatedRate("EUR", date(2020, 1, 1), Ratio(1, 3)),)
    subject = ladder(
        Lifetime(), [Tier("silver", 1_00), Tier("gold", 200, Comparison.ABOVE)], metric=Spend("USD", rates)
    )
    goal = progress(subject, [spent(date(2026, 1, 1), 2_00, "EUR")], date(2026, 1, 1)).next
    assert goal == Goal("silver", 34, None)
    goal = progress(subject, [spent(date(2026, 1, 1), 2_00)], date(2026, 1, 1)).next
    assert goal == Goal("gold", 1, None)


def test_a_tier_by_hand_is_kept_by_earning_it() -> None:
    subject = ladder(Rolling(12), TIERS)
    lifted = ManualTier("man", "status", "gold", date(2025, 1, 1), date(2025, 7, 1), "kept waiting", "ben")
    rows = [points(date(2025, 2, 1), 130)]
    assert progress(subject, rows, date(2025, 3, 1), (lifted,)) == Progress(
        None, Goal("gold", 70, date(2025, 6, 30)), "silver", date(2025, 7, 1)
    )


def test_where_other_terms_begin_nothing_is_said_of_keeping() -> None:
    first, second = (
        ladder(Rolling(12), [Tier("silver", least)], start=start).versions[0]
        for least, start in ((100, date(2025, 1, 1)), (200, date(2026, 1, 1)))
    )
    subject = Ladder("status", (first, second))
    assert progress(subject, [points(date(2025, 5, 1), 100)], date(2025, 9, 1)) == Progress(
        None, None, "", date(2026, 1, 1)
    )


def test_where_the_next_tier_is_nearer_it_is_what_keeps() -> None:
    subject = ladder(Rolling(12), TIERS, hold=Span(months=3))
    # On 1 December 2024 silver asks for 100 anew; 99 the day before make 200, which is gold for three months.
    assert progress(subject, [points(date(2023, 12, 1), 101)], date(2023, 12, 1)).keep == Goal(
        "gold", 99, date(2024, 11, 30)
    )


windows = st.sampled_from([Rolling(1), Rolling(2), Rolling(12), Year(), Year(4)])
holds = st.sampled_from([Span(), Span(days=1), Span(days=20), Span(months=3), YearEnd(), YearEnd(years=1)])
some_points = st.tuples(st.dates(date(2023, 12, 1), date(2025, 3, 5)), st.integers(1, 130))


@settings(max_examples=examples(16), deadline=None)
@given(windows, holds, st.lists(some_points, min_size=1, max_size=6), st.integers(0, 60))
def test_what_is_missing_lifts_or_keeps_and_one_less_does_not(
    window: Window, hold: Hold, earned: list[tuple[date, int]], later: int
) -> None:
    subject = ladder(window, TIERS, hold=hold, fall=Fall())
    rows = list(of_homes([[points(day, some)] for day, some in earned]))
    day = rows[-1].day + timedelta(days=later)
    told = progress(subject, rows, day)

    def tier(goal: Goal, when: date, more: int, on: date) -> str:
        return standing_on(subject, of_homes([rows, [points(when, goal.missing + more)]]), (), on).tier

    if told.next is not None:
        assert tier(told.next, day, 0, day) == told.next.tier != tier(told.next, day, -1, day)
    if told.keep is not None and told.keep.by is not None and told.projected_day is not None:
        rank, before = subject.versions[0].rank, standing_on(subject, rows, (), day).tier
        kept = tier(told.keep, told.keep.by, 0, told.projected_day)
        assert rank(kept) >= rank(told.keep.tier) >= rank(before)
        assert rank(tier(told.keep, told.keep.by, -1, told.projected_day)) < rank(before)
    assert told.projected_day is None or (
        standing_on(subject, rows, (), told.projected_day).tier == told.projected_tier
    )
