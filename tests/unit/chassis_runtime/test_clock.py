from datetime import UTC, datetime, timedelta, timezone

import pytest

from chassis.runtime import clock
from chassis.runtime.clock import ManualClock, SystemClock


def test_system_clock_is_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_system_clock_does_not_follow_a_step_back(monkeypatch: pytest.MonkeyPatch) -> None:
    instants = [datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 11, tzinfo=UTC)]

    class Stepping(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return instants.pop(0)

    system = SystemClock()
    monkeypatch.setattr(clock, "datetime", Stepping)
    assert system.now() == system.now() == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_manual_clock_moves_when_told() -> None:
    manual = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    manual.advance(timedelta(days=1))
    assert manual.now() == datetime(2026, 1, 2, tzinfo=UTC)


def test_manual_clock_gives_utc() -> None:
    manual = ManualClock(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    assert manual.now().tzinfo is UTC


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2026, 1, 1))
