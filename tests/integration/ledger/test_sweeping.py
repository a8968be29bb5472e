"""Sweeps over real rows: what is due is booked once, whoever looks, and a reader sees no difference."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from chassis.runtime.clock import ManualClock, SystemClock
from chassis.values.ids import bucket_of
from deploy.local.stack import LocalStack
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import AuthorizeRedemption, SweepWallet
from ledger_service.use_cases import errands, sweep_wallets
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import House, Shop
from tests.integration.ledger.nodes import nodes_over
from tests.integration.ledger.sweeping import Loners, SomePrograms, sweeping, whole_pass
from tests.property.ledger.timed import ANA, SOON_DAYS, TimedTwin
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON, terms
from tests.support.servers import Databases

DAY = timedelta(days=1)


@pytest.mark.parametrize("seed", range(3))
async def test_the_tables_show_what_the_model_says_before_every_command(house: House, seed: int) -> None:
    twin = TimedTwin(Random(seed).randint, idle_sweeps=False)
    twin.begin()
    for _ in range(120):
        twin.act()
    for one, shown in zip(twin.done, twin.reads, strict=True):
        house.clock.set(one.now)
        read = await house.engine.reader.wallet(ANA, ("ana",), one.now, False, SOON_DAYS)
        assert replace(read, version=0) == replace(shown, version=0)
        [heard] = await house.say(one.command)
        if one.applied is None:
            assert getattr(heard, "reason", "") == one.reason
        else:
            assert isinstance(heard, Outcome)
            assert heard.answer.wallet == one.applied.answer.wallet
    assert await house.broken() == []


async def test_a_read_before_the_sweep_shows_what_a_read_after_it_shows(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "due", 10, expire_time=NOON + DAY), shop.sale("ana", "kept", 7))
    await house.done(shop.sale("bo", "rolls", 5, expire_time=NOON + DAY, rolling_days=30))
    house.clock.advance(DAY)
    before = [await house.engine.wallet("prg", member) for member in ("ana", "bo")]
    swept = await whole_pass(sweeping(house.engine.database, house.engine.keeper, house.clock))
    after = [await house.engine.wallet("prg", member) for member in ("ana", "bo")]
    assert swept.expired_points == 10
    assert [replace(one, version=0) for one in before] == [replace(one, version=0) for one in after]
    assert await house.broken() == []


async def test_points_are_gone_at_midnight_of_the_shop_and_not_a_tick_before(house: House) -> None:
    shop, midnight = Shop(), datetime(2026, 3, 3, 5, tzinfo=UTC)
    await house.done(shop.sale("ana", "sale", 10, expire_time=midnight))
    sweep = sweeping(house.engine.database, house.engine.keeper, house.clock)
    house.clock.set(midnight - timedelta(microseconds=1))
    assert (await whole_pass(sweep)).swept == 0
    assert (await house.engine.wallet("prg", "ana")).balance == 10
    house.clock.set(midnight)
    assert (await house.engine.wallet("prg", "ana")).balance == 0
    assert (await whole_pass(sweep)).expired_points == 10


async def test_a_sweep_touches_only_what_is_due(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "due", 10, 20, expire_time=NOON + DAY))
    await house.done(shop.sale("ana", "later", 5, expire_time=NOON + 2 * DAY), shop.sale("ana", "never", 3))
    await house.done(shop.sale("bo", "later", 5, expire_time=NOON + 2 * DAY))
    [(moves, events)] = await house.rows("SELECT (SELECT count(*) FROM movement), (SELECT count(*) FROM event)")
    house.clock.advance(DAY)
    assert (await whole_pass(sweeping(house.engine.database, house.engine.keeper, house.clock))).swept == 1
    [counts] = await house.rows("SELECT (SELECT count(*) FROM movement), (SELECT count(*) FROM event)")
    assert counts == (int(str(moves)) + 2, int(str(events)) + 1)


async def test_a_second_pass_finds_nothing(house: House) -> None:
    shop = Shop()
    await house.done(*(shop.sale(f"m-{n}", f"s-{n}", 10, expire_time=NOON + DAY) for n in range(30)))
    house.clock.advance(DAY)
    sweep = sweeping(house.engine.database, house.engine.keeper, house.clock)
    assert (await whole_pass(sweep)).expired_points == 300
    assert await whole_pass(sweep) == sweep_wallets.SweepRound()


async def test_a_pass_goes_page_by_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_wallets, "LARGEST_ROUND", 4)
    monkeypatch.setattr(errands, "AT_ONCE", 3)
    shop = Shop()
    await house.done(*(shop.sale(f"m-{n}", f"s-{n}", 10, expire_time=NOON + DAY) for n in range(10)))
    house.clock.advance(DAY)
    sweep = sweeping(house.engine.database, house.engine.keeper, house.clock)
    rounds = [await sweep() for _ in range(4)]
    assert [(done.swept, done.more) for done in rounds] == [(4, True), (4, True), (2, True), (0, False)]


async def test_a_wallet_that_cannot_be_swept_holds_nobody_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_wallets, "LARGEST_ROUND", 1)
    shop = Shop()
    await house.done(*(shop.sale(one, f"s-{one}", 10, expire_time=NOON + DAY) for one in ("ana", "bo", "cy")))
    house.clock.advance(DAY)
    members = Loners(silent=["ana"])
    done = await whole_pass(sweeping(house.engine.database, house.engine.keeper, house.clock, members=members))
    assert (done.swept, done.passed_over) == (2, {"UNAVAILABLE": 1})


async def test_what_is_due_of_an_absorbed_home_is_swept_through_its_root(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("bo", "sale", 10, expire_time=NOON + DAY), shop.sale("dee", "hers", 5))
    house.clock.advance(DAY)
    members = Loners(roots={"bo": "dee"})
    done = await whole_pass(sweeping(house.engine.database, house.engine.keeper, house.clock, members=members))
    assert (done.swept, done.expired_points, done.passed_over) == (1, 10, {})
    rows = await house.rows("SELECT member, version, balance, merge_seq FROM wallet ORDER BY member")
    assert rows == [("bo", 2, 0, 1), ("dee", 2, 5, 1)]
    assert await house.broken() == []


async def test_programs_that_replay_their_orders_are_not_swept(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "due", 10, expire_time=NOON + DAY))
    house.clock.advance(DAY)
    programs = SomePrograms(replayed=["prg"])
    done = await whole_pass(sweeping(house.engine.database, house.engine.keeper, house.clock, programs))
    assert done == sweep_wallets.SweepRound()


async def test_only_wallets_of_the_buckets_asked_for_are_swept(house: House) -> None:
    shop = Shop()
    await house.done(*(shop.sale(one, f"s-{one}", 10, expire_time=NOON + DAY) for one in ("ana", "bo", "cy")))
    house.clock.advance(DAY)
    engine = house.engine
    mine = sweeping(engine.database, engine.keeper, house.clock, buckets=lambda: [bucket_of("prg", "bo")])
    assert (await whole_pass(mine)).swept == 1
    assert await house.rows("SELECT balance FROM wallet WHERE member = 'bo'") == [(0,)]


async def test_several_sweepers_at_once_have_one_effect(house: House) -> None:
    shop = Shop()
    await house.done(*(shop.sale(f"m-{n}", f"s-{n}", 10, expire_time=NOON + DAY) for n in range(40)))
    house.clock.advance(DAY)
    sweeps = [sweeping(house.engine.database, house.engine.keeper, house.clock) for _ in range(3)]
    done = await asyncio.gather(*map(whole_pass, sweeps))
    assert sum(one.expired_points for one in done) == 400
    assert await house.rows("SELECT count(*) FROM event WHERE type = 'wallet_swept'") == [(40,)]
    assert await house.broken() == []


async def test_sweepers_of_two_processes_have_one_effect(
    servers: LocalStack, databases: Databases, redis_url: str
) -> None:
    shop, clock = Shop(), SystemClock()
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="2") as database,
        nodes_over(servers, database, redis_url) as nodes,
    ):
        first, second = await nodes.start(), await nodes.start()
        await nodes.until_shared(1, 1)
        soon = clock.now() + timedelta(seconds=0.5)
        sales = [shop.sale(f"m-{n}", f"s-{n}", 10, expire_time=soon) for n in range(20)]
        await first.done(*(replace(sale, origin=replace(sale.origin, occur_time=clock.now())) for sale in sales))
        await asyncio.sleep(0.6)
        async with open_engine(database.url, redis_url, owner="reader", take=_nothing) as reader:
            sweeps = [sweeping(reader.database, node.lanes.router, clock) for node in (first, second, first)]
            done = await asyncio.gather(*map(whole_pass, sweeps))
            assert sum(one.expired_points for one in done) == 200
            assert await reader.broken("prg") == []


async def _nothing(_keeper: object) -> None:
    """The nodes own the lanes."""


async def test_a_pass_that_died_goes_on_after_a_restart(databases: Databases, redis_url: str) -> None:
    shop, clock = Shop(), ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            await house.done(*(shop.sale(f"m-{n}", f"s-{n}", 10, expire_time=NOON + DAY) for n in range(6)))
            clock.advance(DAY)
            await house.done(SweepWallet(shop.pure.origin("m-3")))
        async with open_engine(database.url, redis_url, clock=clock, owner="successor") as engine:
            done = await whole_pass(sweeping(engine.database, engine.keeper, clock))
            assert (done.swept, done.expired_points) == (5, 50)
            assert await engine.broken("prg") == []


async def test_a_home_that_never_was_a_root_counts_for_the_wallet_it_moves_in(house: House) -> None:
    shop = Shop()
    sale = shop.sale("ana-card", "sale", 10)
    origin = replace(sale.origin, wallet=MemberKey("prg", "ana"), homes=("ana", "ana-card"))
    await house.done(replace(sale, origin=origin))
    assert await house.broken() == []


async def test_a_bound_that_hides_what_lapses_or_times_out_is_found(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "plain", 10, expire_time=NOON + 5 * DAY))
    await house.done(shop.sale("bo", "rolls", 10, expire_time=NOON + DAY, rolling_days=30))
    origin = shop.pure.origin("bo")
    await house.done(AuthorizeRedemption(origin, b"held", "held", 4, terms("north", "1", {}), None, 86_400))
    await house.owner(f"UPDATE wallet SET next_expire_time = '{NOON + 30 * DAY}' WHERE member = 'bo'")
    assert await house.broken() == []
    for statement in (
        f"UPDATE wallet SET next_expire_time = '{NOON + 31 * DAY}' WHERE member = 'bo'",
        f"UPDATE wallet SET next_expire_time = '{NOON + 6 * DAY}' WHERE member = 'ana'",
        "UPDATE wallet SET next_hold_time = NULL WHERE member = 'bo'",
    ):
        bounds = "next_expire_time, next_hold_time"
        kept = await house.rows(f"SELECT member, {bounds} FROM wallet")
        await house.owner(statement)
        [broken] = await house.broken()
        assert broken.startswith("a wallet's totals")
        for member, expire, hold in kept:
            expire_text, hold_text = (f"'{at}'" if at else "NULL" for at in (expire, hold))
            await house.owner(
                f"UPDATE wallet SET ({bounds}) = ({expire_text}::timestamptz, {hold_text}) WHERE member = '{member}'"
            )
