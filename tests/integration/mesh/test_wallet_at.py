"""Balances at past instants, and of many members at once."""

from datetime import datetime

import pytest
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.ledger.v1 import wallet_pb2

from tests.integration.mesh.hostile import faulty_fields, refusal_of, said
from tests.integration.mesh.life_of import DAY, bought
from tests.support.mesh import Till, member, moment


async def wallet_at(shop: Till, whose: str, when: datetime) -> wallet_pb2.Wallet:
    request = reading.GetWalletAtRequest(program_id=shop.program, member=member(whose), time=moment(when))
    return (await shop.mesh.ledger.GetWalletAt(request)).wallet


async def test_every_day_has_its_balance(shop: Till) -> None:
    ana = await bought(shop)
    days = [await wallet_at(shop, ana.member, shop.now + (day - 0.5) * DAY) for day in range(5)]
    assert [(day.balance, day.available, day.debt, day.version) for day in days] == [
        (0, 0, 0, 0),
        (300, 300, 0, 1),
        (50, 50, 0, 2),
        (-150, 0, 150, 3),
        (-110, 0, 110, 4),
    ]
    assert {day.root_member_id for day in days} == {ana.member}


async def test_the_instant_of_a_commit_counts(shop: Till) -> None:
    ana = await bought(shop)
    assert (await wallet_at(shop, ana.member, shop.now + DAY)).balance == 50


async def test_the_present_is_the_last_past_instant(shop: Till) -> None:
    ana = await bought(shop)
    wallet = (await shop.wallet(ana.member)).wallet
    was = await wallet_at(shop, ana.member, wallet.as_of_time.ToDatetime(tzinfo=shop.now.tzinfo))
    wallet.ClearField("expiring_soon")
    wallet.ClearField("next_expire_time")
    assert was == wallet


async def test_a_member_without_history_had_nothing(shop: Till) -> None:
    nobody = await shop.enroll("WAS-NOBODY")
    assert (await wallet_at(shop, nobody, shop.now)).balance == 0


async def test_the_future_is_not_told(live_shop: Till) -> None:
    nobody = await live_shop.enroll("WAS-FUTURE")
    refusal = await refusal_of(wallet_at(live_shop, nobody, live_shop.now + DAY))
    assert said(refusal)[1:] == ("ledger.loyalty", "TIME_AHEAD")


async def test_an_instant_is_needed(shop: Till) -> None:
    request = reading.GetWalletAtRequest(program_id=shop.program)
    assert faulty_fields(await refusal_of(shop.mesh.ledger.GetWalletAt(request))) == ["member", "time"]


async def test_many_wallets_are_those_that_are_asked_for_one_by_one(shop: Till) -> None:
    ana, bea, nobody = await bought(shop), await bought(shop), await shop.enroll("WAS-NOBODY-2")
    members = [ana.member, "mem_unknown", nobody, bea.member, ana.member]
    request = reading.BatchGetWalletsRequest(program_id=shop.program, members=[member(each) for each in members])
    results = (await shop.mesh.ledger.BatchGetWallets(request)).results
    known = [(await shop.wallet(each)).wallet for each in (ana.member, nobody, bea.member, ana.member)]
    found = [result.wallet for result in results if result.HasField("wallet")]
    for wallet in (*known, *found):
        if wallet.version == 0:
            wallet.ClearField("as_of_time")
    assert found == known
    assert results[1].refusal.reason == "MEMBER_NOT_FOUND"


@pytest.mark.parametrize("members", [0, 501])
async def test_too_few_or_too_many_members_are_malformed(shop: Till, members: int) -> None:
    named = [member("mem_one")] * members
    request = reading.BatchGetWalletsRequest(program_id=shop.program, members=named)
    assert faulty_fields(await refusal_of(shop.mesh.ledger.BatchGetWallets(request))) == ["members"]
