import asyncio

import pytest

from chassis.runtime.application import Worker
from chassis.runtime.reasons import unavailable
from chassis.runtime.workers import Workers, pause_unless, repeating


def _until_told(name: str, log: list[str]) -> Worker:
    async def run(stopping: asyncio.Event) -> None:
        await stopping.wait()
        log.append(name)

    return Worker(name, run)


async def test_workers_stop_in_reverse_order() -> None:
    log: list[str] = []
    workers = Workers([_until_told("first", log), _until_told("second", log)])
    await workers.stop(1.0)
    assert log == ["second", "first"]


async def test_a_worker_that_does_not_stop_is_cancelled() -> None:
    async def stubborn(_stopping: asyncio.Event) -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(1.0):
        await Workers([Worker("stubborn", stubborn)]).stop(0.01)


@pytest.mark.parametrize("error", [None, ValueError("x")], ids=["returned", "raised"])
async def test_a_worker_that_ends_by_itself_is_noticed(error: Exception | None) -> None:
    async def brief(_stopping: asyncio.Event) -> None:
        if error is not None:
            raise error

    workers = Workers([_until_told("other", []), Worker("brief", brief)])
    async with asyncio.timeout(1.0):
        await workers.first_end()
    await workers.stop(1.0)


async def test_without_workers_none_ends() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await Workers([]).first_end()


async def _run_until(worker: Worker, done: asyncio.Event) -> None:
    stopping = asyncio.Event()
    task = asyncio.ensure_future(worker.run(stopping))
    async with asyncio.timeout(2.0):
        await done.wait()
        stopping.set()
        await task


async def test_a_step_that_found_work_is_repeated_at_once() -> None:
    done = asyncio.Event()
    left = list(range(100))

    async def step() -> bool:
        left.pop()
        if not left:
            done.set()
        return bool(left)

    await _run_until(repeating("w", step, idle_seconds=60), done)


async def test_a_step_that_failed_is_tried_again() -> None:
    done = asyncio.Event()
    errors: list[Exception] = [ValueError("x"), unavailable("database")]

    async def step() -> bool:
        if errors:
            raise errors.pop()
        done.set()
        return False

    await _run_until(repeating("w", step, idle_seconds=60, max_backoff_seconds=0.01), done)


async def test_an_idle_worker_stops_at_once() -> None:
    done = asyncio.Event()

    async def step() -> bool:
        done.set()
        return False

    await _run_until(repeating("w", step, idle_seconds=60), done)


async def test_a_pause_ends_when_the_event_is_set() -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stopping.set)
    async with asyncio.timeout(1.0):
        await pause_unless(stopping, 60)
