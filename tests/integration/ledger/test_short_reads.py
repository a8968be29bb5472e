"""What a long wallet costs those who read it: hardly more pages than a short one, whether or not its points roll."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
import pytest_asyncio

from ledger_service.store import rows
from ledger_service.store.statements import SQL
from tests.bench.desk import PROGRAM, Desk
from tests.bench.filling import Group, fill
from tests.support.engine import open_engine
from tests.support.servers import Databases

SHORT, LONG = Group("short", 1, 10, 2), Group("long", 1, 1_000, 200)
SHORT_ROLLING, LONG_ROLLING = [
    replace(group, name=f"{group.name}-rolling", rolling_months=12) for group in (SHORT, LONG)
]
CROWD = Group("crowd", 2_000, 16, 4, expired_every=1)
"""So many others that reading all would not be cheaper."""
MORE_PAGES = 4
"""Where the entries of one wallet lie on two leaves of an index, a few looks take one more."""
TOMORROW = "now() + interval '1 day'"


@pytest_asyncio.fixture
async def connection(databases: Databases, redis_url: str) -> AsyncIterator[asyncpg.Connection]:
    """To wallets with histories, as the services connect."""
    async with databases.fresh("ledger") as database:
        async with open_engine(database.url, redis_url) as engine:
            await fill(database, engine, Desk(), (SHORT, LONG, SHORT_ROLLING, LONG_ROLLING, CROWD))
        opened = await asyncpg.connect(database.owner_url, server_settings={"plan_cache_mode": "force_generic_plan"})
        try:
            yield opened
        finally:
            await opened.close()


async def pages(connection: asyncpg.Connection, statement: str, member: str) -> int:
    """How many pages a statement looks at that shows what a member has, what has lapsed, or what lapses next."""
    bucket, program, name = rows.bucket(PROGRAM, member), f"'{PROGRAM}'", f"'{member}'"
    one = f"ARRAY[{bucket}], ARRAY[{name}]"
    values = {
        "view_wallet": f"{program}, {name}, {one}, {TOMORROW}, false, 1",
        "view_wallets": f"{program}, {one}, ARRAY[{name}], {TOMORROW}, false, 1",
        "read_due": f"ARRAY[{bucket}], {program}, ARRAY[{name}], {TOMORROW}, ARRAY[now()]",
    }
    await connection.execute(f"PREPARE {statement} AS {SQL[statement].sql}")
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE {statement} ({values[statement]})"
    # The first run also reads what the catalog says, and sets hints.
    for _ in range(2):
        plan = json.loads(await connection.fetchval(explain))[0]["Plan"]
    assert plan["Actual Rows"] == 1
    await connection.execute(f"DEALLOCATE {statement}")
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.parametrize("statement", ["view_wallet", "view_wallets", "read_due"])
async def test_a_hundred_times_as_many_accruals_take_hardly_more_pages(
    connection: asyncpg.Connection, statement: str
) -> None:
    for few, many in (SHORT, LONG), (SHORT_ROLLING, LONG_ROLLING):
        short, long = [await pages(connection, statement, group.names[0]) for group in (few, many)]
        assert long <= short + MORE_PAGES, f"{few.name} takes {short} pages, {many.name} {long}"
