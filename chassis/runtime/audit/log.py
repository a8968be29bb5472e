"""Writing the log: one batcher a process, refusals bounded, and the end of the chain told where it can be kept."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from chassis.runtime.application import Worker
from chassis.runtime.audit.bounded import BoundedRefusals
from chassis.runtime.audit.kinds import Kind, kinds_by
from chassis.runtime.audit.record import Call, Entry, Link, Phase, Record
from chassis.runtime.audit.store import AuditStore
from chassis.runtime.audit.subjects import IdRules
from chassis.runtime.batcher import Batcher
from chassis.runtime.clock import Clock
from chassis.runtime.contract import MethodContract
from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import observe
from chassis.runtime.postgres import Database
from chassis.runtime.reasons import overloaded, unavailable
from chassis.runtime.workers import repeating
from chassis.values.canonical import GENESIS
from chassis.values.refusal import Refusal

LARGEST_BATCH = 200
MOST_CHANGES = 1_024
"""Changes carried out at a time, those included whose caller has gone."""
ANCHOR_SECONDS = 86_400.0
_STEP_SECONDS = 1.0
_LEAVE_SECONDS = 5.0

_log = get_logger(__name__)
T = TypeVar("T")


class AuditLog:
    """The log of one process. What is to be written is refused as UNAVAILABLE if it cannot be: nothing is told or
    changed without its record."""

    def __init__(self, database: Database, clock: Clock, option: Any, id_rules: IdRules) -> None:
        """`option` is the method option that says how a method is recorded."""
        self.store = AuditStore(database)
        self.id_rules = id_rules
        self._kind_of = kinds_by(option)
        self._clock = clock
        self._batcher: Batcher[Entry, Record] = Batcher("audit", self._append, max_size=LARGEST_BATCH)
        self._refusals = BoundedRefusals(lambda: clock.now().timestamp())
        self._running: set[asyncio.Task[Any]] = set()
        self.last = Link(0, GENESIS)
        """The furthest place in the chain that this process has seen; once it was cut off, the place that is lost."""
        self._cut_off = False
        self._anchored_at: float | None = None
        observe("audit.head", lambda: self.last.number, "Number of the last audit record this process has seen")

    def kind_of(self, method: MethodContract) -> Kind:
        """How calls of a method are recorded."""
        return self._kind_of(method)

    async def write(self, phase: Phase, call: Call, result: str = "", intent_number: int = 0, items: int = 0) -> Record:
        """The record, committed. Refuses UNAVAILABLE or OVERLOADED if it cannot be."""
        return await self._put(Entry(self._clock.now(), phase, call, result, intent_number, items=items))

    def refused(self, call: Call, result: str, *, items: int = 0, refused_items: int = 0) -> None:
        """Records a refusal beside the call, or counts it if its caller has had too many of them in this minute. Of a
        call about many items: how many, and how many of them were refused."""
        entry = Entry(self._clock.now(), Phase.REFUSED, call, result, items=items, refused_items=refused_items)
        if not self._refusals.admits(call.caller, _weight(entry)):
            return
        try:
            self.beside(self._try_refused(entry))
        except Refusal:
            self._refusals.lost(call.caller, _weight(entry))

    def beside(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Runs work that no caller's end shall end; `close` waits for it. Refuses OVERLOADED if there is too much."""
        if len(self._running) >= MOST_CHANGES:
            work.close()
            raise overloaded("audited calls")
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            # Asked for here, since whoever waited for it may have gone; its error is in the record.
            task.exception()

    async def _try_refused(self, entry: Entry) -> None:
        try:
            await self._put(entry)
        except Refusal:
            self._refusals.lost(entry.call.caller, _weight(entry))

    async def _put(self, entry: Entry) -> Record:
        return await self._batcher.submit(entry)

    async def _append(self, entries: Sequence[Entry]) -> Sequence[Record]:
        # Compared with what was seen before: while this comes back, the head may be read with it or with later ones.
        before = self.last.number
        try:
            records = await self.store.append(entries)
        except Refusal:
            raise
        except Exception as error:
            _log.error("audit record cannot be written", exc_info=error)
            raise unavailable("audit log") from error
        if records[0].link.number <= before:
            self._cut_off = True
            _log.error("audit log was cut off", seen=before, next=records[0].link.number)
        self._see(records[-1].link)
        return records

    def _see(self, link: Link) -> None:
        # A tail that is written anew in the place of one that was cut off must not take its anchor along.
        if link.number > self.last.number and not self._cut_off:
            self.last = link

    def worker(self) -> Worker:
        """Writes the counts of refusals that were not recorded one by one, and tells the end of the chain once a day
        and at the start, so that a tail that is cut off later can be found."""
        return repeating("audit", self._step, idle_seconds=_STEP_SECONDS)

    async def _step(self) -> bool:
        await self._sum_up(final=False)
        now = asyncio.get_running_loop().time()
        if self._anchored_at is None or now - self._anchored_at >= ANCHOR_SECONDS:
            await self.anchor()
            self._anchored_at = now
        return False

    async def _sum_up(self, *, final: bool) -> None:
        counts = dict(self._refusals.take(final=final))
        try:
            while counts:
                caller = next(iter(counts))
                call = Call(method="", caller=caller)
                await self._put(Entry(self._clock.now(), Phase.SUPPRESSED, call, suppressed=counts[caller]))
                del counts[caller]
        finally:
            # What could not be written is counted again, with all that would have come after it.
            for caller, count in counts.items():
                self._refusals.lost(caller, count)

    async def anchor(self) -> Link:
        """The end of the chain, told in the process's log."""
        head = await self.store.head()
        self._see(head)
        _log.info("audit head", number=head.number, hash=head.hash.hex())
        return head

    async def settled(self) -> None:
        """Returns when no change runs any more, nor is a record on its way, whether its caller waits for it or not."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def close(self) -> None:
        """Waits for what runs beside its callers, and writes what was counted; at most a few seconds."""
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await self.settled()
                await self._sum_up(final=True)
                await self.anchor()
        except (TimeoutError, Refusal) as error:
            _log.warning("audit log left without its last records", exc_info=error)


def _weight(entry: Entry) -> int:
    """How many refusals a record tells of."""
    return max(1, entry.refused_items)
