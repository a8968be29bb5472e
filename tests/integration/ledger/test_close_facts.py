"""What is still open is counted as it is, at exactly the positions that are told with it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from chassis.runtime.clock import ManualClock
from ledger_service.domain.close import CloseFacts, OpenPoints
from ledger_service.store.close_facts import PostgresOpenBusiness
from tests.integration.ledger.house import House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

NOTHING = OpenPoints(0, 0)


@pytest.fixture
async def house(databases: Databases, redis_url: str) -> AsyncIterator[House]:
    clock = ManualClock(NOON)
    async with databases.fresh("ledger") as database, open_engine(database.url, redis_url, clock=clock) as engine:
        yield House(engine, database, clock)


async def facts_of(house: House, at: timedelta | None = timedelta()) -> CloseFacts:
    now = None if at is None else house.clock.now() + at
    return await PostgresOpenBusiness(house.engine.database).facts("prg", now)


async def test_of_nothing_there_is_nothing_open(house: House) -> None:
    facts = await facts_of(house)
    assert {facts.announced_returns, facts.holds, facts.debts, facts.pending} == {NOTHING}
    assert [one.count for one in (facts.parked_returns, facts.proposed_adjustments, facts.transfers)] == [0, 0, 0]
    assert facts.parked_returns.oldest is None
    assert list(facts.up_to) == list(await house.engine.log.heads())


async def test_points_are_pending_until_they_are_available(house: House) -> None:
    shop, later = Shop(), house.clock.now() + timedelta(days=3)
    await house.done(shop.sale("ana", "a1", 5, 6, available_time=later), shop.sale("bo", "b1", 7))
    assert (await facts_of(house)).pending == OpenPoints(2, 11)
    assert (await facts_of(house, timedelta(days=3))).pending == NOTHING
    # On a replay clock the present is the program's last event.
    assert (await facts_of(house, None)).pending == OpenPoints(2, 11)


async def test_members_in_debt_are_counted_with_what_they_owe(house: House) -> None:
    shop = Shop()
    await house.done(*(shop.sale(who, f"{who}-1", 50) for who in ("ana", "bo", "cyd")))
    await house.done(shop.spend("ana", 40), shop.spend("bo", 50))
    await house.done(shop.back("ana", "r1", "ana-1"), shop.back("bo", "r2", "bo-1"))
    assert (await facts_of(house)).debts == OpenPoints(2, 90)


async def test_other_programs_do_not_count(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "a1", 5, available_time=house.clock.now() + timedelta(days=3)))
    other = await PostgresOpenBusiness(house.engine.database).facts("other", house.clock.now())
    assert other.pending == NOTHING
