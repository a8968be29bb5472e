"""Periods are months, one after another."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.answers import LogPosition, PeriodCut
from ledger_service.domain.event import EventType
from ledger_service.domain.period import barriers_of, end_of, following, is_period, next_cut
from tests.support.pure_ledger import NOON

HEADS = [LogPosition(1, 9), LogPosition(0, 4)]


@pytest.mark.parametrize("name", ["2026-10", "1900-01", "2099-12"])
def test_a_month_is_a_period(name: str) -> None:
    assert is_period(name)


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-13", "2026-00", "2026-1", "2100-01", "1899-12", "2026-10\n", " 2026-10"]
)
def test_nothing_else_is(name: str) -> None:
    assert not is_period(name)


def test_december_is_followed_by_january() -> None:
    assert (following("2026-11"), following("2026-12")) == ("2026-12", "2027-01")


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", datetime(2026, 11, 1, tzinfo=UTC)),
        # Summer time ends that very night, an hour after midnight.
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 10, 31, 11, tzinfo=UTC)),
    ],
)
def test_a_month_ends_at_midnight_of_its_place(zone: str, end: datetime) -> None:
    assert end_of("2026-10", zone) == end


def test_the_first_period_may_be_any() -> None:
    cut = next_cut("2011-05", None, HEADS, NOON)
    assert cut == PeriodCut(1, "2011-05", (LogPosition(0, 5), LogPosition(1, 10)), NOON)


@pytest.mark.parametrize(("behind", "expected"), [(timedelta(hours=1), 1), (timedelta(hours=-1), 0)])
def test_the_next_is_not_before_the_last(behind: timedelta, expected: int) -> None:
    last = next_cut("2026-01", None, HEADS, NOON)
    cut = next_cut("2026-02", last, last.barriers, NOON + behind)
    assert (cut.sequence, cut.cut_time) == (2, NOON + timedelta(hours=expected))


@pytest.mark.parametrize("name", ["2026-01", "2026-03", "2025-12"])
def test_no_month_is_left_out_or_cut_again(name: str) -> None:
    last = next_cut("2026-01", None, HEADS, NOON)
    with pytest.raises(Refusal) as caught:
        next_cut(name, last, last.barriers, NOON)
    assert (caught.value.reason, caught.value.metadata["expected_period"]) == ("PERIOD_OUT_OF_ORDER", "2026-02")


def test_a_barrier_is_nobodys_and_moves_nothing() -> None:
    cut = next_cut("2026-01", None, HEADS, NOON)
    events = list(barriers_of("prg", cut, "finance", "trace"))
    assert [event.position for event in events] == list(cut.barriers)
    assert {(event.type, event.root, event.subject_id, event.movements, event.caller) for event in events} == {
        (EventType.PERIOD_CUT, "", "2026-01", (), "finance")
    }
