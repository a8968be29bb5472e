"""A lap: some callers that each send the next call when the last one was answered, for a bounded time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from tests.bench.figures import percentile

_TURNS = 4


@dataclass(frozen=True, slots=True)
class Lap:
    """What a lap came to: calls a second, and the latency of half and of 99 in 100 calls in milliseconds."""

    calls: int
    per_second: float
    p50: float
    p99: float

    @classmethod
    def of(cls, latencies: Sequence[float], seconds: float) -> Self:
        """From the latency of each call and the length of the lap, both in seconds."""
        return cls(
            calls=len(latencies),
            per_second=len(latencies) / seconds,
            p50=1e3 * percentile(latencies, 0.5),
            p99=1e3 * percentile(latencies, 0.99),
        )

    def as_json(self) -> dict[str, Any]:
        """For the way from one process to another."""
        return asdict(self)


async def drive(call: Callable[[], Awaitable[object]], in_flight: int, seconds: float, most_calls: int) -> Lap:
    """Keeps `in_flight` calls under way until the time is over or `most_calls` were made; waits for the last of
    them. A call that fails fails the lap: a refused call is quick and would look like a good figure."""
    return Lap.of(*await _driven(call, in_flight, seconds, most_calls))


async def drive_by_turns(
    calls: Sequence[Callable[[], Awaitable[object]]], in_flight: int, seconds: float, most_calls: int
) -> list[Lap]:
    """Laps as `drive` makes them, each in several parts, and the parts of one between those of the others."""
    latencies: list[list[float]] = [[] for _ in calls]
    took = [0.0 for _ in calls]
    for _ in range(_TURNS):
        for place, call in enumerate(calls):
            more, its = await _driven(call, in_flight, seconds / _TURNS, most_calls // _TURNS)
            latencies[place] += more
            took[place] += its
    return [Lap.of(*lap) for lap in zip(latencies, took, strict=True)]


async def _driven(
    call: Callable[[], Awaitable[object]], in_flight: int, seconds: float, most_calls: int
) -> tuple[list[float], float]:
    """Latencies, and how long all took, in seconds."""
    latencies: list[float] = []
    started = time.perf_counter()
    left = most_calls

    async def caller() -> None:
        nonlocal left
        while left > 0 and (begun := time.perf_counter()) - started < seconds:
            left -= 1
            await call()
            latencies.append(time.perf_counter() - begun)

    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(caller())
    return latencies, time.perf_counter() - started


async def drive_in_turn(calls: Sequence[Callable[[], Awaitable[object]]], seconds: float) -> list[Lap]:
    """A lap of each call, all one at a time and in turn, so that what holds one up holds up the others alike; so many
    seconds for each on average, and each at least once."""
    latencies: list[list[float]] = [[] for _ in calls]
    ends = time.perf_counter() + seconds * len(calls)
    while True:
        for call, its in zip(calls, latencies, strict=True):
            begun = time.perf_counter()
            await call()
            its.append(time.perf_counter() - begun)
        if time.perf_counter() >= ends:
            return [Lap.of(its, sum(its)) for its in latencies]
