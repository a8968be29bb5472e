"""The standard checkout through the whole mesh: tenders captured in the sale's own commit, and what cannot be."""

import pytest
from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import redemption_requests_pb2 as spending

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.holds import CAPTURED, OPEN, authorized, earner, fresh, look, sale
from tests.integration.mesh.hostile import faulty_fields, findings_of, refusal_of, replayed, said, state_of
from tests.support.mesh import Till, line, open_till


@pytest.fixture
async def ana(shop: Till) -> str:
    return await earner(shop)


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
