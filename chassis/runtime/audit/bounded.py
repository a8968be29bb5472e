"""How many refusals of a caller are recorded one by one: a few a minute, the rest is counted, so that nobody fills the
disk by being refused. Nor the memory: callers are counted by their signed names, and at most so many apart."""

from collections import Counter
from collections.abc import Callable, Mapping

RECORDED_A_MINUTE = 30
"""Of one caller."""
RECORDED_IN_ALL = 3_000
"""Of all callers of one process together."""
MOST_CALLERS = 10_000
OTHERS = "*"
_WINDOW_SECONDS = 60


class BoundedRefusals:
    """Counts in windows of a minute. `seconds` tells the time."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._window = self._present()
        self._admitted: Counter[str] = Counter()
        self._in_all = 0
        self._suppressed: Counter[str] = Counter()
        self._due: Counter[str] = Counter()

    def admits(self, caller: str, count: int = 1) -> bool:
        """True if a record of so many refusals is to be written; else they are counted."""
        self._turn()
        name = _name(caller, self._admitted)
        if self._admitted[name] < RECORDED_A_MINUTE and self._in_all < RECORDED_IN_ALL:
            self._admitted[name] += 1
            self._in_all += 1
            return True
        self.lost(caller, count)
        return False

    def lost(self, caller: str, count: int = 1) -> None:
        """Counts refusals whose record was not or could not be written."""
        self._suppressed[_name(caller, self._suppressed)] += count

    def take(self, *, final: bool = False) -> Mapping[str, int]:
        """The counts of the minutes before this one by caller, each given once. `final`: also those of this minute."""
        self._turn()
        counts = self._due + self._suppressed if final else self._due
        self._due = Counter()
        if final:
            self._suppressed = Counter()
        return counts

    def _turn(self) -> None:
        window = self._present()
        if window != self._window:
            self._window = window
            self._due += self._suppressed
            self._suppressed = Counter()
            self._admitted = Counter()
            self._in_all = 0

    def _present(self) -> int:
        return int(self._seconds()) // _WINDOW_SECONDS


def _name(caller: str, known: Counter[str]) -> str:
    return caller if caller in known or len(known) < MOST_CALLERS else OTHERS
