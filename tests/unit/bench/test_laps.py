"""Laps and rounds are bounded, and a failing call is never counted as a fast one."""

import asyncio
import time
from dataclasses import replace

import pytest

from tests.bench.laps import Lap, drive, drive_by_turns, drive_in_turn
from tests.bench.plan import QUICK, Plan
from tests.bench.rounds import Case, Cases, InTurn, run_rounds


def test_a_lap_counts_calls_a_second_and_latencies_in_milliseconds() -> None:
    lap = Lap.of([0.001] * 98 + [0.5, 0.25], seconds=2.0)
    assert lap == Lap(calls=100, per_second=50.0, p50=1.0, p99=250.0)


async def test_a_lap_ends_after_its_calls() -> None:
    lap = await drive(lambda: asyncio.sleep(0), in_flight=7, seconds=60, most_calls=100)
    assert lap.calls == 100


async def test_a_lap_ends_after_its_time() -> None:
    lap = await drive(lambda: asyncio.sleep(0.01), in_flight=2, seconds=0.05, most_calls=1_000_000)
    assert 2 <= lap.calls <= 12


async def test_a_lap_keeps_as_many_calls_under_way_as_it_is_told() -> None:
    running, most = 0, 0

    async def call() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    await drive(call, in_flight=5, seconds=60, most_calls=50)
    assert most == 5


async def test_a_failing_call_fails_the_lap() -> None:
    async def call() -> None:
        raise LookupError("refused")

    with pytest.raises(ExceptionGroup) as failure:
        await drive(call, in_flight=2, seconds=1, most_calls=10)
    assert failure.group_contains(LookupError)


async def test_calls_in_turn_have_a_lap_each_of_their_own_time() -> None:
    order: list[str] = []

    async def call(name: str, seconds: float) -> None:
        order.append(name)
        await asyncio.sleep(seconds)

    slow, quick = await drive_in_turn([lambda: call("s", 0.02), lambda: call("q", 0.0)], seconds=0.05)
    assert "".join(order) == "sq" * slow.calls
    assert slow.calls == quick.calls
    assert slow.p50 >= 20 > quick.p50
    assert quick.per_second > slow.per_second


async def test_laps_by_turns_have_their_parts_between_those_of_the_others() -> None:
    order: list[str] = []

    async def call(name: str) -> None:
        order.append(name)

    laps = await drive_by_turns([lambda: call("a"), lambda: call("b")], in_flight=2, seconds=60, most_calls=12)
    assert "".join(order) == "aaabbb" * 4
    assert [lap.calls for lap in laps] == [12, 12]


def plan(rounds: int, warm_up: bool = True) -> Plan:
    return replace(QUICK, rounds=rounds, lap_seconds=0.01, limit_seconds=1, warm_up=warm_up)


def cases(order: list[str]) -> list[Case]:
    def case(name: str) -> Case:
        async def lap(seconds: float) -> Lap:
            order.append(name)
            return Lap(1, seconds, 1.0, 1.0)

        return Case(name, lap)

    return [case("a"), case("b")]


async def test_every_case_runs_once_in_each_round_after_a_warm_up() -> None:
    order: list[str] = []
    measured = await run_rounds(cases(order), plan(2), time.monotonic() + 60, lambda _: None)
    assert "".join(order) == "ababab"
    assert {name: [lap.per_second for lap in laps] for name, laps in measured.items()} == {
        "a": [0.01, 0.01],
        "b": [0.01, 0.01],
    }


async def test_what_is_measured_in_turn_has_a_lap_for_each_name() -> None:
    async def laps(seconds: float) -> list[Lap]:
        return [Lap(calls, seconds, 1.0, 1.0) for calls in (1, 2)]

    both: Cases = [InTurn(["a", "b"], laps)]
    measured = await run_rounds(both, plan(2), time.monotonic() + 60, lambda _: None)
    assert {name: [lap.calls for lap in laps] for name, laps in measured.items()} == {"a": [1, 1], "b": [2, 2]}


async def test_no_round_but_the_first_begins_without_the_time_for_it() -> None:
    order: list[str] = []
    measured = await run_rounds(cases(order), plan(5, warm_up=False), time.monotonic() - 1, lambda _: None)
    assert "".join(order) == "ab"
    assert len(measured["a"]) == 1
