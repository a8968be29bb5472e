"""The arithmetic of a token bucket, without rounding.

A bucket holds at most `burst` tokens and gets `count` of them in every `seconds`, evenly. Its level is kept in tokens
times the microseconds of that span, so that a microsecond adds exactly `count` and no fraction is ever lost.
"""

from dataclasses import dataclass

MICROSECONDS = 1_000_000
MOST_BURST = 1_000_000
MOST_SECONDS = 3_600
"""Their product stays within the 53 bits that a Lua script counts in."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` in `seconds`, and `burst` at once. ValueError outside 1 to 1,000,000 and 1 to 3,600 seconds."""

    count: int
    seconds: int
    burst: int

    def __post_init__(self) -> None:
        if not (1 <= self.count <= MOST_BURST and 1 <= self.burst <= MOST_BURST and 1 <= self.seconds <= MOST_SECONDS):
            raise ValueError("a rate is out of bounds")

    @property
    def unit(self) -> int:
        """What one token is."""
        return self.seconds * MICROSECONDS

    @property
    def full(self) -> int:
        """The level of a full bucket."""
        return self.burst * self.unit


@dataclass(frozen=True, slots=True)
class Level:
    """How full a bucket was at a moment, in microseconds of whatever clock."""

    level: int
    at: int


def level_at(rate: Rate, level: Level | None, now: int) -> int:
    """How full it is now; a bucket nobody took from is full. A clock that went back adds nothing."""
    if level is None:
        return rate.full
    return min(rate.full, level.level + max(0, now - level.at) * rate.count)


def wait_for(rate: Rate, level: int, cost: int) -> int:
    """Microseconds until `cost` tokens are there; 0: they are. At most a full bucket is waited for."""
    missing = min(cost * rate.unit, rate.full) - level
    return 0 if missing <= 0 else -(-missing // rate.count)


def per_minute(count: int) -> Rate:
    """So many a minute, all of them at once if need be."""
    return Rate(count, 60, count)
