"""Cuts of periods and their barriers in the log are held against each other."""

from collections.abc import AsyncIterator

import pytest

from chassis.runtime.clock import ManualClock
from deploy.local.stack import LocalStack
from tests.integration.ledger.crime import Crime
from tests.integration.ledger.house import House, Shop
from tests.integration.ledger.periods import knife_over
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases


@pytest.fixture(scope="module")
async def ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    """Three periods of two lanes."""
    shop, clock = Shop(), ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="2") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house, knife = House(engine, database, clock), knife_over(engine.database, clock)
            for month in ("2025-11", "2025-12", "2026-01"):
                await house.done(shop.sale("ana", month, 5), shop.sale("bo", f"{month} too", 5))
                await knife.cut(month)
        yield Crime(servers.postgres.url(database.name))


async def test_every_checker_is_green_before(ledger: Crime) -> None:
    assert await ledger.after() == {}


async def test_a_cut_without_its_barrier(ledger: Crime) -> None:
    first = "(SELECT min(position) FROM period_cut WHERE partition = 0)"
    red = await ledger.after(f"UPDATE event SET program = 'other' WHERE partition = 0 AND position = {first}")
    [finding] = red["periods"]
    assert finding.startswith("2025-11 ends at 0/")
    assert finding.endswith("there is no such event")


async def test_a_barrier_that_cuts_no_period(ledger: Crime) -> None:
    name, findings = await _periods(ledger, "DELETE FROM period_cut WHERE period = '2026-01' AND partition = 0")
    assert name == "periods"
    assert [finding.split()[-1] for finding in findings] == ["partition", "period"]


async def test_a_period_that_is_left_out(ledger: Crime) -> None:
    red = await ledger.after("DELETE FROM period_cut WHERE period = '2025-12'")
    assert set(red) == {"periods"}


async def test_a_cut_that_says_it_is_of_another_month(ledger: Crime) -> None:
    _, findings = await _periods(ledger, "UPDATE period_cut SET period = '2026-03' WHERE period = '2026-01'")
    assert [finding[:7] for finding in findings] == ["2026-03"] * 4


async def test_a_barrier_that_lies_before_the_one_before_it(ledger: Crime) -> None:
    swap = (
        "ALTER TABLE period_cut DROP CONSTRAINT period_cut_partition_position_key",
        """UPDATE period_cut AS c SET position = o.position FROM period_cut AS o
        WHERE o.partition = c.partition AND o.sequence = 5 - c.sequence AND c.sequence IN (2, 3)""",
    )
    _, findings = await _periods(ledger, *swap)
    assert any(finding.endswith("is not behind the one before it in partition 0") for finding in findings)


async def test_a_cut_at_two_times(ledger: Crime) -> None:
    later = "UPDATE period_cut SET cut_time = cut_time + interval '1 day' WHERE sequence = 3 AND partition = 1"
    _, findings = await _periods(ledger, later)
    assert any("is not cut once in every partition" in finding for finding in findings)


async def test_an_event_of_a_request_is_no_barrier(ledger: Crime) -> None:
    red = await ledger.after("UPDATE event SET type = 'period_cut' WHERE position = 1 AND partition = 1")
    assert set(red) == {"periods", "requests"}
    assert red["periods"] == ("event 1/1 cuts no period",)


async def _periods(ledger: Crime, *statements: str) -> tuple[str, tuple[str, ...]]:
    [(name, findings)] = (await ledger.after(*statements)).items()
    return name, findings
