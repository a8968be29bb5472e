"""The first answer stands, whatever happens between a call and its retry: restarts, a lost Valkey, new rules."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis.asyncio as valkey
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import findings_of, patiently, refusal_of, replayed, said
from tests.support.mesh import Till, line, member, moment, open_till

BASKET = PROGRAMS / "worked-basket"


@pytest.fixture
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    async with open_till(stack, "hostile-between") as till:
        await till.apply(BASKET, "worked-basket")
        yield till
        assert await findings_of(till) == []


def sale(till: Till, buyer: str, request_id: str, document_id: str) -> ledger.PostOrderRequest:
    order = till.order(document_id, "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


def spending(till: Till, buyer: str, request_id: str, points: int) -> ledger.RedeemPointsRequest:
    return ledger.RedeemPointsRequest(
        program_id=till.program,
        request_id=request_id,
        member=member(buyer),
        location_id="linden-1",
        brand_id="LINDEN",
        currency_code="USD",
        points=points,
        occur_time=moment(till.now),
    )


async def test_a_restarted_ledger_gives_the_first_answers(stack: LocalStack, till: Till) -> None:
    ana = await till.enroll("BETWEEN-RESTART")
    sold, spent = sale(till, ana, "restart-1", "RESTART-1"), spending(till, ana, "restart-2", 100)
    first = await replayed(till.mesh.ledger.PostOrder(sold)), await replayed(till.mesh.ledger.RedeemPoints(spent))
    refused = await refusal_of(till.mesh.ledger.RedeemPoints(spending(till, ana, "restart-3", 1000)))
    await stack.restart("ledger")
    again = (
        await patiently(lambda: replayed(till.mesh.ledger.PostOrder(sold))),
        await patiently(lambda: replayed(till.mesh.ledger.RedeemPoints(spent))),
    )
    assert again == ((first[0][0], True), (first[1][0], True))
    once_more = await refusal_of(till.mesh.ledger.RedeemPoints(spending(till, ana, "restart-3", 1000)))
    assert (said(once_more), once_more.message) == (said(refused), refused.message)


async def test_a_call_while_the_ledger_restarts_is_answered_by_a_retry(stack: LocalStack, till: Till) -> None:
    ana = await till.enroll("BETWEEN-KILL")
    stack.kill("ledger")
    refusal = await refusal_of(till.mesh.ledger.PostOrder(sale(till, ana, "kill-1", "KILL-1"), timeout=0.5))
    assert refusal.reason in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
    await stack.start("ledger")
    answer, _ = await patiently(lambda: replayed(till.mesh.ledger.PostOrder(sale(till, ana, "kill-1", "KILL-1"))))
    assert ledger.PostOrderResponse.FromString(answer).wallet.balance == 300


async def test_an_emptied_valkey_changes_no_answer_and_lends_no_point(stack: LocalStack, till: Till) -> None:
    ana = await till.enroll("BETWEEN-FLUSH")
    await till.mesh.ledger.PostOrder(sale(till, ana, "flush-1", "FLUSH-1"))
    first, _ = await replayed(till.mesh.ledger.RedeemPoints(spending(till, ana, "flush-2", 100)))
    async with valkey.from_url(stack.valkey.url) as server:
        await server.flushall()
    assert await replayed(till.mesh.ledger.RedeemPoints(spending(till, ana, "flush-2", 100))) == (first, True)
    calls = (till.mesh.ledger.RedeemPoints(spending(till, ana, f"flush-{n}", 60)) for n in range(3, 13))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(answer, ledger.RedeemPointsResponse) for answer in answers) == 3
    assert (await till.wallet(ana)).wallet.balance == 20


async def known_to_the_ledger(till: Till, buyer: str, revision: str) -> None:
    """Returns when the ledger quotes by a revision."""
    asked = ledger.QuoteRedemptionRequest(
        program_id=till.program, member=member(buyer), location_id="linden-1", brand_id="LINDEN", currency_code="USD"
    )
    for _ in range(250):
        if (await till.mesh.ledger.QuoteRedemption(asked)).quote.revision == revision:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("the ledger never learnt of the revision")


async def test_new_rules_change_no_answer_that_was_given(till: Till) -> None:
    ana = await till.enroll("BETWEEN-RULES")
    sold, spent = sale(till, ana, "rules-1", "RULES-1"), spending(till, ana, "rules-2", 100)
    first, paid = await replayed(till.mesh.ledger.PostOrder(sold)), await replayed(till.mesh.ledger.RedeemPoints(spent))
    changes = {"points: 1, per: 1.00 USD": "points: 5, per: 1.00 USD", "worth: 0.008 USD": "worth: 0.02 USD"}
    await known_to_the_ledger(till, ana, await till.apply(BASKET, "worked-basket", changes))
    assert await replayed(till.mesh.ledger.PostOrder(sold)) == (first[0], True)
    assert await replayed(till.mesh.ledger.RedeemPoints(spent)) == (paid[0], True)
    assert await replayed(till.mesh.ledger.PostOrder(sale(till, ana, "rules-3", "RULES-1"))) == (first[0], True)
    newer = await till.mesh.ledger.PostOrder(sale(till, ana, "rules-4", "RULES-2"))
    assert [earned.granted for earned in newer.earned] == [500, 200]
    returned = await till.give_back("RULES-R", "mall-1", "RULES-1", {1: None})
    assert returned.reversed_points == 100


async def test_a_place_that_is_gone_changes_no_answer_that_was_given(till: Till) -> None:
    bea = await till.enroll("BETWEEN-PLACE")
    order = till.order("PLACE-1", "north-1", [line(1, "NORTH", 10_000)])
    requests = [
        ledger.PostOrderRequest(program_id=till.program, request_id=f"place-{n}", member=member(bea), order=order)
        for n in range(2)
    ]
    first, _ = await replayed(till.mesh.ledger.PostOrder(requests[0]))
    await known_to_the_ledger(till, bea, await till.apply(BASKET, "worked-basket", {"  north-1:": "  north-2:"}))
    assert await replayed(till.mesh.ledger.PostOrder(requests[0])) == (first, True)
    assert await replayed(till.mesh.ledger.PostOrder(requests[1])) == (first, True)
    ref = order_pb2.OrderRef(source="till-1", document_id="PLACE-1")
    asked = ledger.GetOrderRequest(program_id=till.program, order=ref)
    assert (await till.mesh.ledger.GetOrder(asked)).order.order.location_id == "north-1"
