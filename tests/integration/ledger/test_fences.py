"""Leases and fences: stale ones are acquired again or refused, and without Valkey the row lock alone guards."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from chassis.runtime.clock import ManualClock
from chassis.runtime.lease import open_leases
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.lanes.guard import Guarded, MemberGuard
from tests.integration.chassis_runtime.own_valkey import OwnValkey, own_valkey
from tests.integration.ledger.house import DEAD_VALKEY, House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[OwnValkey]:
    async with own_valkey(tmp_path) as server:
        yield server


@pytest.fixture
async def shop() -> Shop:
    return Shop()


class Forgetful(MemberGuard):
    """A lease server that gives the same old fence to whoever asks."""

    async def acquire(self, partition: int, floors: Mapping[MemberKey, int]) -> Guarded:
        return Guarded(dict.fromkeys(floors, 1), {})


@pytest.fixture
async def private(databases: Databases, valkey: OwnValkey) -> AsyncIterator[House]:
    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, valkey.url.get_secret_value(), clock=clock) as engine,
    ):
        yield House(engine, database, clock)


@pytest.fixture
async def unguarded(databases: Databases) -> AsyncIterator[House]:
    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, DEAD_VALKEY, clock=clock) as engine,
    ):
        yield House(engine, database, clock)


async def fence(house: House) -> int:
    [(fence,)] = await house.rows("SELECT fence FROM wallet WHERE member = 'ana'")
    assert isinstance(fence, int)
    return fence


async def test_a_redemption_leaves_its_fence(house: House, shop: Shop) -> None:
    await house.done(shop.sale("ana", "a1", 10))
    before = await fence(house)
    await house.done(shop.spend("ana", 2))
    assert before == 0 < await fence(house)


async def test_fences_of_a_wallet_only_grow(house: House, shop: Shop) -> None:
    await house.done(shop.sale("ana", "a1", 10))
    fences = [0]
    for _ in range(4):
        await house.done(shop.spend("ana", 2))
        fences.append(await fence(house))
    assert fences == sorted(set(fences))


async def test_a_stale_fence_is_acquired_again_above_the_newer_one(house: House, shop: Shop) -> None:
    await house.done(shop.sale("ana", "a1", 10))
    await house.owner("UPDATE wallet SET fence = 1000000")
    await house.done(shop.spend("ana", 2))
    assert await fence(house) > 1_000_000


async def test_a_lock_that_stays_stale_is_lost_and_spends_nothing(databases: Databases, redis_url: str) -> None:
    shop, clock = Shop(), ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock, guard=lambda guard: Forgetful(guard._leases, "f")) as engine,
    ):
        house = House(engine, database, clock)
        await house.done(shop.sale("ana", "a1", 10))
        await house.owner("UPDATE wallet SET fence = 5")
        [heard] = await house.say(shop.spend("ana", 2))
        assert isinstance(heard, Refusal)
        assert (heard.reason, heard.transient) == ("LOCK_LOST", True)
        assert await house.rows("SELECT balance, fence FROM wallet") == [(10, 5)]
        assert await house.broken() == []


async def test_a_lost_lock_does_not_disturb_its_neighbours(databases: Databases, redis_url: str) -> None:
    shop, clock = Shop(), ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock, guard=lambda guard: Forgetful(guard._leases, "f")) as engine,
    ):
        house = House(engine, database, clock)
        await house.done(shop.sale("ana", "a1", 10), shop.sale("bo", "b1", 10))
        await house.owner("UPDATE wallet SET fence = 5 WHERE member = 'ana'")
        heard = await house.say(shop.spend("ana", 2), shop.spend("bo", 2), shop.sale("ana", "a2", 1))
        assert [isinstance(one, Refusal) for one in heard] == [True, False, False]


async def test_a_member_leased_elsewhere_waits_until_the_lease_is_free(private: House, valkey: OwnValkey) -> None:
    shop = Shop()
    await private.done(shop.sale("ana", "a1", 10))
    async with open_leases(valkey.url, budget_seconds=1) as others:
        await others.acquire("p0", ["lease:{p0}:prg:ana"], "another process", 60_000)
        waiting = asyncio.create_task(private.say(shop.spend("ana", 2)))
        assert (await asyncio.wait([waiting], timeout=0.2))[0] == set()
        await others.release("p0", ["lease:{p0}:prg:ana"], "another process")
        await asyncio.wait_for(waiting, 2)
    assert (await private.engine.wallet("prg", "ana")).balance == 8


async def test_a_leased_member_does_not_delay_others(private: House, valkey: OwnValkey) -> None:
    shop = Shop()
    await private.done(shop.sale("ana", "a1", 10), shop.sale("bo", "b1", 10))
    async with open_leases(valkey.url, budget_seconds=1) as others:
        await others.acquire("p0", ["lease:{p0}:prg:ana"], "another process", 60_000)
        waiting = asyncio.create_task(private.say(shop.spend("ana", 2)))
        await asyncio.wait_for(private.done(shop.spend("bo", 2), shop.sale("ana", "a2", 1)), 2)
        await others.release("p0", ["lease:{p0}:prg:ana"], "another process")
        await asyncio.wait_for(waiting, 2)


async def test_a_lease_that_is_never_freed_runs_out(private: House, valkey: OwnValkey) -> None:
    shop = Shop()
    await private.done(shop.sale("ana", "a1", 10))
    async with open_leases(valkey.url, budget_seconds=1) as others:
        await others.acquire("p0", ["lease:{p0}:prg:ana"], "dead process", 300)
        await asyncio.wait_for(private.done(shop.spend("ana", 2)), 3)


async def test_fences_grow_on_when_valkey_was_emptied(private: House, valkey: OwnValkey) -> None:
    shop = Shop()
    await private.done(shop.sale("ana", "a1", 10))
    for _ in range(3):
        await private.done(shop.spend("ana", 2))
    before = await fence(private)
    await valkey.empty()
    await private.done(shop.spend("ana", 2))
    assert await fence(private) > before


async def test_points_are_spent_while_valkey_is_away(private: House, valkey: OwnValkey) -> None:
    shop = Shop()
    await private.done(shop.sale("ana", "a1", 10), shop.spend("ana", 2))
    before = await fence(private)
    await valkey.kill()
    await private.done(shop.spend("ana", 2))
    assert await fence(private) == before + 1


async def test_without_valkey_fences_grow_one_by_one(unguarded: House) -> None:
    shop = Shop()
    await unguarded.done(shop.sale("ana", "a1", 10))
    for _ in range(3):
        await unguarded.done(shop.spend("ana", 2))
    assert await fence(unguarded) == 3


async def test_without_valkey_nothing_is_spent_twice(unguarded: House) -> None:
    shop = Shop()
    await unguarded.done(shop.sale("ana", "a1", 100))
    heard = await unguarded.say(*(shop.spend("ana", 10) for _ in range(20)))
    assert sum(isinstance(one, Refusal) for one in heard) == 10
    assert await unguarded.broken() == []


async def test_when_valkey_comes_back_its_fences_are_above_the_stored_ones(private: House, valkey: OwnValkey) -> None:
    shop = Shop()
    await private.done(shop.sale("ana", "a1", 20))
    await valkey.kill()
    for _ in range(4):
        await private.done(shop.spend("ana", 2))
    before = await fence(private)
    await valkey.start()
    await asyncio.sleep(1.1)
    await private.done(shop.spend("ana", 2))
    assert await fence(private) > before


async def test_a_dead_port_is_no_reason_to_wait(unguarded: House) -> None:
    shop = Shop()
    await unguarded.done(shop.sale("ana", "a1", 10))
    await asyncio.wait_for(unguarded.done(*(shop.spend("ana", 2) for _ in range(5))), 2)


async def test_leases_are_free_after_a_batch(private: House, valkey: OwnValkey) -> None:
    shop = Shop()
    await private.done(shop.sale("ana", "a1", 10), shop.spend("ana", 2))
    await private.engine.lanes[0].drained()
    async with open_leases(SecretStr(valkey.url.get_secret_value()), budget_seconds=1) as others:
        answers = await others.acquire("p0", ["lease:{p0}:prg:ana"], "another process", 1_000)
    assert type(answers["lease:{p0}:prg:ana"]).__name__ == "Granted"


async def test_the_guard_is_told_which_fences_were_written_without_it(databases: Databases) -> None:
    told: list[tuple[str, int]] = []

    class Listening(MemberGuard):
        """Notes what it is told."""

        def wrote_unguarded(self, member: MemberKey, fence: int) -> None:
            told.append((member.member, fence))

    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(
            database.url, DEAD_VALKEY, clock=clock, guard=lambda guard: Listening(guard._leases, "me")
        ) as engine,
    ):
        house, shop = House(engine, database, clock), Shop()
        await house.done(shop.sale("ana", "a1", 10))
        await house.done(shop.spend("ana", 2))
        assert told == [("ana", await fence(house))]
