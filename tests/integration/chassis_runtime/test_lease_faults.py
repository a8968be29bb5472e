"""A lease server that forgets, stalls, dies and comes back costs time, never order."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chassis.runtime.breaker import Breaker, BreakerState
from chassis.runtime.lease import Granted, Leases, LeasesUnavailable, open_leases
from chassis.runtime.valkey import open_valkey
from tests.integration.chassis_runtime.own_valkey import OwnValkey

TTL_MS = 10_000
BUDGET_SECONDS = 0.25
"""Longer than in service: a busy machine shall not be taken for a stalled server."""
AT_MOST_SECONDS = 4 * BUDGET_SECONDS
"""A budget, and what a busy machine adds to it."""
NAME = "lease:{p3}:program:a"


@pytest_asyncio.fixture
async def leases(valkey: OwnValkey) -> AsyncIterator[Leases]:
    async with open_leases(valkey.url, budget_seconds=BUDGET_SECONDS) as opened:
        yield opened


async def _fence(leases: Leases, token: str, floor: int = 0) -> int:
    answer = (await leases.acquire("p3", [NAME], token, TTL_MS, {NAME: floor}))[NAME]
    assert isinstance(answer, Granted)
    return answer.fence


async def _fails(leases: Leases) -> float:
    """Ask and be told that nobody answers; the seconds it took."""
    started = time.monotonic()
    with pytest.raises(LeasesUnavailable):
        await _fence(leases, "me")
    return time.monotonic() - started


async def test_scripts_are_sent_again_to_a_server_that_forgot_them(leases: Leases, valkey: OwnValkey) -> None:
    await _fence(leases, "me")
    await valkey.empty()
    assert await _fence(leases, "me") == 1


async def test_a_server_that_forgot_its_counter_catches_up_by_the_floor(leases: Leases, valkey: OwnValkey) -> None:
    stored = await _fence(leases, "me", floor=70)
    await valkey.empty()
    stale = await _fence(leases, "you")
    assert stale <= stored
    assert await _fence(leases, "you", floor=stored) == stored + 1


async def test_two_holders_after_a_loss_have_different_fences_once_one_has_written(
    leases: Leases, valkey: OwnValkey
) -> None:
    first = await _fence(leases, "me", floor=4)
    await valkey.empty()
    second = await _fence(leases, "you", floor=first)
    assert second > first


async def test_a_server_that_stalls_costs_its_budget_and_no_more(leases: Leases, valkey: OwnValkey) -> None:
    await _fence(leases, "me")
    valkey.pause()
    assert BUDGET_SECONDS - 0.01 < await _fails(leases) < AT_MOST_SECONDS
    valkey.resume()


async def test_after_three_failures_nobody_waits(leases: Leases, valkey: OwnValkey) -> None:
    await _fence(leases, "me")
    valkey.pause()
    for _ in range(3):
        await _fails(leases)
    assert leases.state is BreakerState.OPEN
    # One of them may come when the machine does something else.
    assert min([await _fails(leases) for _ in range(3)]) < BUDGET_SECONDS / 5
    valkey.resume()


async def test_the_breaker_closes_when_the_server_is_back(leases: Leases, valkey: OwnValkey) -> None:
    await _fence(leases, "me")
    valkey.pause()
    for _ in range(3):
        await _fails(leases)
    valkey.resume()
    await asyncio.sleep(1.1)
    states = [leases.state]
    assert await _fence(leases, "me") == 1
    assert [*states, leases.state] == [BreakerState.HALF_OPEN, BreakerState.CLOSED]


async def test_answers_are_not_mixed_up_after_a_stall(leases: Leases, valkey: OwnValkey) -> None:
    names = [f"lease:{{p3}}:n:{number}" for number in range(20)]
    await leases.acquire("p3", names, "me", TTL_MS)
    valkey.pause()
    with pytest.raises(LeasesUnavailable):
        await leases.acquire("p3", names[:2], "you", TTL_MS)
    valkey.resume()
    await asyncio.sleep(0.1)
    again = await leases.acquire("p3", names, "me", TTL_MS)
    assert [answer.fence for answer in again.values() if isinstance(answer, Granted)] == list(range(1, 21))


async def test_a_lost_answer_is_asked_for_again(leases: Leases, valkey: OwnValkey) -> None:
    await _fence(leases, "other")
    await leases.release("p3", [NAME], "other")
    valkey.pause()
    await _fails(leases)
    valkey.resume()
    await asyncio.sleep(0.1)
    first = await _fence(leases, "me")
    assert first == await _fence(leases, "me") == 2


async def test_opening_does_not_need_the_server(valkey: OwnValkey) -> None:
    await valkey.kill()
    async with open_leases(valkey.url) as leases:
        assert await _fails(leases) < AT_MOST_SECONDS


async def test_leases_work_again_after_a_restart(leases: Leases, valkey: OwnValkey) -> None:
    await _fence(leases, "me")
    await valkey.kill()
    for _ in range(3):
        await _fails(leases)
    await valkey.start()
    await asyncio.sleep(1.1)
    assert await _fence(leases, "me") == 1


async def test_waiters_are_woken_again_after_a_restart(leases: Leases, valkey: OwnValkey) -> None:
    await _fence(leases, "me")
    await valkey.kill()
    await valkey.start()
    await asyncio.sleep(1.5)
    await _fence(leases, "me")
    held = (await leases.acquire("p3", [NAME], "you", TTL_MS))[NAME]
    assert not isinstance(held, Granted)
    await leases.release("p3", [NAME], "me")
    await asyncio.wait_for(held.freed(), TTL_MS / 2_000)


async def test_a_cancelled_probe_does_not_keep_the_breaker_open(valkey: OwnValkey) -> None:
    async with open_valkey(valkey.url) as client:
        leases = Leases(client, Breaker(failures_to_open=1, open_seconds=0.0), budget_seconds=5.0)
        valkey.pause()
        leases._breaker.failed()
        probe = asyncio.create_task(_fence(leases, "me"))
        await asyncio.sleep(0.05)
        probe.cancel()
        await asyncio.wait([probe])
        valkey.resume()
        assert await _fence(leases, "me") == 1
