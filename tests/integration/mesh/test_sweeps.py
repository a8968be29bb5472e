"""The ledger sweeps by itself: nobody calls it, and nobody who reads can tell whether it has."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio
from loyalty.ledger.v1 import redemption_requests_pb2 as redemptions
from loyalty.ledger.v1 import wallet_pb2 as wallets

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from ledger_service.workers.chores import IDLE_SECONDS
from tests.integration.mesh.hostile import SANDBOX_LINES, findings_of
from tests.support.mesh import Till, line, member, moment, open_till

BASKET = PROGRAMS / "worked-basket"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(stack: LocalStack) -> AsyncIterator[Till]:
    """A live program: what replays its orders is not swept."""
    async with open_till(stack, "swept-shop") as till:
        till.now = datetime.now(UTC)
        await till.apply(BASKET, "worked-basket", {SANDBOX_LINES: ""})
        yield till
        assert await findings_of(till) == []


async def hold(till: Till, buyer: str, points: int, seconds: int) -> None:
    """Sets points aside for seconds."""
    request = redemptions.AuthorizeRedemptionRequest(
        program_id=till.program,
        request_id=f"hold-{buyer}",
        member=member(buyer),
        location_id="linden-1",
        brand_id="LINDEN",
        currency_code="USD",
        points=points,
        hold_seconds=seconds,
        occur_time=moment(datetime.now(UTC)),
    )
    await till.mesh.ledger.AuthorizeRedemption(request)


async def swept(till: Till, buyer: str, version: int) -> wallets.Wallet:
    """The wallet once its version shows that the ledger has swept it."""
    for _ in range(round(10 * IDLE_SECONDS / 0.1)):
        wallet = (await till.wallet(buyer)).wallet
        if wallet.version > version:
            return wallet
        await asyncio.sleep(0.1)
    raise TimeoutError("the ledger did not sweep")


async def test_a_hold_that_timed_out_reads_as_freed_before_and_after_the_ledger_swept_it(shop: Till) -> None:
    ana = await shop.enroll("SWEPT-ANA")
    await shop.sell(ana, "sale-ana", "mall-1", [line(1, "NORTH", 1000)])
    await hold(shop, ana, 7, seconds=1)
    held = (await shop.wallet(ana)).wallet
    assert (held.available, held.held) == (3, 7)
    await asyncio.sleep(1.1)
    before = (await shop.wallet(ana)).wallet
    after = await swept(shop, ana, held.version)
    for wallet in (before, after):
        assert (wallet.balance, wallet.available, wallet.held) == (10, 10, 0)
    assert after.version == held.version + 1
