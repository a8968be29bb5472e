"""PostgreSQL itself refuses the serving role to change or remove history (I7)."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from chassis.runtime.clock import ManualClock
from tests.integration.ledger.house import House, Shop, as_role
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

HISTORY = ("movement", "obligation", "event", "posted_order", "posted_return", "redemption")


@pytest.fixture(scope="module")
async def written(databases: Databases, redis_url: str) -> AsyncIterator[House]:
    """A ledger with something in it. One for all: nothing that is tried here succeeds."""
    shop, clock = Shop(), ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock) as engine,
    ):
        house = House(engine, database, clock)
        await house.done(shop.sale("ana", "a1", 10), shop.spend("ana", 10), shop.back("ana", "r1", "a1"))
        yield house


@pytest.mark.parametrize("table", HISTORY)
async def test_history_is_not_updated(written: House, table: str) -> None:
    column = {"event": "hash", "posted_return": "home", "posted_order": "post_time"}.get(table, "bucket")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(written.database.url, f"UPDATE {table} SET {column} = {column}")


@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE", "DROP TABLE"])
async def test_history_is_not_removed(written: House, verb: str, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(written.database.url, f"{verb} {table}")


@pytest.mark.parametrize("table", ["wallet", "accrual", "home", "burn", "returned_line", "head", "installation"])
async def test_states_are_not_removed(written: House, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(written.database.url, f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE installation SET partitions = 8",
        "ALTER TABLE movement DISABLE TRIGGER ALL",
        "CREATE TABLE mine (x integer)",
    ],
)
async def test_the_serving_role_changes_no_rules(written: House, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(written.database.url, statement)


async def test_the_serving_role_gives_itself_no_rights(written: House) -> None:
    await as_role(written.database.url, "GRANT UPDATE ON movement TO CURRENT_USER")
    assert await written.rows("SELECT has_table_privilege('movement', 'UPDATE')") == [(False,)]
