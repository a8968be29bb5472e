"""A process that dies between write and commit, and a commit whose reply is lost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.use_cases.commit_ports import BatchStore
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import House, Shop
from tests.integration.ledger.stores import CrashError, Fragile, Silent
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

TABLES = (
    "request_key",
    "document_key",
    "wallet",
    "home",
    "accrual",
    "movement",
    "obligation",
    "burn",
    "posted_order",
    "posted_return",
    "returned_line",
    "redemption",
    "event",
)


@dataclass
class Faulty(House):
    """A house whose store can be told to fail."""

    fragile: Fragile
    silent: Silent


@pytest.fixture
async def faulty(databases: Databases, redis_url: str) -> AsyncIterator[Faulty]:
    stores: list[tuple[Fragile, Silent]] = []

    def around(store: BatchStore) -> BatchStore:
        fragile = Fragile(store)
        stores.append((fragile, Silent(fragile)))
        return stores[0][1]

    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=clock, store=around) as engine,
    ):
        yield Faulty(engine, database, clock, *stores[0])


async def rows_in_all(house: House) -> dict[str, object]:
    return {table: (await house.rows(f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES}


async def test_a_crash_before_the_commit_leaves_nothing(faulty: Faulty) -> None:
    faulty.fragile.crashes = 1
    [heard] = await faulty.say(Shop().sale("ana", "a1", 10))
    assert isinstance(heard, CrashError)
    assert await rows_in_all(faulty) == dict.fromkeys(TABLES, 0)


async def test_the_same_command_succeeds_after_the_crash(faulty: Faulty) -> None:
    sale = Shop().sale("ana", "a1", 10)
    faulty.fragile.crashes = 1
    await faulty.say(sale)
    [outcome] = await faulty.done(sale)
    assert not outcome.replayed
    assert await faulty.rows("SELECT position FROM event") == [(1,)]


async def test_a_crash_of_a_redemption_spends_nothing(faulty: Faulty) -> None:
    shop = Shop()
    await faulty.done(shop.sale("ana", "a1", 10))
    before = await rows_in_all(faulty)
    faulty.fragile.crashes = 1
    await faulty.say(shop.spend("ana", 10))
    assert await rows_in_all(faulty) == before
    assert await faulty.broken() == []


async def test_a_batch_that_failed_is_tried_command_by_command(faulty: Faulty) -> None:
    shop = Shop()
    faulty.fragile.crashes = 1
    await faulty.done(*(shop.sale("ana", f"a{n}", 10) for n in range(5)))
    assert await faulty.rows("SELECT position FROM event ORDER BY position") == [(n,) for n in range(1, 6)]


async def test_guarded_commands_of_one_member_survive_being_tried_one_by_one(faulty: Faulty) -> None:
    shop = Shop()
    await faulty.done(shop.sale("ana", "a1", 10))
    faulty.fragile.crashes = 1
    await faulty.done(*(shop.spend("ana", 2) for _ in range(5)))
    assert (await faulty.engine.wallet("prg", "ana")).balance == 0
    assert await faulty.broken() == []


async def test_a_lost_reply_is_unavailable(faulty: Faulty) -> None:
    faulty.silent.lost = 1
    [heard] = await faulty.say(Shop().sale("ana", "a1", 10))
    assert isinstance(heard, Refusal)
    assert heard.transient


async def test_a_retry_after_a_lost_reply_hears_what_was_committed(faulty: Faulty) -> None:
    sale = Shop().sale("ana", "a1", 10)
    faulty.silent.lost = 1
    await faulty.say(sale)
    [outcome] = await faulty.done(sale)
    assert outcome.replayed


async def test_the_lane_goes_on_without_gap_after_a_lost_reply(faulty: Faulty) -> None:
    shop = Shop()
    faulty.silent.lost = 1
    await faulty.say(shop.sale("ana", "a1", 10))
    [outcome] = await faulty.done(shop.sale("ana", "a2", 10))
    assert isinstance(outcome, Outcome)
    assert outcome.answer.position.position == 2
    assert await faulty.broken() == []
