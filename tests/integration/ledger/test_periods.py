"""A period is cut by a barrier in every partition, in one commit."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from ledger_service.domain.event import EventType
from ledger_service.use_cases.stream_events import StreamEvents
from tests.integration.ledger.house import House, Shop, connected
from tests.integration.ledger.periods import Knife, knife_over, months, own_knife
from tests.support.engine import open_engine
from tests.support.servers import Databases

OVER = datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.fixture
async def house(databases: Databases, redis_url: str) -> AsyncIterator[House]:
    """Four lanes; it is the third of November."""
    clock = ManualClock(OVER)
    async with databases.fresh("ledger") as database, open_engine(database.url, redis_url, clock=clock) as engine:
        yield House(engine, database, clock)


@pytest.fixture
def knife(house: House) -> Knife:
    """In the same process as the lanes."""
    return knife_over(house.engine.database, house.clock)


async def refused(knife: Knife, period: str, program: str = "prg") -> Refusal:
    with pytest.raises(Refusal) as caught:
        await knife.cut(period, program)
    return caught.value


async def test_every_partition_gets_one_barrier_behind_all_that_it_had(house: House, knife: Knife) -> None:
    shop = Shop()
    await house.done(*(shop.sale(f"m{n}", f"d{n}", 5) for n in range(40)))
    before = {head.partition: head.position for head in await house.engine.log.heads()}
    cut = await knife.cut("2026-10")
    assert (cut.sequence, cut.period, cut.cut_time) == (1, "2026-10", OVER)
    assert dict(cut.barriers) == {partition: position + 1 for partition, position in before.items()}
    assert dict(await house.engine.log.heads()) == dict(cut.barriers)
    for partition, position in cut.barriers:
        [stored] = await house.engine.log.read(partition, position - 1, position, ["prg"], 10)
        event = stored.event
        assert (event.type, event.subject_id, event.root, event.movements) == (EventType.PERIOD_CUT, "2026-10", "", ())
        assert event.occur_time == event.post_time == cut.cut_time


async def test_the_lanes_go_on_behind_it_and_every_checker_holds(house: House, knife: Knife) -> None:
    shop = Shop()
    for month in ("2026-08", "2026-09", "2026-10"):
        await house.done(*(shop.sale(f"m{n}", f"{month}-{n}", 5) for n in range(12)))
        await knife.cut(month)
    await house.done(shop.spend("m1", 10), shop.back("m2", "r2", "2026-09-2"))
    assert await house.broken() == []


async def test_the_same_period_again_is_the_first_cut(house: House, knife: Knife) -> None:
    first = await knife.outcome("2026-09")
    await house.done(Shop().sale("ana", "a1", 5))
    await knife.cut("2026-10")
    again = await knife.outcome("2026-09")
    assert (first.replayed, again.replayed, again.cut) == (False, True, first.cut)


async def test_two_who_cut_at_once_cut_once(house: House, knife: Knife) -> None:
    async with own_knife(house.database, house.clock, replay_clock=False) as other:
        outcomes = await asyncio.gather(*(one.outcome("2026-10") for one in (knife, other) * 5))
    assert len({outcome.cut for outcome in outcomes}) == 1
    assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 9


async def test_months_follow_each_other(knife: Knife) -> None:
    await knife.cut("2025-12")
    for period in ("2026-02", "2025-11"):
        refusal = await refused(knife, period)
        assert (refusal.reason, refusal.metadata["expected_period"]) == ("PERIOD_OUT_OF_ORDER", "2026-01")
    assert (await knife.cut("2026-01")).sequence == 2


async def test_a_month_is_over_when_it_is_over_where_the_program_settles(house: House) -> None:
    knife = knife_over(house.engine.database, house.clock, zone="America/Los_Angeles")
    house.clock.advance(datetime(2026, 11, 1, 6, 59, 59, tzinfo=UTC) - OVER)
    refusal = await refused(knife, "2026-10")
    assert (refusal.reason, refusal.metadata["end_time"]) == ("PERIOD_NOT_OVER", "2026-11-01T07:00:00+00:00")
    house.clock.advance(timedelta(seconds=1))
    assert (await knife.cut("2026-10")).cut_time == datetime(2026, 11, 1, 7, tzinfo=UTC)


async def test_programs_are_cut_apart(house: House) -> None:
    knife = knife_over(house.engine.database, house.clock, programs=("prg", "other"))
    mine, theirs = await knife.cut("2026-10"), await knife.cut("2026-01", "other")
    assert (mine.sequence, theirs.sequence) == (1, 1)
    assert [cut.period for cut in await knife.cuts.of("other")] == ["2026-01"]
    assert (await refused(knife, "2026-10", "nobody's")).reason == "PROGRAM_NOT_FOUND"


async def test_a_replay_clock_is_where_its_history_is(house: House) -> None:
    knife = knife_over(house.engine.database, house.clock, replay_clock=True)
    empty = await knife.cut("2011-01")
    assert empty.cut_time == datetime(2011, 2, 1, tzinfo=UTC)
    await house.done(Shop().sale("ana", "a1", 5))
    assert (await knife.cut("2011-02")).cut_time == OVER  # what the test's lanes stamp
    assert (await knife.cut("2011-03")).cut_time == OVER
    assert [cut.sequence for cut in await knife.cuts.of("prg")] == [1, 2, 3]
    assert await house.broken() == []


async def test_no_cut_is_before_the_one_before_it_whatever_the_clock_says(house: House, knife: Knife) -> None:
    await knife.cut("2026-09")
    house.clock.advance(timedelta(hours=-1))
    assert (await knife.cut("2026-10")).cut_time == OVER


async def test_followers_are_woken_and_see_barriers_of_their_program_only(databases: Databases, redis_url: str) -> None:
    clock = ManualClock(OVER)
    async with databases.fresh("ledger") as database, open_engine(database.url, redis_url, clock=clock) as engine:
        woken: list[bool] = []
        names = ("prg", "other")
        knife = knife_over(engine.database, clock, programs=names, appended=lambda: woken.append(True))
        await knife.cut("2026-09", "other")
        await knife.cut("2026-10")
        stream = StreamEvents(engine.log)
        seen = [item async for item in stream(["prg"], {}, True)]
        events = [item.event for item in seen if hasattr(item, "event")]
        assert {event.program for event in events} == {"prg"}
        assert len(events) == len(engine.lanes)
        assert woken == [True, True]


async def test_a_cut_waits_for_a_lane_that_is_within_its_commit_no_longer_than_it_must(
    house: House, knife: Knife
) -> None:
    """Somebody holds the last head: the other lanes wait for a cut that tries, and go on until it tries again."""
    async with connected(house.database.url) as connection, connection.transaction():
        await connection.execute("SELECT FROM head WHERE partition = 3 FOR UPDATE")
        cutting = asyncio.create_task(knife.cut("2026-10"))
        shop = Shop()
        sales = [shop.sale(f"m{n}", f"d{n}", 5) for n in range(40)]
        others = [sale for sale in sales if house.engine.keeper.lane_of(sale).partition != 3]
        await house.done(*others)
        await asyncio.sleep(0.6)
        assert not cutting.done()
    assert (await cutting).sequence == 1
    assert await house.broken() == []


async def test_cuts_without_end_starve_no_lane_and_are_not_starved(house: House) -> None:
    """Without holding cuts off, a batch that meets a cut at each of its tries is refused LANE_UNOWNED."""
    shop, stop = Shop(), asyncio.Event()
    cut: list[str] = []

    async def cut_on(name: str) -> None:
        async with own_knife(house.database, house.clock) as knife:
            for month in months(600):
                if stop.is_set():
                    return
                await knife.cut(month)
                cut.append(name)

    cutting = [asyncio.create_task(cut_on(name)) for name in ("one", "two")]
    rounds = 0
    async with asyncio.timeout(60):
        while rounds < 8 or len(cut) <= 20:
            await house.done(*(shop.sale(f"m{n}", f"{rounds}-{n}", 5) for n in range(60)))
            rounds += 1
    stop.set()
    await asyncio.gather(*cutting)
    assert len(set(cut)) == 2
    assert await house.broken() == []
