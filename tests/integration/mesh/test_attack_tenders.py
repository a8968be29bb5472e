"""What a till, or two, get wrong with points that pay for sales. A point is worth 0.8 cents at Linden."""

import asyncio
import itertools
from typing import Any

import pytest
from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import redemption_requests_pb2 as spending
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from tests.integration.mesh.holds import sale
from tests.integration.mesh.hostile import refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment

_NUMBERS = itertools.count(1)
INT64_MAX = 2**63 - 1
Tender = authorization_pb2.Tender
Line = authorization_pb2.TenderLine


def fresh(what: str) -> str:
    return f"{what}-tender-{next(_NUMBERS)}"


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member with 300 points."""
    buyer = await shop.enroll(fresh("ANA"))
    await shop.sell(buyer, fresh("EARNED"), "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
    return buyer


async def held(till: Till, buyer: str, points: int, location: str = "mall-1") -> str:
    request = spending.AuthorizeRedemptionRequest(
        program_id=till.program,
        request_id=fresh("authorize"),
        member=member(buyer),
        location_id=location,
        brand_id="LINDEN",
        currency_code="USD",
        points=points,
        occur_time=moment(till.now),
    )
    return (await till.mesh.ledger.AuthorizeRedemption(request)).authorization.authorization_id


def off(number: int, cents: int) -> order_pb2.OrderLine:
    """A discount written as a line of its own."""
    discount = line(number, "LINDEN", -cents)
    discount.discount_line = True
    return discount


FIVE, ONE_OFF = line(1, "LINDEN", 500), off(2, 100)
REFUSED: dict[str, tuple[list[order_pb2.OrderLine], Tender, str]] = {
    "a cent more than the sale": ([line(1, "LINDEN", 39)], Tender(), "it is worth 40 minor units, 39 are left to pay"),
    "a sale of nothing": ([line(1, "LINDEN", 0)], Tender(), "it is worth 40 minor units, 0 are left to pay"),
    "more than is left after a discount": (
        [line(1, "LINDEN", 410), off(2, 400)],
        Tender(),
        "it is worth 40 minor units, 10 are left to pay",
    ),
    "a line that is not there": ([FIVE], Tender(lines=[Line(line_number=7, points=50)]), "the order has no line 7"),
    "a discount line": (
        [FIVE, ONE_OFF],
        Tender(lines=[Line(line_number=2, points=50)]),
        "line 2 has nothing to pay",
    ),
    "lines of more points": (
        [FIVE],
        Tender(lines=[Line(line_number=1, points=51)]),
        "its lines take 51 points, not 50",
    ),
    "lines of far more points": (
        [FIVE],
        Tender(lines=[Line(line_number=1, points=INT64_MAX)]),
        f"its lines take {INT64_MAX} points, not 50",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_paid_is_refused_and_changes_nothing(shop: Till, ana: str, case: str) -> None:
    lines, tender, why = REFUSED[case]
    tender = Tender(authorization_id=await held(shop, ana, 50), lines=tender.lines)
    before = await state_of(shop, ana)
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(sale(shop, ana, lines, tender)))
    assert (said(refusal)[2], refusal.metadata["why"]) == ("TENDER_NOT_ATTACHABLE", why)
    assert await state_of(shop, ana) == before


async def test_the_whole_of_a_discounted_sale_can_be_paid(shop: Till, ana: str) -> None:
    tender = Tender(authorization_id=await held(shop, ana, 50))
    posted = await shop.mesh.ledger.PostOrder(sale(shop, ana, [line(1, "LINDEN", 440), off(2, 400)], tender))
    assert [(one.line_number, one.points) for one in posted.redemptions[0].lines] == [(1, 50)]


async def test_what_is_another_members_or_of_another_place_is_refused(shop: Till, ana: str) -> None:
    bo = await shop.enroll(fresh("BO"))
    elsewhere, mine = await held(shop, ana, 10, "linden-1"), await held(shop, ana, 10)
    spent = (await shop.redeem(ana, 10, "mall-1", "LINDEN")).redemption.redemption_id
    cases = [
        (bo, Tender(authorization_id=mine), "it is no authorization of this member here"),
        (bo, Tender(redemption_id=spent), "it is no redemption of this member here"),
        (ana, Tender(authorization_id=spent), "it is no authorization of this member here"),
        (ana, Tender(authorization_id=elsewhere), "it is no authorization of this member here"),
    ]
    for buyer, tender, why in cases:
        refusal = await refusal_of(shop.mesh.ledger.PostOrder(sale(shop, buyer, [FIVE], tender)))
        assert (said(refusal)[2], refusal.metadata["why"]) == ("TENDER_NOT_ATTACHABLE", why)


async def test_one_tender_in_many_sales_at_once_pays_for_one(shop: Till, ana: str) -> None:
    spent = (await shop.redeem(ana, 10, "mall-1", "LINDEN")).redemption.redemption_id
    for tender in (Tender(authorization_id=await held(shop, ana, 10)), Tender(redemption_id=spent)):
        calls = (shop.mesh.ledger.PostOrder(sale(shop, ana, [FIVE], tender)) for _ in range(8))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(not isinstance(answer, Refusal) for answer in answers) == 1
    # 300 − 20 + 2 × 5 earned.
    assert (await shop.wallet(ana)).wallet.balance == 290


async def test_others_who_name_her_points_at_the_same_moment_do_not_disturb_her(shop: Till, ana: str) -> None:
    """Commands of one batch share what was read for them, and one of another member named her authorization last."""
    others = [await shop.enroll(fresh("OTHER")) for _ in range(12)]
    spent = (await shop.redeem(ana, 100, "mall-1", "LINDEN")).redemption.redemption_id
    for _ in range(6):
        mine = await held(shop, ana, 10)
        named = (Tender(authorization_id=mine), Tender(redemption_id=spent))
        theirs = [sale(shop, other, [FIVE], tender) for other in others for tender in named]
        restore = spending.RestoreRedemptionRequest(
            program_id=shop.program,
            request_id=fresh("restore"),
            redemption_id=spent,
            points=10,
            occur_time=moment(shop.now),
        )
        calls: list[Any] = [
            *(shop.mesh.ledger.PostOrder(one) for one in theirs[:12]),
            shop.mesh.ledger.PostOrder(sale(shop, ana, [FIVE], named[0])),
            shop.mesh.ledger.RestoreRedemption(restore),
            *(shop.mesh.ledger.PostOrder(one) for one in theirs[12:]),
        ]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        hers = [answers.pop(12), answers.pop(12)]
        assert [type(one).__name__ for one in hers] == ["PostOrderResponse", "RestoreRedemptionResponse"], hers
        assert {one.reason for one in answers if isinstance(one, Refusal)} == {"TENDER_NOT_ATTACHABLE"}
    # 300 − 100 + 60 given back − 60 spent + 6 × 5 earned.
    assert (await shop.wallet(ana)).wallet.balance == 230
