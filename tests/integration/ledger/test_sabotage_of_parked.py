"""Parked returns and the sales that they wait for are held against each other."""

from collections.abc import AsyncIterator

import pytest

from chassis.runtime.clock import ManualClock
from deploy.local.stack import LocalStack
from tests.integration.ledger.counter import Counter
from tests.integration.ledger.crime import Crime, caught
from tests.integration.ledger.house import House
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    """Ana's return waits for a sale, one of bo's was settled with its own."""
    shop, clock = Counter(), ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            await house.done(shop.early("ana", "r1", "a1"), shop.early("bo", "r2", "b1"))
            await house.done(shop.sale("bo", "b1", 20))
        yield Crime(servers.postgres.url(database.name))


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


async def test_a_parked_return_that_nobody_awaits(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM document_key WHERE state = 'AWAITED'")
    assert (name, finding.endswith("of ana waits for no sale")) == ("parked", True)


async def test_a_sale_that_is_awaited_by_nothing(ledger: Crime) -> None:
    red = await ledger.after("UPDATE document_key SET awaiting = '{}' WHERE state = 'AWAITED'")
    assert set(red) == {"parked"}
    assert [finding.split()[-1] for finding in red["parked"]] == ["sale", "nothing"]


async def test_a_parked_return_that_is_gone(ledger: Crime) -> None:
    name, finding = await caught(ledger, "DELETE FROM posted_return WHERE home = 'ana'")
    assert name == "parked"
    assert finding.startswith("a sale is awaited by ana/ret_")


async def test_a_settled_return_that_says_it_waits(ledger: Crime) -> None:
    red = await ledger.after("UPDATE posted_return SET state = 'parked' WHERE home = 'bo'")
    assert "parked" in red
