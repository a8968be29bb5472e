"""Buckets of one process, at most so many.

A bucket that is full again is forgotten: it is as good as a new one. If there is no such left, the one longest
untouched goes. Who may invent keys is therefore to be limited by a key that cannot be invented (the token's subject)
first: then no more buckets are being filled at a time than that limit lets through while one fills.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chassis.runtime.velocity.rate import MICROSECONDS, Level, Rate, level_at, wait_for

MOST_KEYS = 50_000
_SWEEP_EVERY = MICROSECONDS


@dataclass(frozen=True, slots=True)
class Charge:
    """`cost` tokens from the bucket of `key` under the limit called `limit`. A key holds no personal data."""

    limit: str
    rate: Rate
    key: str
    cost: int = 1


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The limit that has not enough, and after how many microseconds it would have."""

    limit: str
    wait: int


class Buckets:
    """`now` tells the time in microseconds."""

    def __init__(self, now: Callable[[], int], most_keys: int = MOST_KEYS) -> None:
        self._now = now
        self._most_keys = most_keys
        self._levels: OrderedDict[tuple[str, str], tuple[Rate, Level]] = OrderedDict()
        self._swept = 0

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, charges: Sequence[Charge]) -> TooSoon | None:
        """Takes all of it and returns None, or takes nothing and tells who must wait longest."""
        too_soon = self.ask(charges)
        if too_soon is None:
            self.charge(charges)
        return too_soon

    def ask(self, charges: Sequence[Charge]) -> TooSoon | None:
        """Whether all of it is there: None, or who must wait longest. Takes nothing."""
        now = self._now()
        waits = [TooSoon(each.limit, wait_for(each.rate, self._level(each, now), each.cost)) for each in charges]
        longest = max(waits, key=lambda wait: wait.wait, default=None)
        return longest if longest is not None and longest.wait > 0 else None

    def charge(self, charges: Sequence[Charge]) -> None:
        """Takes all of it, there or not: for what is known only afterwards. A bucket owes at most what it holds."""
        now = self._now()
        for each in charges:
            level = self._level(each, now) - each.cost * each.rate.unit
            self._put(each, max(level, -each.rate.full), now)

    def give_back(self, charges: Sequence[Charge]) -> None:
        """Undoes a `take`."""
        now = self._now()
        for charge in charges:
            level = self._level(charge, now) + charge.cost * charge.rate.unit
            self._put(charge, min(level, charge.rate.full), now)

    def _level(self, charge: Charge, now: int) -> int:
        known = self._levels.get((charge.limit, charge.key))
        return level_at(charge.rate, None if known is None else known[1], now)

    def _put(self, charge: Charge, level: int, now: int) -> None:
        name = (charge.limit, charge.key)
        if level >= charge.rate.full:
            self._levels.pop(name, None)
            return
        if name not in self._levels:
            self._make_room(now)
        self._levels[name] = (charge.rate, Level(level, now))
        self._levels.move_to_end(name)

    def _make_room(self, now: int) -> None:
        if len(self._levels) < self._most_keys:
            return
        if now - self._swept >= _SWEEP_EVERY:
            self._swept = now
            full = [name for name, (rate, level) in self._levels.items() if level_at(rate, level, now) >= rate.full]
            for name in full:
                del self._levels[name]
        while len(self._levels) >= self._most_keys:
            self._levels.popitem(last=False)
