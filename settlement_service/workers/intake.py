"""Follows the ledger's log and hands what is at hand to `book_events`, a bounded batch at a time.

The stream begins one event before the cursor, and begins again after whatever breaks it: a lost connection, a gap, a
fault. Between attempts lies a doubling, jittered pause that begins anew once a batch was booked or the log's end seen.
"""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

from opentelemetry import metrics
from opentelemetry.trace import SpanContext

from chassis.runtime import telemetry
from chassis.runtime.application import Worker
from chassis.runtime.logs import get_logger
from chassis.runtime.metrics import BATCH_ITEMS, WORKER_FAILURES, observe
from chassis.runtime.reasons import TOKEN_EXPIRED
from chassis.runtime.workers import pause_unless
from chassis.values.refusal import Refusal
from settlement_service.domain.admission import Delivery, Fault
from settlement_service.use_cases.book_events import BookEvents, Outcome
from settlement_service.use_cases.ports import Log, LogProgress

MAX_BATCH = 500
_QUEUED = 2 * MAX_BATCH
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0
_NAME = "intake"

_METER = metrics.get_meter("settlement_service")
_BOOKED = _METER.create_counter("settlement.intake.booked_events", description="Events booked")
_PARKED = _METER.create_counter("settlement.intake.parked_events", description="Events that could not be booked")

_log = get_logger(__name__)

Message = Delivery | LogProgress


class Intake:
    """The intake of one process. Several processes may run it: the cursor lets each event in once."""

    def __init__(self, log: Log, book_events: BookEvents) -> None:
        self._log = log
        self._book_events = book_events
        self._pause = 0.0
        observe(
            "settlement.intake.stopped_partitions",
            lambda: book_events.stopped_partitions,
            "Partitions that stand still before an event that cannot be booked",
        )

    def worker(self) -> Worker:
        """The loop to run."""
        return Worker(_NAME, self.run)

    async def run(self, stopping: asyncio.Event) -> None:
        """Follows the log until told to stop; then ends after the batch at hand."""
        while not stopping.is_set():
            try:
                await self._follow(stopping)
            except Exception as error:
                WORKER_FAILURES.add(1, {"worker": _NAME})
                _log_broken(error)
            if not stopping.is_set():
                self._pause = min(_LONGEST_PAUSE_SECONDS, 2 * self._pause or _FIRST_PAUSE_SECONDS)
                await pause_unless(stopping, self._pause * random.uniform(0.5, 1.0))

    async def _follow(self, stopping: asyncio.Event) -> None:
        """One stream, from its beginning at the cursor to its end."""
        inbox: asyncio.Queue[Message] = asyncio.Queue(_QUEUED)
        after = await self._book_events.begin()
        reader = asyncio.create_task(self._read(inbox, after))
        told = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                messages = await _at_hand(inbox, reader, told)
                if not messages or not await self._take(messages):
                    break
        finally:
            told.cancel()
            reader.cancel()
            with suppress(asyncio.CancelledError):
                await reader

    async def _read(self, inbox: asyncio.Queue[Message], after: Mapping[int, int]) -> None:
        async for message in self._log.follow(after):
            await inbox.put(message)

    async def _take(self, messages: Sequence[Message]) -> bool:
        """Books what lies between notes of progress; False if the log is to be read again from the cursor."""
        deliveries: list[Delivery] = []
        for message in messages:
            if isinstance(message, Delivery):
                deliveries.append(message)
                continue
            if not await self._book(deliveries):
                return False
            deliveries = []
            if not await self._book_events.progress(message.positions):
                _log.error("the log is past the cursor, something was left out")
                return False
            self._pause = 0.0
        return await self._book(deliveries)

    async def _book(self, deliveries: Sequence[Delivery]) -> bool:
        if not deliveries:
            return True
        BATCH_ITEMS.record(len(deliveries), {"batcher": _NAME})
        outcome = await _traced(self._book_events, deliveries)
        for fault in outcome.parked:
            _log_parked(fault)
        if outcome.booked:
            _BOOKED.add(outcome.booked)
            self._pause = 0.0
        if outcome.read_again:
            _log.warning("reading the log again from the cursor", booked=outcome.booked)
        return not outcome.read_again


async def _at_hand(
    inbox: asyncio.Queue[Message], reader: asyncio.Task[None], told: asyncio.Task[Literal[True]]
) -> list[Message]:
    """What has arrived, waiting for the first; empty if the stream ended or we are told to stop. Raises what broke the
    stream once everything before it was handed out."""
    if inbox.empty():
        first = asyncio.create_task(inbox.get())
        waiting: list[asyncio.Task[Any]] = [first, reader, told]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not first.done():
            first.cancel()
            if reader.done():
                reader.result()
            return []
        messages = [first.result()]
    else:
        messages = []
    while len(messages) < MAX_BATCH and not inbox.empty():
        messages.append(inbox.get_nowait())
    return messages


async def _traced(book_events: BookEvents, deliveries: Sequence[Delivery]) -> Outcome:
    """The batch's own span lies in the trace of its first sampled event; every other sampled event gets a span of its
    own trace that links to it."""
    callers = [caller for delivery in deliveries if (caller := _sampled(delivery)) is not None]
    if not callers:
        return await book_events(deliveries)
    began = time.time_ns()
    attributes = {"batch.items": len(deliveries)}
    with telemetry.span_from_traceparent("book events", telemetry.traceparent_of(callers[0]), attributes) as span:
        outcome = await book_events(deliveries)
    ended = time.time_ns()
    for caller in callers[1:]:
        telemetry.record_span("book events", began, ended, caller, links=[span.get_span_context()])
    return outcome


def _sampled(delivery: Delivery) -> SpanContext | None:
    caller = telemetry.parse_traceparent(delivery.traceparent) if delivery.traceparent else None
    return caller if caller is not None and caller.trace_flags.sampled else None


def _log_parked(fault: Fault) -> None:
    delivery = fault.delivery
    _PARKED.add(1, {"partition": delivery.partition})
    _log.error(
        "event cannot be booked, its partition stands still",
        partition=delivery.partition,
        position=delivery.position,
        program=delivery.program,
        reason=fault.reason,
    )


def _log_broken(error: Exception) -> None:
    # A stream ends with its token; the next one is opened with the token that has come since.
    if isinstance(error, Refusal) and (error.transient or error.reason == TOKEN_EXPIRED.name):
        _log.warning("intake interrupted", reason=error.reason, message=error.message)
    else:
        _log.error("intake failed", exc_info=error)
