"""How long a tier is promised, and how it is lost."""

from datetime import date, timedelta

import pytest

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.hold import Fall, Forever, Hold, Span, YearEnd, hold_end
from ledger_service.domain.standing.ladder import Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import Points, Scope
from ledger_service.domain.standing.standing import next_change_day, standing_on
from ledger_service.domain.standing.timeline import START, advance, rewound, rows_from
from ledger_service.domain.standing.window import FOREVER, Lifetime, Rolling, Year
from tests.unit.ledger.standing.programs import ladder, points

TIERS = [Tier("silver", 100), Tier("gold", 200), Tier("black", 300)]
DAY = timedelta(days=1)


def tiers(subject: Ladder, rows: list[DayActivity], *some: date) -> list[str]:
    return [standing_on(subject, rows, (), day).tier for day in some]


@pytest.mark.parametrize(
    ("hold", "day", "end"),
    [
        (Span(), date(2024, 2, 29), date(2024, 2, 29)),
        (Span(months=12), date(2024, 2, 29), date(2025, 2, 28)),
        (Span(months=1, days=1), date(2024, 1, 31), date(2024, 3, 1)),
        (YearEnd(), date(2024, 12, 31), date(2025, 1, 1)),
        (YearEnd(), date(2025, 1, 1), date(2026, 1, 1)),
        (YearEnd(years=1), date(2024, 1, 1), date(2026, 1, 1)),
        (YearEnd(years=1, months=2), date(2022, 7, 1), date(2024, 3, 1)),
        (YearEnd(first_month=4), date(2025, 3, 31), date(2025, 4, 1)),
        (YearEnd(first_month=4), date(2025, 4, 1), date(2026, 4, 1)),
        (Forever(), date(2024, 2, 29), FOREVER),
        (Span(months=12), date(9999, 6, 1), FOREVER),
        (YearEnd(years=1), date(9999, 6, 1), FOREVER),
    ],
)
def test_a_promise_ends_on(hold: Hold, day: date, end: date) -> None:
    assert hold_end(hold, day) == end


def test_at_once_a_tier_falls_to_what_is_met() -> None:
    subject = ladder(Rolling(12), TIERS)
    rows = [points(date(2025, 1, 10), 200), points(date(2025, 6, 1), 100)]
    assert tiers(subject, rows, date(2026, 1, 9), date(2026, 1, 10), date(2026, 6, 1)) == ["black", "silver", ""]


def test_steps_lead_down_one_at_a_time() -> None:
    subject = ladder(Year(), TIERS, hold=YearEnd(years=1), fall=Fall(step=YearEnd()))
    rows = [points(date(2022, 5, 1), 300)]
    some = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2026, 1, 1)]
    assert tiers(subject, rows, *some) == ["black", "gold", "gold", "silver", ""]


def test_grace_keeps_a_tier_and_what_is_earned_in_it_keeps_it_on() -> None:
    subject = ladder(Rolling(1), TIERS, fall=Fall(grace_days=10))
    rows = [points(date(2025, 1, 31), 100)]
    assert tiers(subject, rows, date(2025, 2, 27), date(2025, 3, 9), date(2025, 3, 10)) == ["silver", "silver", ""]
    more = [*rows, points(date(2025, 3, 9), 100)]
    assert standing_on(subject, more, (), date(2025, 3, 20)).since == date(2025, 1, 31)


def test_a_tier_for_ever_is_taken_back_only_with_its_sale() -> None:
    subject = ladder(Year(), TIERS, hold=Forever())
    assert standing_on(subject, [points(date(2022, 5, 1), 200)], (), date(2099, 1, 1)).until is None
    assert tiers(subject, [points(date(2022, 5, 1), 199)], date(2099, 1, 1)) == ["silver"]


def test_twelve_months_from_reaching_are_reviewed_at_their_end() -> None:
    subject = ladder(Rolling(12), TIERS, hold=Span(months=12))
    rows = [points(date(2025, 1, 10), 60), points(date(2025, 9, 1), 40)]
    assert standing_on(subject, rows, (), date(2025, 9, 1)).until == date(2026, 9, 1)
    assert tiers(subject, rows, date(2026, 8, 31), date(2026, 9, 1)) == ["silver", ""]
    # Met on every day since, and still on the day of the review.
    met = [points(date(2025, 9, 1), 100), points(date(2026, 8, 31), 99), points(date(2026, 9, 1), 1)]
    assert standing_on(subject, met, (), date(2026, 9, 1)).until == date(2027, 9, 1)


def test_a_tier_reached_again_is_promised_again_from_then() -> None:
    subject = ladder(Rolling(12), TIERS, hold=Span(months=12))
    rows = [points(date(2025, 1, 10), 60), points(date(2025, 9, 1), 40), points(date(2026, 5, 1), 60)]
    assert standing_on(subject, rows[:2], (), date(2026, 1, 10)).value == 40
    assert standing_on(subject, rows, (), date(2026, 5, 1)).until == date(2027, 5, 1)


def test_reached_again_in_the_new_year_counts_even_on_its_first_day() -> None:
    subject = ladder(Year(), TIERS, hold=Span(months=3))
    rows = [points(date(2025, 12, 31), 100), points(date(2026, 1, 1), 100)]
    assert standing_on(subject, rows, (), date(2026, 1, 1)).until == date(2027, 1, 1)


def test_a_late_upload_reaches_a_tier_on_its_own_day() -> None:
    subject = ladder(Year(), TIERS, hold=YearEnd(years=1))
    rows = [points(date(2025, 12, 30), 100)]
    late = standing_on(subject, rows, (), date(2026, 1, 3))
    assert (late.tier, late.since, late.until) == ("silver", date(2025, 12, 30), date(2027, 1, 1))


def test_a_new_version_judges_old_activity_and_keeps_old_promises() -> None:
    first, second = date(2025, 1, 1), date(2026, 1, 1)
    old = LadderVersion(first, Scope(), Points(), Rolling(12), (Tier("silver", 100),), Span(months=9))
    new = LadderVersion(second, Scope(), Points(), Lifetime(), (Tier("silver", 500), Tier("gold", 600)))
    subject = Ladder("status", (old, new))
    rows = [points(date(2024, 6, 1), 80), points(date(2025, 12, 1), 20), points(date(2025, 12, 2), 80)]
    assert tiers(subject, rows, date(2025, 12, 2), second, date(2026, 9, 1), date(2026, 9, 2)) == [
        "silver",
        "silver",
        "silver",
        "",
    ]
    grown = [*rows, points(date(2026, 1, 1), 420)]
    assert tiers(subject, grown, date(2026, 1, 1)) == ["gold"]


def test_a_tier_that_a_new_version_does_not_have_is_gone() -> None:
    versions = [
        LadderVersion(
            date(year, 1, 1), Scope(), Points(), Lifetime(), (Tier(name, 100),), Forever(), Fall(step=Forever())
        )
        for year, name in ((2025, "gold"), (2026, "ruby"))
    ]
    subject = Ladder("status", tuple(versions))
    rows = [points(date(2025, 5, 1), 100)]
    assert tiers(subject, rows, date(2025, 12, 31), date(2026, 1, 1)) == ["gold", "ruby"]
    assert standing_on(subject, rows, (), date(2025, 12, 31)).until == date(2026, 1, 1)


def test_the_daily_round_looks_only_at_whom_the_day_changes() -> None:
    subject = ladder(Rolling(12), TIERS)
    rows = [points(date(2025, 1, 10), 50), points(date(2025, 2, 10), 100)]
    track = advance(subject, START, rows, date(2025, 3, 1))
    # On 10 January the figure sinks from 150 to 100, which still is silver.
    assert next_change_day(subject, track, rows, ()) == date(2026, 2, 10)


def test_a_tier_that_nothing_ends_needs_no_round() -> None:
    subject = ladder(Lifetime(), TIERS, hold=Span(days=1))
    rows = [points(date(2025, 1, 10), 300)]
    assert next_change_day(subject, advance(subject, START, rows, date(2025, 3, 1)), rows, ()) is None
    assert next_change_day(subject, START, (), ()) is None


def test_a_promise_is_given_again_while_nothing_is_bought() -> None:
    subject = ladder(Lifetime(), TIERS, hold=Span(months=3))
    rows = [points(date(2025, 1, 10), 100)]
    turn = advance(subject, START, rows, date(2025, 8, 1)).turn
    assert (turn.day, turn.states[0].until) == (date(2025, 7, 10), date(2025, 10, 10))


def test_a_tier_ends_where_a_version_begins_that_does_not_have_it_even_if_a_higher_one_is_held_by_then() -> None:
    old = LadderVersion(date(2025, 1, 1), Scope(), Points(), Lifetime(), (Tier("silver", 1), Tier("gold", 5)))
    new = LadderVersion(date(2026, 1, 1), Scope(), Points(), Lifetime(), (Tier("gold", 5),))
    rows = [points(date(2025, 5, 1), 1), points(date(2025, 6, 1), 4)]
    standing = standing_on(Ladder("status", (old, new)), rows, (), date(2025, 5, 1))
    assert (standing.changes, standing.until) == (date(2025, 6, 1), date(2026, 1, 1))


def test_a_return_takes_back_the_tier_that_its_sale_reached_and_the_promise_with_it() -> None:
    subject = ladder(Year(), TIERS, hold=YearEnd(years=1))
    sold, today = date(2025, 5, 1), date(2025, 8, 1)
    rows = [points(date(2025, 2, 1), 100), points(sold, 100)]
    track = advance(subject, START, rows, today)
    assert (track.turn.tier, track.total) == ("gold", 200)
    back = rewound(subject, track, [row for row in rows if row.day >= rows_from(subject, track, sold)], sold)
    assert (back.turn.tier, back.total, back.through) == ("silver", 100, date(2025, 4, 30))
    assert advance(subject, back, rows[:1], today) == advance(subject, START, rows[:1], today)


def test_going_back_counts_again_what_has_ceased_to_count_since() -> None:
    subject = ladder(Rolling(1), TIERS)
    rows = [points(date(2025, 1, 10), 60), points(date(2025, 2, 5), 50)]
    late = date(2025, 1, 20)
    track = advance(subject, START, rows, date(2025, 3, 1))
    back = rewound(subject, track, [row for row in rows if row.day >= rows_from(subject, track, late)], late)
    assert (track.total, back.total) == (50, 60)
    grown = [rows[0], points(late, 40), rows[1]]
    assert advance(subject, back, grown, date(2025, 3, 1)) == advance(subject, START, grown, date(2025, 3, 1))
