"""Authorizations through the whole mesh: the standard checkout, and everything a till gets wrong with it."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_requests_pb2 as spending
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import faulty_fields, findings_of, refusal_of, replayed, said, state_of
from tests.support.mesh import Till, line, member, moment, open_till

_NUMBERS = itertools.count(1)
OPEN = authorization_pb2.AUTHORIZATION_STATE_OPEN
CAPTURED = authorization_pb2.AUTHORIZATION_STATE_CAPTURED
VOIDED = authorization_pb2.AUTHORIZATION_STATE_VOIDED
TIMED_OUT = authorization_pb2.AUTHORIZATION_STATE_TIMED_OUT


def fresh(what: str) -> str:
    return f"{what}-held-{next(_NUMBERS)}"


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member with 300 points: 100 of North's, 200 of Harbor's."""
    buyer = await shop.enroll(fresh("ANA"))
    await shop.sell(buyer, fresh("EARNED"), "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
    return buyer


def authorizing(
    till: Till, buyer: str, points: int, brand: str = "LINDEN", hold_seconds: int = 0
) -> spending.AuthorizeRedemptionRequest:
    return spending.AuthorizeRedemptionRequest(
        program_id=till.program,
        request_id=fresh("authorize"),
        member=member(buyer),
        location_id="mall-1",
        brand_id=brand,
        currency_code="USD",
        points=points,
        occur_time=moment(till.now),
        hold_seconds=hold_seconds,
    )


async def authorized(
    till: Till, buyer: str, points: int, brand: str = "LINDEN", hold_seconds: int = 0
) -> authorization_pb2.Authorization:
    answer = await till.mesh.ledger.AuthorizeRedemption(authorizing(till, buyer, points, brand, hold_seconds))
    return answer.authorization


def capturing(till: Till, authorization_id: str, points: int = 0) -> spending.CaptureRedemptionRequest:
    return spending.CaptureRedemptionRequest(
        program_id=till.program,
        request_id=fresh("capture"),
        authorization_id=authorization_id,
        points=points,
        occur_time=moment(till.now),
    )


def voiding(
    till: Till, authorization_id: str = "", original: str = "", buyer: str = ""
) -> spending.VoidRedemptionRequest:
    request = spending.VoidRedemptionRequest(
        program_id=till.program, request_id=fresh("void"), occur_time=moment(till.now)
    )
    if original:
        request.original_request_id = original
        request.member.CopyFrom(member(buyer))
    else:
        request.authorization_id = authorization_id
    return request


def sale(
    till: Till, buyer: str, lines: list[order_pb2.OrderLine], *tenders: authorization_pb2.Tender
) -> ledger.PostOrderRequest:
    return ledger.PostOrderRequest(
        program_id=till.program,
        request_id=fresh("sale"),
        member=member(buyer),
        order=till.order(fresh("SALE"), "mall-1", lines),
        tenders=tenders,
    )


async def look(till: Till, authorization_id: str) -> authorization_pb2.Authorization:
    request = spending.GetRedemptionRequest(program_id=till.program, authorization_id=authorization_id)
    return (await till.mesh.ledger.GetRedemption(request)).authorization


# --- the standard checkout


async def test_a_checkout_sets_aside_and_captures_in_the_sales_own_commit(stack: LocalStack) -> None:
    async with open_till(stack, "checkout") as till:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket")
        ana = await till.enroll(fresh("ANA"))
        await till.sell(ana, "EARNED", "mall-1", [line(1, "NORTH", 4_000), line(2, "HARBOR", 9_800)])
        held = await authorized(till, ana, 200)
        assert (held.value.minor_units, held.state) == (160, OPEN)
        tender = authorization_pb2.Tender(authorization_id=held.authorization_id)
        lines = [line(1, "LINDEN", 500), line(2, "LINDEN", 100)]
        posted = await till.mesh.ledger.PostOrder(sale(till, ana, lines, tender))
        till._saw(posted.position)
        [paid] = posted.redemptions
        assert (paid.points, paid.value.minor_units, paid.order_id) == (200, 160, posted.order_id)
        assert [(one.line_number, one.points) for one in paid.lines] == [(1, 167), (2, 33)]
        # 40 + 196 − 200 + 6 earned by the sale.
        assert (posted.wallet.balance, posted.wallet.held) == (42, 0)
        assert (await look(till, held.authorization_id)).state == CAPTURED
        # 40 points of North's are worth 0.32, 160 of Harbor's 1.28.
        assert await till.net_positions() == {"north": -32, "harbor": -128, "linden": 160}
        assert await findings_of(till) == []


async def test_what_a_sale_captured_is_found_by_its_id(shop: Till, ana: str) -> None:
    held = await authorized(shop, ana, 100)
    tender = authorization_pb2.Tender(authorization_id=held.authorization_id, points=40)
    posted = await shop.mesh.ledger.PostOrder(sale(shop, ana, [line(3, "LINDEN", 900)], tender))
    asked = spending.GetRedemptionRequest(program_id=shop.program, redemption_id=posted.redemptions[0].redemption_id)
    found = (await shop.mesh.ledger.GetRedemption(asked)).redemption
    assert found == posted.redemptions[0]
    assert (found.authorization_id, found.lines[0].line_number) == (held.authorization_id, 3)


async def test_a_sale_sent_again_captures_once(shop: Till, ana: str) -> None:
    held = await authorized(shop, ana, 100)
    tender = authorization_pb2.Tender(authorization_id=held.authorization_id, points=40)
    request = sale(shop, ana, [line(1, "LINDEN", 900)], tender)
    first, _ = await replayed(shop.mesh.ledger.PostOrder(request))
    for _ in range(3):
        assert await replayed(shop.mesh.ledger.PostOrder(request)) == (first, True)
    request.request_id = fresh("sale")
    assert await replayed(shop.mesh.ledger.PostOrder(request)) == (first, True)
    assert (await look(shop, held.authorization_id)).held_points == 60


async def test_the_same_document_with_other_tenders_is_another(shop: Till, ana: str) -> None:
    held = await authorized(shop, ana, 100)
    tender = authorization_pb2.Tender(authorization_id=held.authorization_id, points=40)
    request = sale(shop, ana, [line(1, "LINDEN", 900)], tender)
    await shop.mesh.ledger.PostOrder(request)
    request.tenders[0].points = 50
    assert said(await refusal_of(shop.mesh.ledger.PostOrder(request)))[2] == "REQUEST_ID_REUSED"
    request.request_id = fresh("sale")
    assert said(await refusal_of(shop.mesh.ledger.PostOrder(request)))[2] == "ORDER_CONFLICT"


async def test_a_sale_refused_for_its_tender_posts_nothing(shop: Till, ana: str) -> None:
    held = await authorized(shop, ana, 100)
    before = await state_of(shop, ana)
    tender = authorization_pb2.Tender(authorization_id=held.authorization_id, points=101)
    request = sale(shop, ana, [line(1, "LINDEN", 900)], tender)
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(request))
    assert (said(refusal)[2], refusal.metadata["held"]) == ("CAPTURE_EXCEEDS_HOLD", "100")
    assert await state_of(shop, ana) == before


async def test_several_brands_and_a_redemption_made_before_pay_for_one_sale(shop: Till, ana: str) -> None:
    spent = (await shop.redeem(ana, 50, "mall-1", "PEAK")).redemption
    held = await authorized(shop, ana, 100)
    tenders = (
        authorization_pb2.Tender(redemption_id=spent.redemption_id),
        authorization_pb2.Tender(authorization_id=held.authorization_id),
    )
    lines = [line(1, "LINDEN", 900), line(2, "PEAK", 900)]
    posted = await shop.mesh.ledger.PostOrder(sale(shop, ana, lines, *tenders))
    assert [(one.brand_id, one.lines[0].line_number) for one in posted.redemptions] == [("PEAK", 2), ("LINDEN", 1)]
    again = await refusal_of(shop.mesh.ledger.PostOrder(sale(shop, ana, lines, tenders[0])))
    assert (said(again)[2], again.metadata["why"]) == ("TENDER_NOT_ATTACHABLE", "it pays for an order already")


MALFORMED = {
    "no source": (authorization_pb2.Tender(points=5), ["tenders[0]"]),
    "points of a redemption": (authorization_pb2.Tender(redemption_id="red_1", points=5), ["tenders[0].points"]),
    "negative": (authorization_pb2.Tender(authorization_id="aut_1", points=-5), ["tenders[0].points"]),
    "lines twice": (
        authorization_pb2.Tender(
            authorization_id="aut_1",
            lines=[authorization_pb2.TenderLine(line_number=1, points=2) for _ in range(2)],
        ),
        ["tenders[0].lines[1].line_number"],
    ),
    "lines do not sum": (
        authorization_pb2.Tender(
            authorization_id="aut_1", points=5, lines=[authorization_pb2.TenderLine(line_number=1, points=4)]
        ),
        ["tenders[0].lines"],
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
async def test_a_malformed_tender_is_told_by_field(shop: Till, ana: str, case: str) -> None:
    tender, fields = MALFORMED[case]
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(sale(shop, ana, [line(1, "LINDEN", 900)], tender)))
    assert faulty_fields(refusal) == fields


async def test_one_source_cannot_pay_twice_for_a_sale(shop: Till, ana: str) -> None:
    tenders = [authorization_pb2.Tender(authorization_id="aut_1", points=5) for _ in range(2)]
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(sale(shop, ana, [line(1, "LINDEN", 900)], *tenders)))
    assert faulty_fields(refusal) == ["tenders[1]"]


# --- captures, increases, voids by themselves


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
    assert (said(refusal)[2], refusal.metadata["state"]) == ("AUTHORIZATION_ENDED", "cleared")


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
    async with open_mesh(stack.address, token) as mesh:
        calls = (
            mesh.ledger.CaptureRedemption(capturing(shop, held)),
            mesh.ledger.VoidRedemption(voiding(shop, held)),
            mesh.ledger.GetRedemption(spending.GetRedemptionRequest(program_id=shop.program, authorization_id=held)),
        )
        for call in calls:
            assert said(await refusal_of(call))[2] == "AUTHORIZATION_NOT_FOUND"
    assert (await look(shop, held)).state == OPEN


# --- voiding what may have arrived


async def test_an_authorization_is_voided_by_its_request_id(shop: Till, ana: str) -> None:
    request = authorizing(shop, ana, 100)
    await shop.mesh.ledger.AuthorizeRedemption(request)
    voided = await shop.mesh.ledger.VoidRedemption(voiding(shop, original=request.request_id, buyer=ana))
    assert (voided.authorization.state, voided.wallet.available) == (VOIDED, 300)


async def test_what_was_voided_before_it_arrived_never_succeeds(shop: Till, ana: str) -> None:
    late = authorizing(shop, ana, 100)
    void = voiding(shop, original=late.request_id, buyer=ana)
    first = await shop.mesh.ledger.VoidRedemption(void)
    assert not first.HasField("authorization")
    for _ in range(3):
        assert said(await refusal_of(shop.mesh.ledger.AuthorizeRedemption(late)))[2] == "VOIDED_BEFORE"
    assert await replayed(shop.mesh.ledger.VoidRedemption(void)) == (first.SerializeToString(deterministic=True), True)
    assert (await shop.wallet(ana)).wallet.available == 300


async def test_voiding_it_once_more_under_another_id_is_the_first_result(shop: Till, ana: str) -> None:
    late = fresh("never")
    answers = [
        await replayed(shop.mesh.ledger.VoidRedemption(voiding(shop, original=late, buyer=ana))) for _ in range(2)
    ]
    assert answers[0][0] == answers[1][0]
    assert [was_replayed for _, was_replayed in answers] == [False, True]


async def test_another_members_authorization_is_not_voided(shop: Till, ana: str) -> None:
    request = authorizing(shop, ana, 100)
    await shop.mesh.ledger.AuthorizeRedemption(request)
    bo = await shop.enroll(fresh("BO"))
    refusal = await refusal_of(shop.mesh.ledger.VoidRedemption(voiding(shop, original=request.request_id, buyer=bo)))
    assert said(refusal)[2] == "AUTHORIZATION_NOT_FOUND"


async def test_a_void_that_races_its_authorization_leaves_nothing_held(shop: Till, ana: str) -> None:
    heard: Counter[str] = Counter()
    for number in range(20):
        late = authorizing(shop, ana, 10)
        calls = [
            shop.mesh.ledger.AuthorizeRedemption(late),
            shop.mesh.ledger.VoidRedemption(voiding(shop, original=late.request_id, buyer=ana)),
        ]
        answers = await asyncio.gather(*(calls if number % 2 else reversed(calls)), return_exceptions=True)
        for answer in answers:
            heard[answer.reason if isinstance(answer, Refusal) else type(answer).__name__] += 1
    assert heard["VoidRedemptionResponse"] == 20
    assert heard["AuthorizeRedemptionResponse"] + heard["VOIDED_BEFORE"] == 20
    wallet = (await shop.wallet(ana)).wallet
    assert (wallet.available, wallet.held) == (300, 0)


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
    assert (said(refusal)[2], refusal.metadata["state"]) == ("AUTHORIZATION_ENDED", "timed_out")
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
