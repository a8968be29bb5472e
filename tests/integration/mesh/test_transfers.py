"""Transfers through the four services: the same points at another member, and books that tie out."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import refusal_of
from tests.integration.mesh.people import Office, open_office
from tests.support.mesh import Till, line, open_till


@pytest.fixture(scope="module")
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "transfer-test") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till
        assert await till.broken() == []


@pytest.fixture(scope="module")
async def desk(stack: LocalStack, till: Till) -> AsyncIterator[Office]:
    async with open_office(stack, till, "desk") as office:
        yield office


async def test_points_go_to_another_member_and_are_spent_there(till: Till, desk: Office) -> None:
    ana, ben = await till.enroll("TRF-ANA"), await till.enroll("TRF-BEN")
    await till.sell(ana, "TRF-1", "mall-1", [line(1, "NORTH", 4000), line(2, "HARBOR", 9800)])
    sent = await desk.transfer(ana, ben, 137)
    assert (sent.points, sent.arrived, sent.wallet.balance) == (137, True, 99)
    assert (await till.wallet(ben)).wallet.balance == 137
    await till.redeem(ben, 137, "linden-1", "LINDEN")
    positions = await till.net_positions()
    assert positions["linden"] == 109
    assert positions["north"] + positions["harbor"] == -109


async def test_a_retry_sends_nothing_twice(till: Till, desk: Office) -> None:
    cat, dan = await till.enroll("TRF-CAT"), await till.enroll("TRF-DAN")
    await till.sell(cat, "TRF-2", "north-1", [line(1, "NORTH", 5000)])
    first = await desk.transfer(cat, dan, 30, request_id="trf-retry")
    assert await desk.transfer(cat, dan, 30, request_id="trf-retry") == first
    assert (await refusal_of(desk.transfer(cat, dan, 31, request_id="trf-retry"))).reason == "REQUEST_ID_REUSED"
    assert (await till.wallet(cat)).wallet.balance == 20
    assert (await till.wallet(dan)).wallet.balance == 30


async def test_many_transfers_both_ways_lose_nothing(till: Till, desk: Office) -> None:
    eva, fay = await till.enroll("TRF-EVA"), await till.enroll("TRF-FAY")
    await till.sell(eva, "TRF-3", "north-1", [line(1, "NORTH", 5000)])
    await till.sell(fay, "TRF-4", "peak-1", [line(1, "PEAK", 5000)])
    pairs = [(eva, fay, n) for n in range(1, 6)] + [(fay, eva, n) for n in range(1, 6)]
    answers = await asyncio.gather(*(desk.transfer(*pair) for pair in pairs))
    assert all(answer.arrived for answer in answers)
    balances = [(await till.wallet(one)).wallet.balance for one in (eva, fay)]
    assert balances == [50, 50]


async def test_who_has_too_little_or_gives_to_itself_is_refused(till: Till, desk: Office) -> None:
    gus, hal = await till.enroll("TRF-GUS"), await till.enroll("TRF-HAL")
    assert (await refusal_of(desk.transfer(gus, hal, 1))).reason == "INSUFFICIENT_POINTS"
    assert (await refusal_of(desk.transfer(gus, gus, 1))).reason == "SAME_WALLET"
    assert (await refusal_of(desk.transfer(gus, "mem_none", 1))).reason == "MEMBER_NOT_FOUND"


async def test_what_was_sent_is_owed_when_its_goods_come_back(till: Till, desk: Office) -> None:
    ida, jon = await till.enroll("TRF-IDA"), await till.enroll("TRF-JON")
    await till.sell(ida, "TRF-5", "harbor-1", [line(1, "HARBOR", 5000)])
    await desk.transfer(ida, jon, 100)
    returned = await till.give_back("TRF-R5", "harbor-1", "TRF-5", {1: None})
    assert (returned.wallet.balance, returned.wallet.debt) == (-100, 100)
    more = await till.sell(ida, "TRF-6", "peak-1", [line(1, "PEAK", 13000)])
    assert (more.repaid_points, more.wallet.balance, more.wallet.debt) == (100, 30, 0)
    assert (await till.wallet(jon)).wallet.balance == 100
