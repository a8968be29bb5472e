"""Caps and budgets: the checker turns red when what is counted is changed behind the ledger's back."""

from collections.abc import AsyncIterator

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.rounding import Ratio
from deploy.local.stack import LocalStack
from ledger_service.domain.accrual import PointRate
from tests.integration.ledger.crime import Crime, caught
from tests.integration.ledger.house import House
from tests.integration.ledger.limited import LimitedShop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.pure_limits import budget, cap
from tests.support.pure_people import People
from tests.support.servers import Databases

THIRDS = PointRate("USD", Ratio.of("1/3"))


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    """Ana earned 70 and 30 of 70 under a cap of 100, and the second came back; ben earned 50 of a budget of
    which a third of a cent of each point is counted, and sent some."""
    shop, clock = LimitedShop(), ManualClock(NOON)
    daily, pot = cap("daily", 100, window="2026-03-02", money=900), budget("pot", 300, money=200)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="2") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            await house.done(shop.limited("ana", "A", 70, daily, pot), shop.limited("ana", "B", 70, daily, pot))
            await house.done(shop.back("ana", "R", "B"))
            await house.done(shop.limited("ben", "C", 50, pot, rate=THIRDS))
            await house.done(People(shop.pure).sending("ben", "ana", 20))
        yield Crime(servers.postgres.url(database.name))


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


@pytest.mark.parametrize("column", ["points", "minor_units"])
async def test_a_changed_use_of_a_member(ledger: Crime, column: str) -> None:
    name, finding = await caught(ledger, f"UPDATE limit_use SET {column} = {column} + 1")
    assert name == "limits"
    assert finding.startswith("limit daily in 2026-03-02 of ana: 70 points and 70 minor units stand")


@pytest.mark.parametrize("column", ["used_points", "used_minor_units"])
async def test_a_changed_use_of_a_budget(ledger: Crime, column: str) -> None:
    lane = "(SELECT min(partition) FROM allotment)"
    name, finding = await caught(ledger, f"UPDATE allotment SET {column} = {column} - 1 WHERE partition = {lane}")
    assert name == "limits"
    assert finding.startswith("limit pot in ever: 120 points and 87 minor units stand")


@pytest.mark.parametrize("table", ["limit_use", "allotment"])
async def test_a_use_that_is_gone(ledger: Crime, table: str) -> None:
    name, _ = await caught(ledger, f"DELETE FROM {table}")
    assert name == "limits"


async def test_a_use_that_nothing_stands_for(ledger: Crime) -> None:
    red = await ledger.after("UPDATE limit_use SET window_key = '2026-03-03'")
    assert red == {
        "limits": (
            "limit daily in 2026-03-02 of ana: 70 points and 70 minor units stand, 0 and 0 are counted",
            "limit daily in 2026-03-03 of ana: 0 points and 0 minor units stand, 70 and 70 are counted",
        )
    }


async def test_an_accrual_that_forgets_what_it_counts_against(ledger: Crime) -> None:
    # What is frozen at birth is in the chain too.
    red = await ledger.after("UPDATE accrual SET limits = '' WHERE home = 'ben'")
    assert red.keys() == {"limits", "chains"}


async def test_a_use_that_moved_from_one_lane_to_another_is_the_same(ledger: Crime) -> None:
    moved = "UPDATE allotment SET used_points = used_points + CASE partition WHEN 0 THEN 5 ELSE -5 END"
    assert await ledger.after(moved) == {}
