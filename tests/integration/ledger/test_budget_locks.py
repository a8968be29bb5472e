"""Budgets over several lanes: who locks what, who waits for whom, and what is taken back from whom."""

import asyncio

import asyncpg

from tests.integration.ledger.house import House, connected, crowd
from tests.integration.ledger.limited import LANES, LimitedShop, granted, members_of, used
from tests.support.pure_limits import budget


async def test_several_budgets_in_opposite_orders_never_wait_in_a_ring(wide: House) -> None:
    shop = LimitedShop()
    pots = [budget(f"pot-{number}", 400) for number in range(4)]
    sales = [
        shop.limited(member, f"S-{number}-{member}", 9, *(pots if lane % 2 else reversed(pots)))
        for number in range(6)
        for lane in range(LANES)
        for member in members_of(lane, LANES, 12)
    ]

    heard = [one for part in range(0, len(sales), 48) for one in await crowd(wide.engine, sales[part : part + 48])]

    assert sum(granted(heard)) == 400
    assert await wide.broken() == []


async def test_what_is_recalled_between_a_look_and_a_lock_is_drawn_again(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 10_000)
    (here,) = members_of(0, LANES, 1)
    await wide.done(shop.limited(here, "A", 10, pot))

    # Another lane holds all allotments while ours looks at them, and takes what ours has not used.
    async with connected(wide.database.owner_url) as other, other.transaction():
        await other.execute("SELECT 1 FROM allotment FOR UPDATE")
        selling = asyncio.create_task(wide.say(shop.limited(here, "B", 10, pot)))
        await until_waiting(other)
        await other.execute("UPDATE allotment SET allotted_points = used_points")

    assert granted(await selling) == [10]
    assert await used(wide) == 20
    assert await wide.broken() == []


async def test_what_another_lane_is_using_is_not_recalled(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 100)
    (here,), (there,) = members_of(0, LANES, 1), members_of(1, LANES, 1)
    await wide.done(shop.limited(there, "A", 10, pot))
    await wide.owner("UPDATE allotment SET allotted_points = 60")

    # The other lane's batch has granted 50 more, and is about to commit.
    async with connected(wide.database.owner_url) as other, other.transaction():
        await other.execute("UPDATE allotment SET used_points = 60")
        selling = asyncio.create_task(wide.say(shop.limited(here, "B", 90, pot)))
        await until_waiting(other)

    assert granted(await selling) == [40]
    assert await wide.rows("SELECT partition, allotted_points, used_points FROM allotment ORDER BY 1") == [
        (0, 40, 40),
        (1, 60, 60),
    ]


async def test_a_new_limit_is_taken_in_by_a_lane_that_needs_to_draw_nothing(wide: House) -> None:
    shop = LimitedShop()
    (here,) = members_of(0, LANES, 1)
    for number, limit in enumerate((10_000, 9_000)):
        await wide.done(shop.limited(here, f"A{number}", 1, budget("pot", limit)))

    assert await wide.rows("SELECT limit_points FROM budget") == [(9_000,)]


async def test_batches_that_find_enough_lock_nothing_that_others_need(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 10_000)
    (here,) = members_of(0, LANES, 1)
    await wide.done(shop.limited(here, "A", 10, pot))

    async with connected(wide.database.owner_url) as other, other.transaction():
        await other.execute("SELECT 1 FROM budget FOR UPDATE")
        await other.execute("SELECT 1 FROM allotment WHERE partition <> 0 FOR UPDATE")

        assert granted(await wide.say(shop.limited(here, "B", 10, pot))) == [10]


async def test_a_budget_that_is_used_up_is_locked_by_nobody(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 10)
    (here,) = members_of(0, LANES, 1)
    await wide.done(shop.limited(here, "A", 10, pot))

    async with connected(wide.database.owner_url) as other, other.transaction():
        await other.execute("SELECT 1 FROM budget FOR UPDATE")
        await other.execute("SELECT 1 FROM allotment FOR UPDATE")

        assert granted(await wide.say(shop.limited(here, "B", 10, pot))) == [0]


async def until_waiting(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Returns when somebody waits for a lock of this connection's transaction."""
    async with asyncio.timeout(5):
        waiting = 0
        while not waiting:
            await asyncio.sleep(0.01)
            waiting = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
