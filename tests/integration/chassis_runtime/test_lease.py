"""Leases on a real Valkey: one holder at a time, fences that only grow, waiters that are woken."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chassis.runtime.lease import Granted, Held, Leases, open_leases
from tests.integration.chassis_runtime.own_valkey import OwnValkey

TTL_MS = 10_000
PATIENT_SECONDS = 5.0
"""A budget that a busy machine keeps: what is asked here is who gets what, not how fast."""
A, B, C = (f"lease:{{p3}}:program:{name}" for name in "abc")


@pytest_asyncio.fixture
async def leases(valkey: OwnValkey) -> AsyncIterator[Leases]:
    async with open_leases(valkey.url, budget_seconds=PATIENT_SECONDS) as opened:
        yield opened


async def _acquire(leases: Leases, token: str, *names: str, ttl_ms: int = TTL_MS, floor: int = 0) -> Granted | Held:
    """Ask for all, return what the first one got."""
    asked = names or (A,)
    return (await leases.acquire("p3", asked, token, ttl_ms, dict.fromkeys(asked, floor)))[asked[0]]


async def _fence(leases: Leases, token: str, name: str = A, floor: int = 0) -> int:
    answer = await _acquire(leases, token, name, floor=floor)
    assert isinstance(answer, Granted)
    return answer.fence


async def _held(leases: Leases, token: str, ttl_ms: int = TTL_MS) -> Held:
    answer = await _acquire(leases, token, ttl_ms=ttl_ms)
    assert isinstance(answer, Held)
    return answer


async def test_a_free_lease_is_granted(leases: Leases) -> None:
    assert await _acquire(leases, "me") == Granted(1)


async def test_a_taken_lease_is_held_for_its_time(leases: Leases) -> None:
    await _acquire(leases, "me")
    assert TTL_MS - 1_000 < (await _held(leases, "you")).wait_ms <= TTL_MS + 1


async def test_the_free_ones_of_many_are_granted(leases: Leases) -> None:
    await _acquire(leases, "me", B)
    answers = await leases.acquire("p3", [A, B, C], "you", TTL_MS)
    assert {name: type(answer) for name, answer in answers.items()} == {A: Granted, B: Held, C: Granted}


async def test_fences_of_a_partition_only_grow(leases: Leases) -> None:
    fences = []
    for token in ("me", "you", "they"):
        fences.append(await _fence(leases, token))
        await leases.release("p3", [A], token)
        fences.append(await _fence(leases, token, B))
        await leases.release("p3", [B], token)
    assert fences == [1, 2, 3, 4, 5, 6]


async def test_partitions_count_apart(leases: Leases) -> None:
    await _acquire(leases, "me")
    other = await leases.acquire("p4", ["lease:{p4}:x"], "me", TTL_MS)
    assert other == {"lease:{p4}:x": Granted(1)}


async def test_asking_again_gives_the_same_fence(leases: Leases) -> None:
    assert await _fence(leases, "me") == await _fence(leases, "me")


async def test_asking_again_gives_a_new_time(leases: Leases) -> None:
    await _acquire(leases, "me", ttl_ms=1_000)
    await _acquire(leases, "me", ttl_ms=TTL_MS)
    assert (await _held(leases, "you")).wait_ms > 1_000


async def test_a_fence_is_above_its_floor(leases: Leases) -> None:
    assert await _fence(leases, "me", floor=41) == 42


async def test_the_counter_follows_a_floor(leases: Leases) -> None:
    await _fence(leases, "me", A, floor=41)
    assert await _fence(leases, "me", B) == 43


async def test_a_holder_whose_fence_is_stale_gets_a_higher_one(leases: Leases) -> None:
    assert [await _fence(leases, "me"), await _fence(leases, "me", floor=9)] == [1, 10]


async def test_a_floor_below_the_fence_changes_nothing(leases: Leases) -> None:
    await _fence(leases, "me", floor=9)
    assert await _fence(leases, "me", floor=9 - 1) == 10


async def test_large_fences_are_exact(leases: Leases) -> None:
    assert await _fence(leases, "me", floor=2**53 - 10) == 2**53 - 9


async def test_a_released_lease_is_free(leases: Leases) -> None:
    await _acquire(leases, "me")
    assert await leases.release("p3", [A], "me") == {A: True}
    assert await _fence(leases, "you") == 2


async def test_only_the_holder_releases(leases: Leases) -> None:
    await _acquire(leases, "me")
    assert await leases.release("p3", [A, B], "you") == {A: False, B: False}
    assert isinstance(await _acquire(leases, "you"), Held)


async def test_only_the_holder_extends(leases: Leases) -> None:
    await _acquire(leases, "me", ttl_ms=1_000)
    assert await leases.extend("p3", [A, B], "you", TTL_MS) == {A: False, B: False}
    assert (await _held(leases, "you")).wait_ms <= 1_001


async def test_an_extended_lease_lasts_longer(leases: Leases) -> None:
    await _acquire(leases, "me", ttl_ms=1_000)
    assert await leases.extend("p3", [A], "me", TTL_MS) == {A: True}
    assert (await _held(leases, "you")).wait_ms > 1_000


async def test_a_token_may_hold_any_text(leases: Leases) -> None:
    token = "host 1%d\\(.*) {p3}"
    await _acquire(leases, token)
    assert await leases.release("p3", [A], token) == {A: True}


async def test_a_name_without_its_partition_is_a_fault(leases: Leases) -> None:
    with pytest.raises(ValueError, match="does not carry its partition"):
        await leases.acquire("p3", ["lease:{p4}:x"], "me", TTL_MS)


async def test_a_waiter_is_woken_by_the_release(leases: Leases) -> None:
    await _acquire(leases, "me")
    held = await _held(leases, "you")
    waiting = asyncio.create_task(held.freed())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await leases.release("p3", [A], "me")
    await asyncio.wait_for(waiting, 1.0)


async def test_a_waiter_in_another_process_is_woken_too(leases: Leases, valkey: OwnValkey) -> None:
    async with open_leases(valkey.url, budget_seconds=PATIENT_SECONDS) as elsewhere:
        await asyncio.sleep(0.1)  # its subscription is made in the background
        await _acquire(leases, "me")
        held = await _held(elsewhere, "you")
        await leases.release("p3", [A], "me")
        await asyncio.wait_for(held.freed(), 1.0)


async def test_another_names_release_wakes_nobody(leases: Leases) -> None:
    await _acquire(leases, "me", A, B)
    waiting = asyncio.create_task((await _held(leases, "you")).freed())
    await leases.release("p3", [B], "me")
    await asyncio.sleep(0.1)
    assert not waiting.done()
    waiting.cancel()


async def test_a_waiter_wakes_when_the_holder_has_died(leases: Leases) -> None:
    await _acquire(leases, "me", ttl_ms=200)
    held = await _held(leases, "you")
    started = time.monotonic()
    await held.freed()
    assert 0.1 < time.monotonic() - started < TTL_MS / 2_000
    assert await _fence(leases, "you") == 2


async def test_nothing_is_remembered_of_waiters_that_never_waited(leases: Leases) -> None:
    await _acquire(leases, "me", ttl_ms=100)
    for _ in range(10):
        await _held(leases, "you")
    await asyncio.sleep(0.2)
    assert leases._wakeups._waiting == {}


class Counter:
    """What the lease guards: notices two at once."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.fences: list[int] = []

    async def visit(self, fence: int) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.fences.append(fence)
        await asyncio.sleep(0.001)
        self.inside -= 1


async def _one_turn(leases: Leases, token: str, guarded: Counter) -> int:
    """Take a turn; the number of times it had to ask."""
    asked = 0
    while True:
        asked += 1
        answer = await _acquire(leases, token)
        if isinstance(answer, Granted):
            await guarded.visit(answer.fence)
            await leases.release("p3", [A], token)
            return asked
        await answer.freed()


async def test_fifty_contenders_have_their_turns_one_by_one_and_quickly(leases: Leases, valkey: OwnValkey) -> None:
    guarded = Counter()
    async with open_leases(valkey.url, budget_seconds=PATIENT_SECONDS) as elsewhere:
        await asyncio.sleep(0.1)
        started = time.monotonic()
        await asyncio.gather(
            *(_one_turn((leases, elsewhere)[number % 2], f"holder-{number}", guarded) for number in range(50))
        )
        took = time.monotonic() - started
    assert guarded.most == 1
    assert guarded.fences == sorted(set(guarded.fences))
    assert len(guarded.fences) == 50
    assert took < 5.0


async def test_nobody_polls(leases: Leases) -> None:
    await _acquire(leases, "me")
    contender = asyncio.create_task(_one_turn(leases, "you", Counter()))
    await asyncio.sleep(0.5)
    await leases.release("p3", [A], "me")
    assert await contender == 2


async def test_a_hundred_calls_at_once_share_the_pool(leases: Leases) -> None:
    names = [f"lease:{{p3}}:n:{number}" for number in range(100)]
    answers = await asyncio.gather(*(leases.acquire("p3", [name], "me", TTL_MS) for name in names))
    assert all(isinstance(answer[name], Granted) for name, answer in zip(names, answers, strict=True))
