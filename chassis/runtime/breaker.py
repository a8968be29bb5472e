"""A circuit breaker: after a few failures in a row, do not ask again for a while."""

import time
from enum import Enum

FAILURES_TO_OPEN = 3
OPEN_SECONDS = 1.0


class BreakerState(Enum):
    """CLOSED: calls pass. OPEN: none does. HALF_OPEN: one passes, and its outcome decides."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Counts failures in a row. Every call that `admits` let pass must end in one of the three outcomes."""

    def __init__(self, failures_to_open: int = FAILURES_TO_OPEN, open_seconds: float = OPEN_SECONDS) -> None:
        self._failures_to_open = failures_to_open
        self._open_seconds = open_seconds
        self._failures = 0
        self._probing = False
        self._next_probe = 0.0

    @property
    def state(self) -> BreakerState:
        """How calls fare now."""
        if self._failures < self._failures_to_open:
            return BreakerState.CLOSED
        if self._probing or time.monotonic() >= self._next_probe:
            return BreakerState.HALF_OPEN
        return BreakerState.OPEN

    def admits(self) -> bool:
        """True if a call may be tried. In HALF_OPEN that is one call at a time."""
        state = self.state
        if state is BreakerState.CLOSED:
            return True
        if state is BreakerState.OPEN or self._probing:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The call got its answer."""
        self._failures = 0
        self._probing = False

    def failed(self) -> None:
        """The call got none."""
        self._failures += 1
        self._probing = False
        self._next_probe = time.monotonic() + self._open_seconds

    def abandoned(self) -> None:
        """The call was cancelled before its outcome was known; the next one may try."""
        self._probing = False
