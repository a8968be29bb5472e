"""Holds by themselves through the whole mesh: captured, increased, ended by time, and what is refused."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from loyalty.ledger.v1 import redemption_requests_pb2 as spending

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.holds import (
    CAPTURED,
    OPEN,
    TIMED_OUT,
    authorized,
    authorizing,
    capturing,
    earner,
    fresh,
    look,
    voiding,
)
from tests.integration.mesh.hostile import faulty_fields, findings_of, refusal_of, replayed, said
from tests.support.mesh import Till, line, moment, open_till


@pytest.fixture
async def ana(shop: Till) -> str:
    return await earner(shop)


async def test_captures_are_worth_the_cumulative_floor(shop: Till, ana: str) -> None:
    held = await authorized(shop, ana, 9)
    answers = [await shop.mesh.ledger.CaptureRedemption(capturing(shop, held.authorization_id, 3)) for _ in range(3)]
    assert [answer.redemption.value.minor_units for answer in answers] == [2, 2, 3]
    assert answers[-1].authorization.state == CAPTURED


async def test_a_capture_too_much_and_one_too_late_are_refused(shop: Till, ana: str) -> None:
    held = await authorized(shop, ana, 100)
    refusal = await refusal_of(shop.mesh.ledger.CaptureRedemption(capturing(shop, held.authorization_id, 101)))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "CAPTURE_EXCEEDS_HOLD")
    await shop.mesh.ledger.CaptureRedemption(capturing(shop, held.authorization_id))
    refusal = await refusal_of(shop.mesh.ledger.CaptureRedemption(capturing(shop, held.authorization_id)))
    assert (said(refusal)[2], refusal.metadata["state"]) == ("AUTHORIZATION_ENDED", "CAPTURED")


async def test_a_capture_sent_again_is_replayed(shop: Till, ana: str) -> None:
    request = capturing(shop, (await authorized(shop, ana, 100)).authorization_id, 40)
    first, _ = await replayed(shop.mesh.ledger.CaptureRedemption(request))
    assert await replayed(shop.mesh.ledger.CaptureRedemption(request)) == (first, True)
    request.points = 41
    assert said(await refusal_of(shop.mesh.ledger.CaptureRedemption(request)))[2] == "REQUEST_ID_REUSED"


async def test_fifty_captures_at_once_take_no_more_than_is_held(shop: Till, ana: str) -> None:
    held = (await authorized(shop, ana, 100)).authorization_id
    calls = (shop.mesh.ledger.CaptureRedemption(capturing(shop, held, 7)) for _ in range(50))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    heard = Counter(one.reason if isinstance(one, Refusal) else "captured" for one in answers)
    assert heard == {"captured": 14, "CAPTURE_EXCEEDS_HOLD": 36}
    assert (await shop.wallet(ana)).wallet.held == 2


async def test_more_can_be_set_aside_and_the_rest_freed(shop: Till, ana: str) -> None:
    held = await authorized(shop, ana, 100)
    more = spending.IncreaseHoldRequest(
        program_id=shop.program,
        request_id=fresh("increase"),
        authorization_id=held.authorization_id,
        points=50,
        occur_time=moment(shop.now),
    )
    increased = (await shop.mesh.ledger.IncreaseHold(more)).authorization
    assert (increased.points, increased.value.minor_units, increased.expire_time) == (150, 120, held.expire_time)
    request = capturing(shop, held.authorization_id, 100)
    request.release_rest = True
    captured = await shop.mesh.ledger.CaptureRedemption(request)
    assert (captured.authorization.state, captured.wallet.available, captured.wallet.held) == (CAPTURED, 200, 0)


async def test_an_unknown_authorization_is_not_found(shop: Till, ana: str) -> None:
    calls = (
        shop.mesh.ledger.CaptureRedemption(capturing(shop, "aut_unknown")),
        shop.mesh.ledger.VoidRedemption(voiding(shop, "aut_unknown")),
        look(shop, "aut_unknown"),
    )
    for call in calls:
        assert said(await refusal_of(call)) == ("NOT_FOUND", "ledger.loyalty", "AUTHORIZATION_NOT_FOUND")


async def test_an_unknown_redemption_is_not_found(shop: Till) -> None:
    asked = spending.GetRedemptionRequest(program_id=shop.program, redemption_id="red_unknown")
    assert said(await refusal_of(shop.mesh.ledger.GetRedemption(asked)))[2] == "REDEMPTION_NOT_FOUND"


async def test_longer_than_the_program_holds_is_malformed(shop: Till, ana: str) -> None:
    request = authorizing(shop, ana, 100, hold_seconds=2_592_001)
    assert faulty_fields(await refusal_of(shop.mesh.ledger.AuthorizeRedemption(request))) == ["hold_seconds"]
    request.hold_seconds = 0
    held = (await shop.mesh.ledger.AuthorizeRedemption(request)).authorization
    assert held.expire_time.ToDatetime(tzinfo=UTC) == shop.now + timedelta(minutes=15)


async def test_a_token_of_another_place_cannot_touch_an_authorization(shop: Till, ana: str, stack: LocalStack) -> None:
    held = (await authorized(shop, ana, 100)).authorization_id
    token = stack.token("other-till", programs=[shop.program], roles=["POS"], locations=["north-1"])
    async with open_mesh(stack.peer, token) as mesh:
        calls = (
            mesh.ledger.CaptureRedemption(capturing(shop, held)),
            mesh.ledger.VoidRedemption(voiding(shop, held)),
            mesh.ledger.GetRedemption(spending.GetRedemptionRequest(program_id=shop.program, authorization_id=held)),
        )
        for call in calls:
            assert said(await refusal_of(call))[2] == "AUTHORIZATION_NOT_FOUND"
    assert (await look(shop, held)).state == OPEN


# --- time


@pytest.fixture
async def clocked(stack: LocalStack) -> AsyncIterator[Till]:
    """A program of its own whose clock is the replay of its commands."""
    async with open_till(stack, fresh("hold-clock")) as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        yield till
        assert await findings_of(till) == []


async def test_a_hold_ends_at_its_instant(clocked: Till) -> None:
    ana = await clocked.enroll("ANA")
    await clocked.sell(ana, "EARNED", "mall-1", [line(1, "NORTH", 10_000)])
    held = await authorized(clocked, ana, 100, hold_seconds=60)
    assert (await look(clocked, held.authorization_id)).state == OPEN
    clocked.now += timedelta(seconds=60)
    refusal = await refusal_of(clocked.mesh.ledger.CaptureRedemption(capturing(clocked, held.authorization_id)))
    assert (said(refusal)[2], refusal.metadata["state"]) == ("AUTHORIZATION_ENDED", "TIMED_OUT")
    assert (await clocked.redeem(ana, 100, "mall-1", "LINDEN")).wallet.held == 0
    assert (await look(clocked, held.authorization_id)).state == TIMED_OUT


async def test_an_authorization_that_ran_out_shows_so_before_anything_books_it(live_shop: Till) -> None:
    live_shop.now = datetime.now(UTC)
    ana = await live_shop.enroll(fresh("LIVE"))
    await live_shop.sell(ana, fresh("LIVE"), "mall-1", [line(1, "NORTH", 10_000)])
    held = await authorized(live_shop, ana, 100, hold_seconds=1)
    await asyncio.sleep(1.1)
    found = await look(live_shop, held.authorization_id)
    assert (found.state, found.held_points) == (TIMED_OUT, 0)
    live_shop.now = datetime.now(UTC)
    # Spent, so that no sweep comes upon it while another test counts events.
    assert (await live_shop.redeem(ana, 100, "mall-1", "LINDEN")).wallet.balance == 0
