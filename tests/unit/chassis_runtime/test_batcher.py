import asyncio
import contextlib
from collections.abc import Sequence
from contextvars import ContextVar

import pytest

from chassis.runtime.batcher import Batcher
from chassis.runtime.telemetry import current_span_context, span_from_traceparent
from chassis.values.refusal import Refusal
from tests.unit.chassis_runtime.recorded import SAMPLED, TRACE_ID, UNSAMPLED, recorded

_MARK: ContextVar[str] = ContextVar("mark", default="none")


class Recorder:
    """Doubles numbers; keeps the batches; waits for `gate` where there is one."""

    def __init__(self, gate: asyncio.Event | None = None) -> None:
        self.batches: list[list[int]] = []
        self.gate = gate

    async def double(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        if self.gate is not None:
            await self.gate.wait()
        return [2 * item for item in items]


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_each_item_gets_its_own_result() -> None:
    batcher = Batcher("t", Recorder().double, max_size=10)
    assert await asyncio.gather(*(batcher.submit(n) for n in range(25))) == [2 * n for n in range(25)]


async def test_a_lone_item_does_not_wait() -> None:
    recorder = Recorder()
    assert await Batcher("t", recorder.double, max_size=10).submit(1) == 2
    assert recorder.batches == [[1]]


async def test_items_gather_while_a_batch_runs() -> None:
    recorder = Recorder(asyncio.Event())
    batcher = Batcher("t", recorder.double, max_size=10)
    first = asyncio.create_task(batcher.submit(0))
    await _settle()
    rest = [asyncio.create_task(batcher.submit(n)) for n in range(1, 6)]
    await _settle()
    assert recorder.gate is not None
    recorder.gate.set()
    await asyncio.gather(first, *rest)
    assert recorder.batches == [[0], [1, 2, 3, 4, 5]]


async def test_no_batch_is_larger_than_its_limit() -> None:
    recorder = Recorder()
    batcher = Batcher("t", recorder.double, max_size=4)
    await asyncio.gather(*(batcher.submit(n) for n in range(10)))
    assert [len(batch) for batch in recorder.batches] == [4, 4, 2]


async def test_an_items_exception_is_its_own() -> None:
    async def odd_fails(items: Sequence[int]) -> Sequence[int | Exception]:
        return [ValueError(str(item)) if item % 2 else item for item in items]

    batcher = Batcher("t", odd_fails, max_size=10)
    results = await asyncio.gather(*(batcher.submit(n) for n in range(4)), return_exceptions=True)
    assert [str(result) for result in results] == ["0", "1", "2", "3"]
    assert [type(result) for result in results] == [int, ValueError, int, ValueError]


async def test_a_batch_that_raises_fails_all_its_items_and_no_other() -> None:
    async def first_fails(items: Sequence[int]) -> Sequence[int | Exception]:
        if 0 in items:
            raise ValueError
        return list(items)

    batcher = Batcher("t", first_fails, max_size=2)
    results = await asyncio.gather(*(batcher.submit(n) for n in range(4)), return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError, int, int]


async def test_too_few_results_are_a_fault_of_the_batch() -> None:
    async def none(_items: Sequence[int]) -> Sequence[int | Exception]:
        return []

    with pytest.raises(RuntimeError, match="1 items, 0 results"):
        await Batcher("t", none, max_size=2).submit(1)


async def test_a_waiter_that_leaves_does_not_stop_the_batch() -> None:
    recorder = Recorder(asyncio.Event())
    batcher = Batcher("t", recorder.double, max_size=10)
    leaving, staying = (asyncio.create_task(batcher.submit(n)) for n in (1, 2))
    await _settle()
    leaving.cancel()
    assert recorder.gate is not None
    recorder.gate.set()
    assert await staying == 4


async def test_an_item_whose_waiter_left_in_time_is_not_handled() -> None:
    recorder = Recorder(asyncio.Event())
    batcher = Batcher("t", recorder.double, max_size=10)
    first = asyncio.create_task(batcher.submit(1))
    await _settle()
    leaving = asyncio.create_task(batcher.submit(2))
    await _settle()
    leaving.cancel()
    assert recorder.gate is not None
    recorder.gate.set()
    await first
    await batcher.drained()
    assert recorder.batches == [[1]]


async def test_a_full_queue_refuses() -> None:
    recorder = Recorder(asyncio.Event())
    batcher = Batcher("t", recorder.double, max_size=1, max_queued=2)
    waiting = [asyncio.create_task(batcher.submit(0))]
    await _settle()
    waiting += [asyncio.create_task(batcher.submit(n)) for n in (1, 2)]
    await _settle()
    with pytest.raises(Refusal) as refused:
        await batcher.submit(3)
    assert (refused.value.reason, refused.value.retry_after_seconds is not None) == ("OVERLOADED", True)
    assert recorder.gate is not None
    recorder.gate.set()
    await asyncio.gather(*waiting)


async def test_a_batch_runs_without_any_callers_context() -> None:
    seen: list[str] = []

    async def look(items: Sequence[int]) -> Sequence[int | Exception]:
        seen.append(_MARK.get())
        return list(items)

    _MARK.set("caller")
    await Batcher("t", look, max_size=1).submit(1)
    assert seen == ["none"]


async def test_work_goes_on_after_everything_failed_once() -> None:
    answers: list[Exception | None] = [ValueError(), None]

    async def once(items: Sequence[int]) -> Sequence[int | Exception]:
        error = answers.pop(0)
        if error is not None:
            raise error
        return list(items)

    batcher = Batcher("t", once, max_size=1)
    with contextlib.suppress(ValueError):
        await batcher.submit(1)
    assert await batcher.submit(2) == 2


async def test_a_batch_that_is_cancelled_leaves_nobody_waiting() -> None:
    entered = asyncio.Event()

    async def stuck(_items: Sequence[int]) -> Sequence[int | Exception]:
        entered.set()
        await asyncio.Event().wait()
        return []

    batcher = Batcher("t", stuck, max_size=1)
    waiting = [asyncio.create_task(batcher.submit(n)) for n in range(3)]
    await entered.wait()
    assert batcher._runner is not None
    batcher._runner.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [result.reason for result in results if isinstance(result, Refusal)] == ["UNAVAILABLE"] * 3


async def _submit_under(traceparent: str, batcher: Batcher[int, int], item: int) -> None:
    with span_from_traceparent("caller", traceparent):
        await batcher.submit(item)


async def test_the_batch_lies_in_the_trace_of_its_caller() -> None:
    with recorded() as spans:
        await _submit_under(SAMPLED, Batcher("t", Recorder().double, max_size=9), 1)
        batch, caller = spans.only("batch t"), spans.only("caller")
    assert batch.parent is not None
    assert batch.parent.span_id == caller.context.span_id


async def test_every_sampled_caller_has_a_span_of_the_batch() -> None:
    other = SAMPLED.replace(TRACE_ID, "1" * 32)
    batcher = Batcher("t", Recorder().double, max_size=9)
    with recorded() as spans:
        await asyncio.gather(_submit_under(SAMPLED, batcher, 1), _submit_under(other, batcher, 2))
        batches = spans.named("batch t")
    assert {f"{span.context.trace_id:032x}" for span in batches} == {TRACE_ID, "1" * 32}
    linked = next(span for span in batches if f"{span.context.trace_id:032x}" == "1" * 32)
    assert [f"{link.context.trace_id:032x}" for link in linked.links] == [TRACE_ID]


async def test_a_batch_nobody_samples_is_not_traced() -> None:
    seen: list[bool] = []

    async def look(items: Sequence[int]) -> Sequence[int | Exception]:
        seen.append(current_span_context().is_valid)
        return list(items)

    with recorded() as spans:
        await _submit_under(UNSAMPLED, Batcher("t", look, max_size=1), 1)
        assert spans.all() == ()
    assert seen == [False]
