"""The checkers of members' days and of where they stand turn red when those are changed behind the ledger's back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import pytest

from chassis.runtime.clock import ManualClock
from chassis.runtime.postgres import Database
from deploy.local.stack import LocalStack
from ledger_service.domain.integrity import IntegrityCheck
from ledger_service.store.auditor import PostgresAuditor
from tests.integration.ledger.crime import OneConnection
from tests.integration.ledger.house import House, connected
from tests.integration.ledger.test_standings import LADDER, TODAY, DatedShop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

MONTH = timedelta(days=30)


@pytest.fixture(scope="module")
async def url(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[str]:
    """Ann climbed, brought goods back, was given a tier; Bo bought two brands at once."""
    shop = DatedShop()
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(
            database.url, redis_url, clock=ManualClock(NOON), ladders=lambda _program: (LADDER,)
        ) as engine:
            house = House(engine, database, ManualClock(NOON))
            await house.done(shop.bought("ann", "a1", 150, TODAY - MONTH), shop.bought("ann", "a2", 80, TODAY))
            await house.done(shop.back("ann", "r1", "a2"), shop.set_tier("ann", "gold", TODAY, TODAY + MONTH))
            await house.done(shop.over_brands("bo", "b1", 60, "north", "peak"))
            assert await house.broken() == []
        yield servers.postgres.url(database.name)


async def red(url: str, statement: str) -> list[IntegrityCheck]:
    """The checks that are red after a statement of the owner's, which is rolled back."""
    async with connected(url) as raw:
        transaction = raw.transaction(isolation="repeatable_read")
        await transaction.start()
        await raw.execute("SET LOCAL ROLE ledger_owner")
        await raw.execute(statement)
        await raw.execute("SET LOCAL ROLE ledger_app")
        database = Database(cast("Any", OneConnection(raw)))
        auditor = PostgresAuditor(database, database, lambda _program: (LADDER,))
        found = [check async for check in auditor.checks("prg") if check.violations]
        await transaction.rollback()
    return found


@pytest.mark.parametrize("column", ["spend", "base_points", "all_points", "orders"])
async def test_a_changed_day(url: str, column: str) -> None:
    found = await red(url, f"UPDATE activity SET {column} = {column} + 1 WHERE home = 'bo' AND brand = 'north'")
    assert "home bo on 2026-03-02 at north in USD" in found[0].findings[0]


async def test_a_day_that_is_gone(url: str) -> None:
    found = await red(url, "DELETE FROM activity WHERE home = 'bo' AND brand = 'peak'")
    assert "at peak" in found[0].findings[0]


async def test_an_order_over_brands_that_is_gone(url: str) -> None:
    [check] = await red(url, "DELETE FROM activity_mixed")
    assert "over north,peak" in check.findings[0]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ladder_track SET total = total + 1 WHERE root = 'ann'",
        "UPDATE ladder_track SET changes = changes + 1 WHERE root = 'ann'",
        "UPDATE tier_record SET tier = 'gold' WHERE home = 'ann' AND tier = 'silver'",
        "DELETE FROM tier_record WHERE home = 'ann'",
        "UPDATE manual_tier SET end_day = start_day WHERE home = 'ann'",
    ],
)
async def test_a_changed_standing(url: str, change: str) -> None:
    [check] = await red(url, change)
    assert check.description.startswith("where members of one home stand")
    assert "member ann on status" in check.findings[0]
