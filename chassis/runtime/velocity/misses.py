"""Who looked in vain, and when: what a spend that follows is judged by. Beside the calls, so that an unknown identifier
costs what a known one costs; a process that dies loses its last second."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.runtime.application import Worker
from chassis.runtime.postgres import Database
from chassis.runtime.statements import Statements
from chassis.runtime.workers import repeating

SQL = Statements.load("chassis.runtime.velocity")
_ADD, _SUM = SQL.add_missed_lookups, SQL.sum_missed_lookups

MOST_KEYS = 10_000
"""Callers are signed, so a second has few of them; what is beyond is not told apart, it is left out."""
FLUSH_SECONDS = 1.0


class MissQuestion(NamedTuple):
    """Look-ups of a caller in a program, after a time and up to another."""

    program_id: str
    caller: str
    after_time: datetime
    time: datetime


class Misses:
    """Counts in memory, and in the table `missed_lookup` within a second or two."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._counted: Counter[tuple[str, str, datetime]] = Counter()

    def note(self, program_id: str, caller: str, count: int = 1) -> None:
        """The caller named so many that nobody is known by."""
        key = (program_id, caller, self._now().replace(microsecond=0))
        if count and (key in self._counted or len(self._counted) < MOST_KEYS):
            self._counted[key] += count

    async def flush(self) -> bool:
        """Keeps what was counted; never more to do."""
        if not self._counted:
            return False
        counted, self._counted = self._counted, Counter()
        programs, callers, seconds = zip(*counted, strict=True)
        try:
            async with self._database.acquire() as connection:
                await connection.execute(_ADD, list(programs), list(callers), list(seconds), list(counted.values()))
        except BaseException:
            self._counted.update(counted)
            raise
        return False

    def worker(self) -> Worker:
        """Flushes."""
        return repeating("keep-missed-lookups", self.flush, idle_seconds=FLUSH_SECONDS, max_backoff_seconds=30.0)

    async def counted(self, questions: Sequence[MissQuestion]) -> Sequence[int]:
        """How many, by question."""
        if not questions:
            return []
        columns = [list(column) for column in zip(*questions, strict=True)]
        found = {row["place"]: row["misses"] for row in await self._database.fetch(_SUM, *columns)}
        return [found.get(place, 0) for place in range(1, len(questions) + 1)]
