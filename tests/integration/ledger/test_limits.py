"""Caps and budgets over real servers: what is counted, what comes back, and that the checkers see it."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from tests.integration.ledger.house import House
from tests.integration.ledger.limited import LANES, LimitedShop, granted, members_of, used
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.pure_limits import budget, cap
from tests.support.servers import Databases


async def test_a_cap_is_counted_and_freed(house: House) -> None:
    shop, daily = LimitedShop(), cap("daily", 100, window="2026-03-02")

    heard = await house.say(*(shop.limited("ana", f"A{n}", 70, daily) for n in range(3)))
    await house.done(shop.back("ana", "R", "A0"))
    more = await house.say(shop.limited("ana", "B", 90, daily))

    assert granted(heard) == [70, 30, 0]
    assert granted(more) == [70]
    assert await house.rows("SELECT home, window_key, points, minor_units, told FROM limit_use") == [
        ("ana", "2026-03-02", 100, 0, 10_000)
    ]
    assert await house.broken() == []


async def test_a_budget_is_used_up_to_the_point_by_all_lanes(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 1_000)
    sales = [
        shop.limited(member, f"S-{member}", 7, pot) for lane in range(LANES) for member in members_of(lane, LANES, 60)
    ]

    got = granted(await wide.say(*sales))

    assert sum(got) == 1_000
    assert await used(wide) == 1_000
    assert await wide.broken() == []


async def test_money_of_a_budget_is_used_up_to_the_cent_by_all_lanes(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", None, money=500)
    halves = PointRate("USD", Ratio(1, 2))
    members = [member for lane in range(LANES) for member in members_of(lane, LANES, 50)]

    await wide.done(*(shop.limited(member, f"S-{member}", 7, pot, rate=halves) for member in members))

    assert await wide.rows("SELECT sum(used_minor_units)::bigint FROM allotment") == [(500,)]
    assert await wide.broken() == []


async def test_money_of_a_budget_is_kept_whatever_is_earned_in_other_currencies_beside_it(wide: House) -> None:
    shop, here, abroad = LimitedShop(), budget("pot", 100_000, money=500), budget("pot", 100_000)
    euros = PointRate("EUR", Ratio(2, 1))
    members = [member for lane in range(LANES) for member in members_of(lane, LANES, 50)]
    dollars = [shop.limited(member, f"U-{member}", 7, here) for member in members]
    others = [shop.limited(member, f"E-{member}", 11, abroad, rate=euros) for member in members]

    got = granted(await wide.say(*(sale for pair in zip(dollars, others, strict=True) for sale in pair)))

    assert (sum(got[::2]), set(got[1::2])) == (500, {11})
    assert await wide.rows("SELECT sum(used_minor_units)::bigint FROM allotment") == [(500,)]
    assert await wide.broken() == []


async def test_sales_in_another_currency_leave_a_budgets_money_and_marks_as_they_were(wide: House) -> None:
    shop, here, abroad = LimitedShop(), budget("pot", 1_000, money=100), budget("pot", 1_000)
    (who,) = members_of(0, LANES, 1)
    euros = PointRate("EUR", Ratio(2, 1))
    row = "SELECT limit_points, limit_minor_units, currency, told FROM budget"
    assert granted(await wide.say(shop.limited(who, "E-1", 10, abroad, rate=euros))) == [10]
    assert await wide.rows(row) == [(1_000, None, "", 0)]
    await wide.done(shop.limited(who, "U-1", 100, here))
    assert granted(await wide.say(shop.limited(who, "U-2", 10, here))) == [0]
    told = await wide.rows(row)

    assert granted(await wide.say(shop.limited(who, "E-2", 10, abroad, rate=euros))) == [10]

    assert await wide.rows(row) == told == [(1_000, 100, "USD", 10_000)]
    assert await wide.broken() == []


async def test_what_comes_back_in_one_lane_can_be_granted_in_another(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 100)
    (here,), (there,) = members_of(0, LANES, 1), members_of(1, LANES, 1)
    assert granted(await wide.say(shop.limited(here, "A", 100, pot))) == [100]
    assert granted(await wide.say(shop.limited(there, "B", 100, pot))) == [0]

    await wide.done(shop.back(here, "R", "A"))

    assert granted(await wide.say(shop.limited(there, "C", 130, pot))) == [100]
    assert await used(wide) == 100
    assert await wide.broken() == []


async def test_a_budget_is_told_when_it_is_used_up(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 100, warn_at=(5_000,))
    (here,) = members_of(0, LANES, 1)
    for number in range(4):
        await wide.done(shop.limited(here, f"A{number}", 60, pot))

    told = await wide.rows("SELECT told FROM budget")

    assert told == [(10_000,)]


async def test_a_limit_that_is_lowered_below_what_is_used_grants_nothing(wide: House) -> None:
    shop = LimitedShop()
    (here,), (there,) = members_of(0, LANES, 1), members_of(1, LANES, 1)
    await wide.done(shop.limited(here, "A", 60, budget("pot", 100)), shop.limited(there, "B", 30, budget("pot", 100)))

    lowered = granted(await wide.say(shop.limited(there, "C", 50, budget("pot", 80))))
    raised = granted(await wide.say(shop.limited(here, "D", 50, budget("pot", 120))))

    assert (lowered, raised) == ([0], [30])
    assert await wide.broken() == []


async def test_two_budgets_each_end_at_their_own_limit(wide: House) -> None:
    shop, left, right = LimitedShop(), budget("left", 500), budget("right", 700)
    sales = [
        shop.limited(member, f"{limit.limit_id}-{member}", 11, limit)
        for lane in range(LANES)
        for member in members_of(lane, LANES, 40)
        for limit in (left, right)
    ]

    await asyncio.gather(*(wide.say(*sales[part::7]) for part in range(7)))

    assert (await used(wide, "left"), await used(wide, "right")) == (500, 700)
    assert await wide.broken() == []


async def test_what_comes_back_is_counted_in_its_own_lane(wide: House) -> None:
    shop, pot = LimitedShop(), budget("pot", 100)
    (here,) = members_of(2, LANES, 1)
    await wide.done(shop.limited(here, "A", 100, pot))

    await wide.done(shop.back(here, "R", "A"))

    assert await wide.rows("SELECT partition, used_points, used_minor_units FROM allotment") == [(2, 0, 0)]


async def test_a_new_limit_is_in_force_with_its_first_sale_and_is_told_anew(wide: House) -> None:
    shop = LimitedShop()
    (here,) = members_of(0, LANES, 1)
    told = []
    for number, (points, limit) in enumerate(((100, 100), (1, 200), (98, 200), (5, 200))):
        await wide.done(shop.limited(here, f"A{number}", points, budget("pot", limit, warn_at=(5_000,))))
        told.append(await wide.rows("SELECT limit_points, told FROM budget"))

    assert told == [[(100, 10_000)], [(200, 5_000)], [(200, 5_000)], [(200, 10_000)]]


@pytest.mark.parametrize("seed", range(3))
async def test_caps_are_alike_however_commands_are_batched(databases: Databases, redis_url: str, seed: int) -> None:
    told = [await _told(databases, redis_url, seed, size) for size in (1, 7, 250)]

    assert told[0] == told[1] == told[2]


async def _told(databases: Databases, redis_url: str, seed: int, size: int) -> object:
    """What a day of sales and returns came to in batches of a size: every answer, every count, every mark."""
    random, shop = Random(seed), LimitedShop()
    caps = [cap("daily", 100), cap("money", None, money=90), replace(cap("soft", 50), soft=True, warn_at=(3_000,))]
    async with (
        databases.fresh("ledger", LEDGER_PARTITIONS="1") as database,
        open_engine(database.url, redis_url, clock=ManualClock(NOON), batch_size=size) as engine,
    ):
        house = House(engine, database, ManualClock(NOON))
        answers: list[object] = []
        for round_ in range(4):
            sales = [
                shop.limited(
                    f"m{random.randrange(3)}", f"S{round_}-{n}", random.randrange(1, 40), *random.sample(caps, 2)
                )
                for n in range(15)
            ]
            back = random.sample(range(15), 4)
            returns = [shop.back(sales[n].origin.home, f"R{round_}-{n}", f"S{round_}-{n}") for n in back]
            for commands in (sales, returns):
                answers += [
                    (one.answer.wallet, getattr(one.answer, "earned", ())) for one in await house.done(*commands)
                ]
        assert await house.broken() == []
        marks = await house.rows("SELECT home, limit_id, points, minor_units, told FROM limit_use ORDER BY 1, 2")
        return answers, marks


async def test_a_counter_that_would_not_fit_refuses_only_the_sale_that_fills_it(house: House) -> None:
    shop, endless = LimitedShop(), replace(budget("pot", 10**12), soft=True)
    sales = [shop.limited(member, f"S-{member}", 2**62, endless) for member in ("ana", "ben", "cem")]

    heard = await house.say(*sales, shop.limited("dee", "S-dee", 5, endless), shop.sale("eve", "S-eve", 7))

    told = [one.reason if isinstance(one, Refusal) else "posted" for one in heard]
    assert told == ["posted", "AMOUNT_OUT_OF_RANGE", "AMOUNT_OUT_OF_RANGE", "posted", "posted"]
    assert await house.broken() == []
