"""Time comes from one place, so that tests and replays can say what time it is."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant: UTC, aware, whole microseconds."""
        ...


class SystemClock:
    """The machine's clock, made monotone: a step back of the wall clock never shows within one process."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        present = datetime.now(UTC)
        if present < self._last:
            return self._last
        self._last = present
        return present


class ManualClock:
    """A clock that stands still until it is moved."""

    __slots__ = ("_now",)

    def __init__(self, start: datetime) -> None:
        self._now = _as_utc(start)

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        """Move to an instant, also an earlier one."""
        self._now = _as_utc(instant)

    def advance(self, duration: timedelta) -> None:
        """Move on by a duration."""
        self._now += duration


def _as_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)
