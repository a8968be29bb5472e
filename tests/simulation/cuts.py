"""Cuts of periods on the simulated database, by any process at any moment, and what must be true of them afterwards."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from chassis.runtime.reasons import unavailable
from ledger_service.domain.answers import LogPosition, PeriodCut
from ledger_service.domain.event import Event, EventType
from ledger_service.store import codec
from ledger_service.store.event_hash import event_hash
from ledger_service.use_cases.close_ports import Standstill
from ledger_service.use_cases.commit_ports import Head
from tests.simulation.database import EventRow, MemoryDatabase, Moment
from tests.simulation.locks import Holder


class MemoryCuts:
    """See `use_cases.close_ports.PeriodCuts`."""

    def __init__(self, database: MemoryDatabase, client: str, moment: Moment) -> None:
        self._database = database
        self._client = client
        self._moment = moment

    async def of(self, program: str) -> Sequence[PeriodCut]:
        """A program's by sequence."""
        await self._moment("look up")
        return self._database.cuts.get(program, [])

    async def find(self, program: str, period: str) -> PeriodCut | None:
        """The cut of a period."""
        return next((cut for cut in await self.of(program) if cut.period == period), None)

    async def heads(self) -> Sequence[Head]:
        """Where every lane stands."""
        await self._moment("look up")
        return _heads(self._database)

    async def program_time(self, program: str) -> datetime | None:
        """No program of a simulation is on a replay clock."""
        raise NotImplementedError

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["MemoryCut"]:
        """A transaction: commits at the end of the block, rolls back if it raises."""
        await self._moment("begin")
        cut = MemoryCut(self._database, self._moment)
        self._database.open[cut] = self._client
        try:
            yield cut
            await self._moment("commit")
            cut.commit()
        except BaseException:
            cut.roll_back()
            raise
        await self._moment("committed")


class MemoryCut:
    """See `use_cases.close_ports.CutTransaction`."""

    def __init__(self, database: MemoryDatabase, moment: Moment) -> None:
        self._database = database
        self._moment = moment
        self._holder = Holder()
        self._written: tuple[str, PeriodCut, list[EventRow]] | None = None

    async def standstill(self, program: str, period: str) -> Standstill:
        """Locks the lanes, each with the batches of it that hold cuts off."""
        await self._moment("claim")
        for kind in ("batch", "head"):
            for partition in sorted(self._database.heads):
                await self._lock((kind, partition))
        cuts = self._database.cuts.get(program, [])
        known = next((cut for cut in cuts if cut.period == period), None)
        return Standstill(_heads(self._database), cuts[-1] if cuts else None, known)

    async def latest_post_time(self, program: str, since: Sequence[Head]) -> datetime | None:
        """The latest post time of the program's events behind some heads."""
        await self._moment("load")
        after = {head.partition: head.position for head in since}
        rows = (row.event for place, row in self._database.log.items() if place[1] > after[place[0]])
        return max((event.post_time for event in rows if event.program == program), default=None)

    async def write(self, program: str, cut: PeriodCut, heads: Sequence[Head], barriers: Sequence[Event]) -> None:
        """Keeps what to commit."""
        await self._moment("write")
        self._check_open()
        answer = codec.encode(cut)
        rows = [row_of(head, barrier, answer) for head, barrier in zip(heads, barriers, strict=True)]
        self._written = (program, cut, rows)

    def commit(self) -> None:
        """Makes everything true at once."""
        self._check_open()
        if self._written is not None:
            program, cut, rows = self._written
            self._database.cuts.setdefault(program, []).append(cut)
            for row in rows:
                self._database.log[row.event.position] = row
                head = self._database.heads[row.event.position.partition]
                head.position, head.hash = row.event.position.position, row.hash
        self._end()

    def roll_back(self) -> None:
        """Forgets everything; may be called again."""
        if not self._holder.ended:
            self._end()

    def _end(self) -> None:
        self._database.open.pop(self, None)
        self._database.locks.release_all(self._holder)

    async def _lock(self, name: tuple[str, object]) -> None:
        self._check_open()
        await self._database.locks.take(self._holder, name)
        self._check_open()

    def _check_open(self) -> None:
        if self._holder.ended:
            # The connection is gone, and the transaction with it.
            raise unavailable("database")


def row_of(head: Head, barrier: Event, answer: bytes) -> EventRow:
    """A barrier behind a head, as it lies in the log."""
    payload = codec.encode(barrier)
    return EventRow(barrier, payload, answer, event_hash(head.hash, payload, answer))


def _heads(database: MemoryDatabase) -> list[Head]:
    return [Head(partition, row.epoch, row.position, row.hash) for partition, row in sorted(database.heads.items())]


@dataclass
class CutsHeard:
    """What those who cut were told."""

    cuts: list[PeriodCut] = field(default_factory=list)


def judge_cuts(database: MemoryDatabase, heard: CutsHeard, program: str) -> None:
    """Every cut is in the log as its caller heard it, once in every partition, behind the one before it."""
    cuts = database.cuts.get(program, [])
    assert heard.cuts == cuts, "a cut was told otherwise, or was lost"
    assert [cut.sequence for cut in cuts] == list(range(1, len(cuts) + 1))
    barriers = {place: row for place, row in database.log.items() if row.event.type is EventType.PERIOD_CUT}
    assert set(barriers) == {place for cut in cuts for place in cut.barriers}
    before = [LogPosition(partition, 0) for partition in sorted(database.heads)]
    for cut in cuts:
        assert all(one.position < other.position for one, other in zip(before, cut.barriers, strict=True))
        assert {barriers[place].answer for place in cut.barriers} == {codec.encode(cut)}
        before = list(cut.barriers)
