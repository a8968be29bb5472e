"""Group work without a timer: while one batch runs the next one gathers.

A lone item is handled at once; under load batches grow by themselves, so a round trip or a commit is shared by
whatever queued while the last one ran.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from opentelemetry import context as otel_context
from opentelemetry.trace import SpanContext

from chassis.runtime import telemetry
from chassis.runtime.metrics import BATCH_ITEMS
from chassis.runtime.reasons import overloaded, unavailable

K = TypeVar("K")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[K, R]):
    item: K
    answer: "asyncio.Future[R]"
    caller: SpanContext
    queued_ns: int


class Batcher(Generic[K, R]):
    """Hands items to `handle_many` in batches of at most `max_size`, one batch at a time, in order of arrival.

    `handle_many` returns one result or exception per item, in order; if it raises, every item of the batch fails with
    that exception. It runs in a task of its own: no caller's deadline, identity or cancellation reaches it. A caller
    that goes away before its item is taken takes the item with it; afterwards the batch goes on without a reader.
    """

    def __init__(
        self,
        name: str,
        handle_many: Callable[[Sequence[K]], Awaitable[Sequence[R | Exception]]],
        *,
        max_size: int,
        max_queued: int = 10_000,
    ) -> None:
        self._name = name
        self._handle_many = handle_many
        self._max_size = max_size
        self._max_queued = max_queued
        self._queue: deque[_Waiting[K, R]] = deque()
        self._runner: asyncio.Task[None] | None = None

    async def submit(self, item: K) -> R:
        """The result of one item, or its exception. Refuses `OVERLOADED` if `max_queued` items are waiting."""
        if len(self._queue) >= self._max_queued:
            raise overloaded(f"{self._name} queue")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._queue.append(_Waiting(item, answer, telemetry.current_span_context(), time.time_ns()))
        if self._runner is None:
            self._runner = loop.create_task(self._run(), name=f"batcher {self._name}", context=Context())
        return await answer

    @property
    def idle(self) -> bool:
        """True if nothing is queued or running."""
        return self._runner is None

    async def drained(self) -> None:
        """Return when nothing is queued or running."""
        while self._runner is not None:
            await asyncio.wait([self._runner])

    async def _run(self) -> None:
        try:
            while batch := self._take():
                await self._handle(batch)
        finally:
            self._runner = None
            # Empty, unless this task was cancelled: nobody shall wait for a runner that has gone.
            while self._queue:
                _fail([self._queue.popleft()], unavailable(f"{self._name} queue"))

    def _take(self) -> list[_Waiting[K, R]]:
        batch: list[_Waiting[K, R]] = []
        while self._queue and len(batch) < self._max_size:
            waiting = self._queue.popleft()
            if not waiting.answer.done():
                batch.append(waiting)
        return batch

    async def _handle(self, batch: Sequence[_Waiting[K, R]]) -> None:
        BATCH_ITEMS.record(len(batch), {"batcher": self._name})
        try:
            results = await self._traced(batch)
            if len(results) != len(batch):
                raise RuntimeError(f"batcher {self._name}: {len(batch)} items, {len(results)} results")
        except Exception as error:
            _fail(batch, error)
            return
        except asyncio.CancelledError:
            _fail(batch, unavailable(f"{self._name} batch"))
            raise
        for waiting, result in zip(batch, results, strict=True):
            if waiting.answer.done():
                continue
            if isinstance(result, Exception):
                waiting.answer.set_exception(result)
            else:
                waiting.answer.set_result(result)

    async def _traced(self, batch: Sequence[_Waiting[K, R]]) -> Sequence[R | Exception]:
        """The batch's own span lies in the trace of its first sampled caller; every other sampled caller gets a span
        that covers its item's wait and work and links to it."""
        items = [waiting.item for waiting in batch]
        sampled = [waiting for waiting in batch if waiting.caller.trace_flags.sampled]
        if not sampled:
            return await self._handle_many(items)
        name = f"batch {self._name}"
        others = sampled[1:]
        token = otel_context.attach(telemetry.context_of(sampled[0].caller))
        try:
            links = [waiting.caller for waiting in others]
            with telemetry.span(name, {"batch.items": len(batch)}, links=links) as span:
                results = await self._handle_many(items)
        finally:
            otel_context.detach(token)
        ended_ns = time.time_ns()
        for waiting in others:
            telemetry.record_span(name, waiting.queued_ns, ended_ns, waiting.caller, links=[span.get_span_context()])
        return results


def _fail(batch: Sequence[_Waiting[K, R]], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
