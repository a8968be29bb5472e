"""Limits shared through a real Valkey, and without it."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import SecretStr

from chassis.runtime.valkey import Client, open_valkey
from chassis.runtime.velocity.buckets import Charge
from chassis.runtime.velocity.rate import Rate
from chassis.runtime.velocity.velocity import Velocity, key_of
from chassis.values.refusal import Code, Refusal
from tests.integration.chassis_runtime.own_valkey import OwnValkey

SLOW = Rate(1, 3_600, 5)
"""Five at once, and then nothing for as long as a test runs."""


@pytest_asyncio.fixture
async def client(redis_url: str) -> AsyncIterator[Client]:
    async with open_valkey(SecretStr(redis_url)) as opened:
        yield opened


def charge(rate: Rate = SLOW, cost: int = 1) -> Charge:
    return Charge("spends_of_a_till", rate, uuid.uuid4().hex, cost)


async def let_in(velocity: Velocity, asked: Charge, times: int) -> int:
    passed = 0
    for _ in range(times):
        try:
            await velocity.take([asked])
            passed += 1
        except Refusal as refusal:
            if (refusal.code, refusal.reason) != (Code.RESOURCE_EXHAUSTED, "TOO_FREQUENT"):
                raise
    return passed


async def test_processes_share_a_limit(client: Client) -> None:
    asked, processes = charge(), [Velocity(client) for _ in range(3)]
    assert [await let_in(process, asked, 4) for process in processes] == [4, 1, 0]


async def test_what_the_others_used_up_takes_nothing_here(client: Client) -> None:
    used_up, other = charge(), charge()
    first, second = Velocity(client), Velocity(client)
    assert await let_in(first, used_up, 5) == 5
    with pytest.raises(Refusal):
        await second.take([other, used_up])
    assert await let_in(second, other, 9) == 5


async def test_the_wait_told_is_that_until_the_next_token(client: Client) -> None:
    asked = charge(Rate(10, 1, 1))
    first, second = Velocity(client), Velocity(client)
    await first.take([asked])
    with pytest.raises(Refusal) as refused:
        await second.take([asked])
    assert refused.value.retry_after_seconds is not None
    assert 0 < refused.value.retry_after_seconds <= 0.1


async def test_what_is_given_back_may_be_taken_again_by_anybody(client: Client) -> None:
    asked = charge()
    first, second = Velocity(client), Velocity(client)
    assert await let_in(first, asked, 5) == 5
    await first.give_back([asked])
    assert await let_in(second, asked, 2) == 1


async def test_a_bucket_that_is_full_again_is_forgotten(client: Client) -> None:
    asked = charge()
    velocity = Velocity(client)
    await velocity.take([asked])
    key = key_of(asked)
    assert 0 < await client.pttl(key) <= 3_600_000
    await velocity.give_back([asked])
    assert not await client.exists(key)


async def test_without_valkey_each_process_judges_alone(valkey: OwnValkey) -> None:
    async with open_valkey(valkey.url) as client:
        asked = charge()
        first, second = Velocity(client), Velocity(client)
        assert await let_in(first, asked, 4) == 4
        valkey.pause()
        assert await let_in(first, asked, 4) == 1
        assert await let_in(second, asked, 9) == 5
