"""Authorizations as a till asks for them, for tests of checkouts, holds and voids."""

import itertools

from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_requests_pb2 as spending
from loyalty.type.v1 import order_pb2

from tests.support.mesh import Till, line, member, moment

_NUMBERS = itertools.count(1)
OPEN = authorization_pb2.AUTHORIZATION_STATE_OPEN
CAPTURED = authorization_pb2.AUTHORIZATION_STATE_CAPTURED
VOIDED = authorization_pb2.AUTHORIZATION_STATE_VOIDED
TIMED_OUT = authorization_pb2.AUTHORIZATION_STATE_TIMED_OUT


def fresh(what: str) -> str:
    return f"{what}-held-{next(_NUMBERS)}"


async def earner(till: Till) -> str:
    """A member with 300 points: 100 of North's, 200 of Harbor's."""
    buyer = await till.enroll(fresh("ANA"))
    await till.sell(buyer, fresh("EARNED"), "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
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
