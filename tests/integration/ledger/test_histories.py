"""What the ledger tells rules of members, from the database: before a sale is judged, and under its lock the same."""

import asyncio
from dataclasses import replace
from datetime import date

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import PostOrder
from ledger_service.domain.facts import NOTHING_READ, FactsRead, History, PurchasesRead
from ledger_service.store.facts import PostgresHistories
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import House, Shop
from tests.support.pure_facts import TODAY, judged, purchases
from tests.support.pure_ledger import sold


def sale(shop: Shop, member: str, document: str, *brands: str, read: FactsRead = NOTHING_READ) -> PostOrder:
    """A sale of a piece of each brand."""
    return judged(shop.pure, member, document, [sold(n, 100, brand) for n, brand in enumerate(brands, start=1)], read)


async def history(house: House, root: str, *homes: str, day: date = TODAY) -> History:
    """What is told of a member without ladders."""
    histories = PostgresHistories(house.engine.database)
    return await histories.history(MemberKey("prg", root), homes or (root,), (), day)


async def test_nothing_is_known_of_who_never_bought(house: House) -> None:
    assert await history(house, "ana") == History({}, 0, {})


async def test_orders_are_counted_by_brand_and_once_in_the_program(house: House) -> None:
    shop = Shop()
    await house.done(
        sale(shop, "ana", "s-1", "north"),
        sale(shop, "ana", "s-2", "north", "harbor", "north"),
        sale(shop, "ana", "s-3", "harbor", "peak", "north"),
        sale(shop, "ben", "s-4", "north"),
    )
    assert await history(house, "ana") == History({}, 3, {"north": 3, "harbor": 2, "peak": 1})


async def test_the_purchases_of_all_homes_are_the_members(house: House) -> None:
    shop = Shop()
    await house.done(sale(shop, "ana", "s-1", "north", "harbor"), sale(shop, "old-ana", "s-2", "north"))
    assert await history(house, "ana", "ana", "old-ana") == History({}, 2, {"north": 2, "harbor": 1})


async def test_many_are_read_at_once(house: House) -> None:
    shop = Shop()
    names = [f"member-{number}" for number in range(20)]
    await house.done(*(sale(shop, name, f"s-{name}", "north") for name in names[::2]))
    histories = PostgresHistories(house.engine.database)
    found = await asyncio.gather(*(histories.history(MemberKey("prg", one), (one,), (), TODAY) for one in names))
    assert [one.purchases for one in found] == [1, 0] * 10


async def test_of_many_first_purchases_in_one_batch_one_is_the_first(house: House) -> None:
    shop = Shop()
    heard = await house.say(*(sale(shop, "ana", f"s-{n}", "north", read=purchases(0, 0)) for n in range(20)))
    assert [isinstance(one, Outcome) for one in heard] == [True] + [False] * 19
    assert {one.reason for one in heard if isinstance(one, Refusal)} == {"STALE_FACTS"}


async def test_what_was_refused_as_stale_may_come_again_under_its_id(house: House) -> None:
    shop = Shop()
    await house.done(sale(shop, "ana", "s-1", "north"))
    second = sale(shop, "ana", "s-2", "north", read=purchases(0, 0))
    [refused] = await house.say(second)
    assert isinstance(refused, Refusal)
    again = replace(second, order=replace(second.order, read=purchases(1, None)))
    [outcome] = await house.done(again)
    assert not outcome.replayed


async def test_each_brand_is_looked_at_under_the_lock(house: House) -> None:
    shop = Shop()
    await house.done(sale(shop, "ana", "s-1", "north"))
    both = FactsRead(purchases=(PurchasesRead("north", 1, 1, 1), PurchasesRead("harbor", 0, 0, 0)))
    await house.done(sale(shop, "ana", "s-2", "harbor", read=both))
    [refused] = await house.say(sale(shop, "ana", "s-3", "harbor", read=both))
    assert isinstance(refused, Refusal)


async def test_what_came_back_whole_is_no_purchase(house: House) -> None:
    shop = Shop()
    await house.done(sale(shop, "ana", "s-1", "north", "harbor"))
    for number, left in ((1, History({}, 1, {"harbor": 1})), (2, History({}, 0, {}))):
        await house.done(shop.back("ana", f"back-{number}", "s-1", (number,)))
        assert await history(house, "ana") == left
    await house.done(sale(shop, "ana", "s-2", "north", read=purchases(0, 0)))
