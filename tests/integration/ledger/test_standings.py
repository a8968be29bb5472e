"""Standing over real servers: tracks, records and tiers set by hand as they are stored, whatever the batches."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import TierAnswer
from ledger_service.domain.commands import CancelPending, Command, EndTier, FollowStanding, PendingTarget, SetTier
from ledger_service.domain.standing.hold import Span
from ledger_service.domain.standing.ladder import Ladder, LadderVersion, Tier
from ledger_service.domain.standing.metric import Points, Scope
from ledger_service.domain.standing.window import Rolling
from ledger_service.store.standing_reader import PostgresStandings
from ledger_service.use_cases.standing_ports import AsOf, MemberStandings
from tests.integration.ledger.house import House, Shop
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON, award, sold
from tests.support.servers import Databases

TODAY = NOON.date()
TIERS = (Tier("silver", 100), Tier("gold", 200))
LADDER = Ladder("status", (LadderVersion(date(2020, 1, 1), Scope(), Points(), Rolling(12), TIERS, Span(months=18)),))


@pytest.fixture(params=[1, 7, 250])
async def climbing(request: pytest.FixtureRequest, databases: Databases, redis_url: str) -> AsyncIterator[House]:
    """A house whose program has a ladder; batches of several sizes."""
    clock = ManualClock(NOON)
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(
            database.url, redis_url, clock=clock, batch_size=request.param, ladders=lambda _program: (LADDER,)
        ) as engine,
    ):
        yield House(engine, database, clock)


class DatedShop(Shop):
    """Sales with a local day."""

    def bought(
        self, member: str, document: str, points: int, day: date = TODAY, available_time: datetime | None = None
    ) -> Command:
        command = self.sale(member, document, points, available_time=available_time)
        return replace(command, order=replace(command.order, local_day=day))

    def over_brands(self, member: str, document: str, points: int, *brands: str) -> Command:
        lines = [sold(number, 100, brand) for number, brand in enumerate(brands, start=1)]
        awards = [award(number, points, brand) for number, brand in enumerate(brands, start=1)]
        command = self.pure.order_command(member, document, lines, awards)
        return replace(command, order=replace(command.order, local_day=TODAY))

    def set_tier(self, member: str, tier: str, start: date, end: date | None = None) -> SetTier:
        origin = self.pure.origin(member)
        return SetTier(origin, f"tir-{origin.request_id}", "status", tier, start, end, "kept waiting", "ben", "ann")

    def end_tier(self, member: str, manual_id: str, end: date) -> EndTier:
        return EndTier(self.pure.origin(member), manual_id, end, "ann")

    def look(self, member: str, day: date) -> FollowStanding:
        return FollowStanding(self.pure.origin(member), day)


async def read(house: House, member: str, day: date = TODAY, latest: bool = True) -> MemberStandings:
    standings = PostgresStandings(house.engine.database)
    return await standings.read(MemberKey("prg", member), (member,), (LADDER,), AsOf(day, latest))


async def tier(house: House, member: str, day: date = TODAY) -> str:
    (view,) = (await read(house, member, day)).standings
    return view.standing.tier


async def test_sales_of_one_batch_climb_together(climbing: House) -> None:
    shop = DatedShop()
    sales = [shop.bought(f"m{number % 10}", f"d{number}", 10) for number in range(100)]
    await climbing.done(*sales)
    assert {await tier(climbing, f"m{number}") for number in range(10)} == {"silver"}
    assert await climbing.rows("SELECT count(*) FROM tier_record") == [(10,)]
    assert await climbing.broken() == []


async def test_goods_brought_back_take_the_tier_back_and_history_keeps_both(climbing: House) -> None:
    shop = DatedShop()
    await climbing.done(shop.bought("ann", "one", 100))
    await climbing.done(shop.back("ann", "back", "one"))
    assert await tier(climbing, "ann") == ""
    history = await PostgresStandings(climbing.engine.database).history(MemberKey("prg", "ann"), (LADDER,), 10)
    assert [(entry.record.position, entry.record.tier) for entry in history] == [(2, ""), (1, "silver")]
    assert await climbing.rows("SELECT spend, all_points, orders FROM activity") == [(0, 0, 0)]
    assert await climbing.broken() == []


async def test_pending_points_that_are_cancelled_by_their_accrual_count_no_more(climbing: House) -> None:
    shop = DatedShop()
    later = NOON + timedelta(days=30)
    (posted,) = await climbing.done(shop.bought("ann", "one", 100, available_time=later))
    accrual = posted.answer.earned[0].accrual_id  # type: ignore[union-attr]
    assert await tier(climbing, "ann") == "silver"
    target = PendingTarget("", 0, accrual, "ann")
    await climbing.done(CancelPending(shop.pure.origin("ann"), "pnd", target, "mistake"))
    assert await tier(climbing, "ann") == ""
    assert await climbing.broken() == []


async def test_tiers_by_hand_and_the_daily_look(climbing: House) -> None:
    shop = DatedShop()
    start, end = TODAY + timedelta(days=1), TODAY + timedelta(days=9)
    (given,) = await climbing.done(shop.set_tier("ann", "gold", start, end))
    assert isinstance(given.answer, TierAnswer)
    assert given.answer.standing is not None
    assert given.answer.standing.standing.tier == ""
    assert (await climbing.say(shop.look("ann", TODAY)))[0].reason == "NOTHING_DUE"  # type: ignore[union-attr]
    await climbing.done(shop.look("ann", start))
    assert await tier(climbing, "ann", start) == "gold"
    await climbing.done(shop.end_tier("ann", given.answer.manual.manual_id, start))
    assert await tier(climbing, "ann", start) == ""
    found = await climbing.say(shop.end_tier("ann", given.answer.manual.manual_id, start))
    assert isinstance(found[0], Refusal)
    assert await climbing.rows("SELECT tier, until FROM tier_record ORDER BY version, day") == [
        ("gold", end),
        ("", None),
    ]


async def test_two_sales_at_once_of_one_member_never_lose_one(climbing: House) -> None:
    shop = DatedShop()
    days = [TODAY - timedelta(days=number * 7) for number in range(40)]
    await asyncio.gather(*(climbing.done(shop.bought("ann", f"d{number}", 5, day)) for number, day in enumerate(days)))
    (view,) = (await read(climbing, "ann")).standings
    assert (view.standing.value, view.standing.tier) == (200, "gold")
    assert await climbing.broken() == []
