"""Tracks, records and days of members are right through crashes, lost replies, two owners of a lane, and merges."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import Command
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.store.standing_reader import PostgresStandings
from ledger_service.use_cases.commit_ports import BatchStore
from ledger_service.use_cases.ports import Outcome
from ledger_service.use_cases.standing_ports import AsOf
from tests.integration.ledger.house import House, as_role
from tests.integration.ledger.stores import CrashError, Fragile, Silent
from tests.integration.ledger.test_standings import LADDER, TODAY, DatedShop, tier
from tests.support.engine import Engine, open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

MEMBERS = ("ann", "bo", "cy")


def ladders(_program: str) -> tuple[Ladder, ...]:
    return (LADDER,)


def sales(shop: DatedShop, number: int, random: Random) -> list[Command]:
    """Sales of some days, of few members."""
    days = [TODAY - timedelta(days=random.randint(0, 500)) for _ in range(number)]
    return [
        shop.bought(random.choice(MEMBERS), f"d{count}", random.randint(1, 40), day) for count, day in enumerate(days)
    ]


async def until_heard(engines: list[Engine], random: Random, command: Command) -> Outcome:
    """Asks any process again and again, as a till does."""
    for _ in range(200):
        try:
            return await random.choice(engines).keeper.submit(command)
        except (CrashError, Refusal):
            await asyncio.sleep(0.01)
    raise AssertionError("never heard")


async def test_crashes_and_lost_replies_lose_and_double_nothing(databases: Databases, redis_url: str) -> None:
    fragile: list[Fragile] = []

    def around(store: BatchStore) -> BatchStore:
        fragile.append(Fragile(store))
        return Silent(fragile[0], lost=3)

    random, shop = Random(7), DatedShop()
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(
            database.url, redis_url, clock=ManualClock(NOON), store=around, batch_size=5, ladders=ladders
        ) as engine,
    ):
        fragile[0].crashes = 5
        made = sales(shop, 60, random)
        await asyncio.gather(*(until_heard([engine], random, one) for one in made))
        house = House(engine, database, ManualClock(NOON))
        assert await house.rows("SELECT sum(orders)::int FROM activity") == [(60,)]
        assert await house.broken() == []


async def test_a_lane_that_goes_to_and_fro_is_followed_as_one(databases: Databases, redis_url: str) -> None:
    random, shop = Random(8), DatedShop()
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, owner="first", batch_size=5, ladders=ladders) as first,
        open_engine(database.url, redis_url, owner="second", take=LaneKeeper.renew, ladders=ladders) as second,
    ):
        both = [first, second]
        posting = [asyncio.create_task(until_heard(both, random, one)) for one in sales(shop, 90, random)]
        for turn in range(6):
            await asyncio.sleep(0.05)
            await as_role(database.owner_url, "UPDATE head SET lease_until = '-infinity'")
            await both[1 - turn % 2].keeper.renew()
        await asyncio.gather(*posting)
        house = House(first, database, ManualClock(NOON))
        assert await house.rows("SELECT sum(orders)::int FROM activity") == [(90,)]
        assert await house.broken() == []


async def test_members_that_were_merged_climb_together_from_the_next_touch_on(
    databases: Databases, redis_url: str
) -> None:
    shop = DatedShop()
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=ManualClock(NOON), ladders=ladders) as engine,
    ):
        house = House(engine, database, ManualClock(NOON))
        await house.done(shop.bought("ann", "a1", 60), shop.bought("bo", "b1", 60))
        assert await tier(house, "ann") == ""
        homes = ("ann", "bo")
        found = await PostgresStandings(engine.database).read(MemberKey("prg", "ann"), homes, (LADDER,), AsOf(TODAY))
        assert found.standings[0].standing.tier == "silver"
        sale = shop.bought("ann", "a2", 1)
        merged = replace(sale, origin=replace(sale.origin, homes=homes, merge_seq=1))
        (outcome,) = await house.done(merged)
        assert await house.rows("SELECT home, tier FROM tier_record") == [("ann", "silver")]
        assert outcome.answer.wallet.version == 2
