"""Where points may be spent, in what numbers, and whose go first, through the whole mesh: the High Street's program."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_pb2
from loyalty.ledger.v1 import redemption_requests_pb2 as spending

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import findings_of, refusal_of, said
from tests.support.mesh import Till, line, member, moment, open_till


@pytest.fixture
async def street(stack: LocalStack) -> AsyncIterator[Till]:
    """A till in the High Street's program, in 2024."""
    async with open_till(stack, "spending-places") as till:
        till.now = datetime(2024, 3, 4, 10, tzinfo=UTC)
        await till.apply(PROGRAMS / "high-street", "high-street")
        yield till
        assert await findings_of(till) == []


async def buy(till: Till, buyer: str, document: str, location: str, brand: str, net: int, *categories: str) -> None:
    await till.mesh.ledger.PostOrder(
        ledger.PostOrderRequest(
            program_id=till.program,
            request_id=f"buy-{document}",
            member=member(buyer),
            order=till.order(document, location, [line(1, brand, net, categories=categories, quantity=6)], "EUR"),
        )
    )


async def quote(till: Till, buyer: str, location: str, brand: str, points: int = 0) -> redemption_pb2.Quote:
    asked = ledger.QuoteRedemptionRequest(
        program_id=till.program,
        member=member(buyer),
        location_id=location,
        brand_id=brand,
        currency_code="EUR",
        points=points,
    )
    return (await till.mesh.ledger.QuoteRedemption(asked)).quote


async def authorize(
    till: Till, buyer: str, request_id: str, location: str, brand: str, points: int
) -> spending.AuthorizeRedemptionResponse:
    return await till.mesh.ledger.AuthorizeRedemption(
        spending.AuthorizeRedemptionRequest(
            program_id=till.program,
            request_id=request_id,
            member=member(buyer),
            location_id=location,
            brand_id=brand,
            currency_code="EUR",
            points=points,
            occur_time=moment(till.now),
        )
    )


async def test_points_are_spent_where_and_as_the_program_says(street: Till) -> None:
    ana = await street.enroll("PLACES-ANA")
    # 600 for 120.00 of coffee at 5 a euro, to be spent anywhere, and 60 of the coffee card, to be spent at the quay.
    await buy(street, ana, "coffee", "quay-1", "CAFE", 12_000, "coffee")

    at_quay, at_pier = await quote(street, ana, "quay-1", "CAFE"), await quote(street, ana, "pier-3", "CAFE")
    assert (at_quay.available, at_quay.points) == (660, 660)
    assert (at_pier.available, at_pier.value.minor_units) == (600, 600)

    refusal = await refusal_of(authorize(street, ana, "too-many", "pier-3", "CAFE", 601))
    assert (said(refusal)[2], refusal.metadata["available"]) == ("INSUFFICIENT_POINTS", "600")

    told = await quote(street, ana, "square-2", "PHARMACY", 550)
    assert "Green Cross takes at least 500 stars, in blocks of 100" in told.receipt_text
    refusal = await refusal_of(authorize(street, ana, "no-block", "square-2", "PHARMACY", 550))
    assert (said(refusal)[2], refusal.metadata["block_points"]) == ("NOT_REDEEMABLE_SO", "100")
    assert "takes at least" not in (await quote(street, ana, "square-2", "PHARMACY", 600)).receipt_text

    # The coffee card's points can be spent least, so they go first where they can be spent at all.
    held = await authorize(street, ana, "coffee", "quay-1", "CAFE", 100)
    assert held.wallet.available == 560
    assert (await quote(street, ana, "quay-1", "CAFE")).available == 560
    assert (await quote(street, ana, "pier-3", "CAFE")).available == 560
