"""What was known when."""

from datetime import date

from ledger_service.domain.standing.activity import DayActivity
from ledger_service.domain.standing.history import RecordedTier, as_known, news
from ledger_service.domain.standing.ladder import Tier
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.standing import standing_of
from ledger_service.domain.standing.timeline import START, advance
from ledger_service.domain.standing.window import Rolling
from tests.unit.ledger.standing.programs import ladder, points

LADDER = ladder(Rolling(12), [Tier("silver", 100), Tier("gold", 200)])
MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)


def told(
    rows: list[DayActivity], day: date, history: tuple[RecordedTier, ...], position: int
) -> tuple[RecordedTier, ...]:
    track = advance(LADDER, START, rows, day)
    return (*history, *news(LADDER, track, (), standing_of(LADDER, track, rows, ()), history, position))


def test_a_tier_is_recorded_once_with_what_is_foreseen() -> None:
    history = told([points(MAY, 100)], MAY, (), 1)
    assert history == (RecordedTier(1, MAY, "silver", date(2026, 5, 1)),)
    assert told([points(MAY, 100)], JUNE, history, 2) == history


def test_a_late_upload_is_known_from_its_position_on_for_its_own_days() -> None:
    history = told([points(JUNE, 100)], JUNE, (), 1)
    history = told([points(MAY, 150), points(JUNE, 100)], JULY, history, 2)
    assert history[1:] == (RecordedTier(2, MAY, "silver", JUNE), RecordedTier(2, JUNE, "gold", date(2026, 5, 1)))
    assert [as_known(history, position, MAY) is None for position in (1, 2)] == [True, False]
    tiers = [record.tier for position in (1, 2) if (record := as_known(history, position, JULY))]
    assert tiers == ["silver", "gold"]


def test_a_return_leaves_what_was_known_before_and_says_that_it_never_was() -> None:
    history = told([points(MAY, 100)], MAY, (), 1)
    history = told([], JULY, history, 2)
    assert history[1:] == (RecordedTier(2, MAY, "", None),)
    assert [record.tier for position in (1, 2) if (record := as_known(history, position, JUNE))] == ["silver", ""]


def test_a_promise_that_grows_is_recorded_for_the_present_day() -> None:
    history = told([points(MAY, 100)], MAY, (), 1)
    history = told([points(MAY, 100), points(JUNE, 100)], JUNE, history, 2)
    history = told([points(MAY, 100), points(JUNE, 150)], JUNE, history, 3)
    assert history[1:] == (RecordedTier(2, JUNE, "gold", date(2026, 5, 1)),)
    history = told([points(MAY, 110), points(JUNE, 150), points(JULY, 200)], JULY, history, 4)
    assert history[2:] == (RecordedTier(4, JULY, "gold", date(2026, 7, 1)),)


def test_a_tier_by_hand_from_before_there_was_a_ladder_is_recorded_from_the_ladders_first_day() -> None:
    young = ladder(Rolling(12), [Tier("silver", 100)], start=JUNE)
    by_hand = [ManualTier("man", "status", "silver", MAY, None, "kept waiting", "ben")]
    track = advance(young, START, (), JULY)
    records = news(young, track, by_hand, standing_of(young, track, (), by_hand), (), 1)
    assert records == (RecordedTier(1, JUNE, "silver", None),)
