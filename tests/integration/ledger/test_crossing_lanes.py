"""Two lanes whose batches name each other's sales, crosswise: whoever comes first, nobody waits in a ring."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.ids import bucket_of, partition_of
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from ledger_service.domain.commands import Command
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.counter import Counter
from tests.integration.ledger.house import Heard, House, connected, crowd, rows_of
from tests.support.engine import Engine, open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

ROUNDS = 30
EACH = 12
"""Sales a lane posts in a round; as many returns wait for the other lane's."""


def members(partition: int) -> list[str]:
    """Members whose lane is one of two."""
    names = (f"member-{number}" for number in range(200))
    return [name for name in names if partition_of(bucket_of("prg", name), 2) == partition][:EACH]


def crossing(shop: Counter, round_: int) -> list[Sequence[Command]]:
    """What comes to each lane: sales and, of the same members, returns of what the other lane sells."""
    batches: list[Sequence[Command]] = []
    for lane in (0, 1):
        who, other = members(lane), 1 - lane
        sales = [shop.sale(one, f"sale-{lane}-{round_}-{n}", 10) for n, one in enumerate(who)]
        returns = [
            shop.early(one, f"back-{lane}-{round_}-{n}", f"sale-{other}-{round_}-{n}") for n, one in enumerate(who)
        ]
        batches.append([command for pair in zip(sales, returns, strict=True) for command in pair])
    return batches


async def meet(engine: Engine, batches: Sequence[Sequence[Command]]) -> list[Heard]:
    heard = await asyncio.gather(*(crowd(engine, batch) for batch in batches))
    return [one for each in heard for one in each]


@pytest.mark.parametrize("batch_size", [2, 250])
async def test_sales_and_returns_that_cross_never_wait_in_a_ring(
    databases: Databases, redis_url: str, batch_size: int
) -> None:
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="2") as database,
        open_engine(database.url, redis_url, clock=ManualClock(NOON), batch_size=batch_size) as engine,
    ):
        shop = Counter()
        odd: list[Heard] = []
        for round_ in range(ROUNDS):
            heard = await meet(engine, crossing(shop, round_))
            odd += [one for one in heard if not isinstance(one, Outcome) and not overtaken(one)]
        assert (odd, await rings(database), await engine.broken("prg")) == ([], 0, [])


async def rings(database: Database) -> int:
    """How often the database had to break a ring."""
    [(count,)] = await rows_of(database, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(str(count))


def overtaken(heard: Heard) -> bool:
    """The sale was there first: the return is made anew."""
    return isinstance(heard, Refusal) and heard.reason == "OVERTAKEN"


async def test_a_batch_that_the_database_gives_up_is_tried_again(house: House) -> None:
    """Somebody else holds the wallet and waits for the batch's request id: the batch has waited longer."""
    shop = Counter()
    await house.done(shop.sale("ana", "one", 10))
    sale = shop.sale("ana", "two", 10)
    async with connected(house.database.url) as connection, connection.transaction():
        await connection.execute("SELECT 1 FROM wallet FOR UPDATE")
        saying = asyncio.create_task(house.done(sale))
        await asyncio.sleep(0.2)
        # Returns once the batch is given up and rolled back.
        await connection.execute("INSERT INTO request_key (key, fingerprint) VALUES ($1, '')", sale.origin.request.key)
        await connection.execute("DELETE FROM request_key WHERE key = $1", sale.origin.request.key)
    await saying
    assert (await rings(house.database), (await house.engine.wallet("prg", "ana")).balance) == (1, 20)
