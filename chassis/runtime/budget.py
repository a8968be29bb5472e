"""How much time is left: the deadline of the rpc being served, handed on to every call it makes."""

import time
from contextvars import ContextVar

_DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)


def set_budget(seconds: float) -> None:
    """From now on this task, and the tasks it starts, have this long."""
    _DEADLINE.set(time.monotonic() + seconds)


def remaining_budget() -> float | None:
    """Seconds left, 0.0 or less when time is up; None outside of an rpc (work in the background has no deadline)."""
    deadline = _DEADLINE.get()
    return None if deadline is None else deadline - time.monotonic()


def within_budget(seconds: float) -> float:
    """The shorter of `seconds` and what is left; never below 0."""
    left = remaining_budget()
    return seconds if left is None else max(0.0, min(seconds, left))
