"""Two processes and one log: who lost the lane commits nothing, and positions have no gap."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest

from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from ledger_service.domain.commands import Command
from ledger_service.lanes.keeper import LaneKeeper
from ledger_service.use_cases.commit_ports import BatchStore
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import DEAD_VALKEY, Shop, as_role, rows_of
from tests.integration.ledger.stores import Slow
from tests.support.engine import Engine, open_engine
from tests.support.servers import Databases


@dataclass
class Rivals:
    """Two engines; the first owns the lane. `slow` is the first one's store."""

    first: Engine
    second: Engine
    database: Database
    slow: Slow
    shop: Shop = field(default_factory=Shop)

    async def end_lease(self) -> None:
        """The owner has not renewed in time."""
        await as_role(self.database.owner_url, "UPDATE head SET lease_until = '-infinity'")

    async def hand_over(self) -> None:
        """The lease ends and the second is there first."""
        await self.end_lease()
        await self.second.keeper.renew()

    async def positions(self) -> list[object]:
        return [position for (position,) in await rows_of(self.database, "SELECT position FROM event ORDER BY 1")]

    async def broken(self) -> list[str]:
        return [check.description for check in await self.second.broken("prg")]


@asynccontextmanager
async def rivals_over(database: Database, redis_url: str) -> AsyncIterator[Rivals]:
    slow: list[Slow] = []

    def around(store: BatchStore) -> BatchStore:
        slow.append(Slow(store))
        return slow[0]

    async with (
        open_engine(database.url, redis_url, owner="first", store=around) as first,
        open_engine(database.url, redis_url, owner="second", take=LaneKeeper.renew) as second,
    ):
        yield Rivals(first, second, database, slow[0])


@pytest.fixture
async def rivals(databases: Databases, redis_url: str) -> AsyncIterator[Rivals]:
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database, rivals_over(database, redis_url) as rivals:
        yield rivals


@pytest.fixture(params=["with Valkey", "without Valkey"])
async def contenders(databases: Databases, redis_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Rivals]:
    url = redis_url if request.param == "with Valkey" else DEAD_VALKEY
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database, rivals_over(database, url) as rivals:
        yield rivals


async def heard_from(engine: Engine, command: Command) -> Outcome | Refusal:
    try:
        return await engine.keeper.submit(command)
    except Refusal as refusal:
        return refusal


async def test_nobody_takes_a_lane_whose_lease_lasts(rivals: Rivals) -> None:
    heard = await heard_from(rivals.second, rivals.shop.sale("ana", "a1", 10))
    assert isinstance(heard, Refusal)
    assert heard.reason == "LANE_UNOWNED"


async def test_a_lane_whose_lease_ran_out_is_taken_over_where_it_stood(rivals: Rivals) -> None:
    await rivals.first.keeper.submit(rivals.shop.sale("ana", "a1", 10))
    await rivals.hand_over()
    await rivals.second.keeper.submit(rivals.shop.sale("ana", "a2", 10))
    assert await rivals.positions() == [1, 2]
    assert await rivals.broken() == []


async def test_who_lost_the_lane_without_noticing_commits_nothing(rivals: Rivals) -> None:
    await rivals.hand_over()
    heard = await heard_from(rivals.first, rivals.shop.sale("ana", "a1", 10))
    assert isinstance(heard, Refusal)
    assert heard.reason == "LANE_UNOWNED"
    assert await rivals.positions() == []
    assert await rows_of(rivals.database, "SELECT key FROM request_key") == []


async def test_who_lost_the_lane_knows_it_afterwards(rivals: Rivals) -> None:
    await rivals.hand_over()
    await heard_from(rivals.first, rivals.shop.sale("ana", "a1", 10))
    assert rivals.first.lanes[0].head is None


async def test_renewing_tells_who_lost_the_lane(rivals: Rivals) -> None:
    await rivals.hand_over()
    await rivals.first.keeper.renew()
    assert rivals.first.lanes[0].head is None


async def test_a_batch_that_was_read_before_the_takeover_is_rolled_back(rivals: Rivals) -> None:
    rivals.slow.before = True
    late = asyncio.create_task(heard_from(rivals.first, rivals.shop.sale("ana", "a1", 10)))
    await rivals.slow.reached.wait()
    await rivals.hand_over()
    await rivals.second.keeper.submit(rivals.shop.sale("ana", "a2", 20))
    rivals.slow.go_on.set()
    assert isinstance(await late, Refusal)
    assert (await rivals.second.wallet("prg", "ana")).balance == 20
    assert await rivals.broken() == []


async def test_a_takeover_waits_for_a_batch_that_was_written(rivals: Rivals) -> None:
    rivals.slow.after = True
    writing = asyncio.create_task(heard_from(rivals.first, rivals.shop.sale("ana", "a1", 10)))
    await rivals.slow.reached.wait()
    await asyncio.sleep(0)
    taking = asyncio.create_task(rivals.second.keeper.renew())
    await as_soon_as_blocked(taking)
    rivals.slow.go_on.set()
    await asyncio.gather(writing, taking)
    await rivals.hand_over()
    head = rivals.second.lanes[0].head
    assert head is not None
    assert head.position == 1


async def as_soon_as_blocked(task: "asyncio.Task[bool]") -> None:
    """Gives a task time to come to its lock; it is not done before somebody lets go."""
    await asyncio.wait([task], timeout=0.2)


async def test_a_retry_at_the_new_owner_hears_the_first_answer(rivals: Rivals) -> None:
    sale = rivals.shop.sale("ana", "a1", 10)
    first = await rivals.first.keeper.submit(sale)
    await rivals.hand_over()
    again = await rivals.second.keeper.submit(sale)
    assert (again.answer, again.replayed) == (first.answer, True)


async def test_a_lane_that_goes_back_and_forth_under_load_loses_and_doubles_nothing(contenders: Rivals) -> None:
    engines, random, stop = (contenders.first, contenders.second), Random(1), asyncio.Event()

    async def insist(command: Command) -> None:
        for _ in range(2_000):
            if isinstance(await heard_from(random.choice(engines), command), Outcome):
                return
            await asyncio.sleep(0.005)

    async def contend() -> None:
        while not stop.is_set():
            await contenders.end_lease()
            await random.choice(engines).keeper.renew()
            await asyncio.sleep(random.uniform(0, 0.03))

    contending = asyncio.create_task(contend())
    members = [f"m{n % 5}" for n in range(60)]
    await asyncio.gather(*(insist(contenders.shop.sale(member, f"d{n}", 4)) for n, member in enumerate(members)))
    await asyncio.gather(*(insist(contenders.shop.spend(member, 4)) for member in members))
    stop.set()
    await contending
    assert await contenders.positions() == list(range(1, 121))
    assert await rows_of(contenders.database, "SELECT DISTINCT balance FROM wallet") == [(0,)]
    assert await contenders.broken() == []
