"""Commands that need more of a wallet than is read at first: long wallets, debts, what is due, what is pending."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.answers import OrderAnswer, RedemptionAnswer, ReturnAnswer
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.ports import Outcome
from tests.integration.ledger.house import Heard, House, Shop
from tests.support.pure_ledger import NOON, terms

NORTH = terms("north", "1", {"harbor": "1"})
DAY = timedelta(days=1)


def wallet_of(heard: Heard) -> WalletView:
    assert isinstance(heard, Outcome), heard
    assert isinstance(heard.answer, OrderAnswer | RedemptionAnswer | ReturnAnswer)
    return heard.answer.wallet


@pytest.mark.parametrize("lots", [32, 33, 256, 310])
async def test_all_of_a_long_wallet_is_spent_at_once(house: House, lots: int) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "sale", *[1] * lots))
    [spent] = await house.say(shop.spend("ana", lots, NORTH))
    assert wallet_of(spent).balance == 0
    assert await house.broken() == []


async def test_one_point_more_than_a_long_wallet_holds_is_refused(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "sale", *[1] * 310))
    [heard] = await house.say(shop.spend("ana", 311, NORTH))
    assert isinstance(heard, Refusal)
    assert (heard.reason, heard.metadata["available"]) == ("INSUFFICIENT_POINTS", "310")


async def test_spendable_points_behind_many_pending_ones_are_found(house: House) -> None:
    shop = Shop()
    pending = shop.sale("ana", "soon", *[1] * 40, available_time=NOON + DAY, expire_time=NOON + 2 * DAY)
    await house.done(pending, shop.sale("ana", "sale", 5))
    [spent] = await house.say(shop.spend("ana", 5, NORTH))
    assert (wallet_of(spent).balance, wallet_of(spent).pending, wallet_of(spent).available) == (40, 40, 0)


async def test_what_is_due_lapses_before_anything_is_spent(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "old", *[1] * 40, expire_time=NOON + DAY), shop.sale("ana", "sale", 5))
    house.clock.advance(DAY)
    heard = await house.say(shop.spend("ana", 6, NORTH), shop.spend("ana", 5, NORTH))
    assert isinstance(heard[0], Refusal)
    assert wallet_of(heard[1]).balance == 0
    assert await house.broken() == []


async def test_what_lapses_next_is_not_forgotten_when_all_that_was_read_is_spent(house: House) -> None:
    shop = Shop()
    sales = [shop.sale("ana", f"sale-{n}", 10, expire_time=NOON + n * DAY) for n in (1, 2, 3)]
    await house.done(*sales)
    house.clock.advance(DAY)
    await house.done(shop.spend("ana", 10, NORTH))
    house.clock.advance(2 * DAY)
    assert (await house.engine.wallet("prg", "ana")).balance == 0


async def test_what_lapses_next_is_not_forgotten_when_it_is_returned(house: House) -> None:
    shop = Shop()
    await house.done(*(shop.sale("ana", f"sale-{n}", 10, expire_time=NOON + n * DAY) for n in (1, 2, 3)))
    house.clock.advance(DAY)
    await house.done(shop.back("ana", "return", "sale-2"))
    house.clock.advance(2 * DAY)
    [heard] = await house.say(shop.sale("ana", "last", 1))
    assert wallet_of(heard).balance == 1


async def test_what_lapses_next_is_not_forgotten_when_a_late_sale_has_lapsed(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "sale", 10, expire_time=NOON + DAY))
    await house.done(shop.sale("ana", "late", 5, expire_time=NOON - DAY))
    house.clock.advance(DAY)
    assert (await house.engine.wallet("prg", "ana")).balance == 0


async def test_a_sale_repays_a_debt_that_was_not_read(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "sale", *[3] * 40, brand="harbor"))
    await house.done(shop.spend("ana", 120, NORTH))
    await house.done(shop.back("ana", "return", "sale", lines=range(1, 41)))
    [heard] = await house.say(shop.sale("ana", "next", 119))
    assert (wallet_of(heard).debt, wallet_of(heard).available) == (1, 0)
    assert await house.broken() == []


async def test_a_return_is_repaid_by_more_lots_than_one_reading_finds(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "sale", 50, brand="harbor", expire_time=NOON + DAY))
    await house.done(shop.sale("ana", "next", *[1] * 60))
    await house.done(shop.spend("ana", 50, NORTH))
    [heard] = await house.say(shop.back("ana", "return", "sale"))
    assert (wallet_of(heard).debt, wallet_of(heard).balance) == (0, 10)
    assert await house.broken() == []


async def test_a_debt_and_its_repayment_may_lie_in_one_batch(house: House) -> None:
    shop = Shop()
    heard = await house.say(
        shop.sale("ana", "sale", 50, brand="harbor"),
        shop.spend("ana", 50, NORTH),
        shop.back("ana", "return", "sale"),
        shop.sale("ana", "next", 60),
        shop.spend("ana", 10, NORTH),
        shop.spend("ana", 1, NORTH),
    )
    assert [wallet_of(one).balance for one in heard[:-1]] == [50, 0, -50, 10, 0]
    assert isinstance(heard[-1], Refusal)
    assert await house.broken() == []


async def test_a_payer_touched_by_several_commands_of_a_batch_is_written_once_and_right(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "sale", 30, 30, brand="harbor"))
    await house.done(shop.spend("ana", 60, NORTH))
    await house.done(
        shop.back("ana", "r1", "sale", lines=[1]),
        shop.sale("ana", "next", 40),
        shop.back("ana", "r2", "sale", lines=[2]),
        shop.back("ana", "r3", "next"),
        shop.sale("ana", "last", 100),
    )
    assert (await house.engine.wallet("prg", "ana")).balance == 40
    assert await house.broken() == []


async def test_pending_points_of_a_wallet_that_was_not_read_show(house: House) -> None:
    shop = Shop()
    await house.done(shop.sale("ana", "soon", 7, available_time=NOON + DAY))
    [heard] = await house.say(shop.sale("ana", "sale", 5))
    assert (wallet_of(heard).pending, wallet_of(heard).available) == (7, 5)


async def test_an_answer_and_a_later_look_agree(house: House) -> None:
    shop = Shop()
    await house.done(
        shop.sale("ana", "soon", 7, available_time=NOON + DAY, expire_time=NOON + 2 * DAY),
        shop.sale("ana", "old", 9, expire_time=NOON + DAY),
    )
    house.clock.advance(DAY)
    looked = await house.engine.wallet("prg", "ana")
    [heard] = await house.say(shop.sale("ana", "sale", 5))
    assert (looked.balance + 5, looked.available + 5, looked.pending) == (
        wallet_of(heard).balance,
        wallet_of(heard).available,
        wallet_of(heard).pending,
    )
