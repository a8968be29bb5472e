"""Exchanged goods and cancelled sales on the running mesh."""

import asyncio

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as orders
from loyalty.ledger.v1 import order_requests_pb2, return_requests_pb2
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import faulty_fields, refusal_of, said, state_of
from tests.support.mesh import Till, line

LINES = [line(1, "NORTH", 1000, quantity=3), line(2, "HARBOR", 9800)]
"""3 pieces that earn 10, and a line that earns 196."""
OTHERS = [line(1, "PEAK", 5000)]
"""A line that earns 50."""


@pytest.fixture
def counter(shop: Till) -> Counter:
    return Counter(shop, "EXCHANGED")


@pytest.fixture
async def ana(shop: Till, counter: Counter) -> str:
    """A member with a sale."""
    buyer = await shop.enroll(f"EXCHANGED-ANA-{counter.number}")
    await shop.sell(buyer, counter.called("SALE"), "mall-1", LINES)
    return buyer


async def order(till: Till, sale: str) -> orders.PostedOrder:
    ref = order_pb2.OrderRef(source="till-1", document_id=sale)
    return (await till.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=till.program, order=ref))).order


# --- exchanges


async def test_goods_are_exchanged_in_one_commit(shop: Till, counter: Counter, ana: str) -> None:
    sale, new = counter.called("SALE"), counter.called("NEW")
    answer = await counter.exchange(ana, "BACK", [share(sale, 2)], new, OTHERS)
    assert ([one.reversed for one in answer.reversed], [one.granted for one in answer.earned]) == ([196], [50])
    assert (answer.wallet.balance, answer.wallet.version) == (60, 2)
    assert await counter.state(answer.return_id) == "POSTED"
    assert [accrual.remaining for accrual in (await order(shop, new)).accruals] == [50]


async def test_an_exchange_is_done_once(shop: Till, counter: Counter, ana: str) -> None:
    sale, new, request_id = counter.called("SALE"), counter.called("NEW"), counter.called("REQUEST")
    calls = (counter.exchange(ana, "BACK", [share(sale, 2)], new, OTHERS, request_id) for _ in range(5))
    answers = await asyncio.gather(*calls)
    assert all(answer == answers[0] for answer in answers)
    assert await counter.exchange(ana, "BACK", [share(sale, 2)], new, OTHERS) == answers[0]
    assert (await shop.wallet(ana)).wallet.balance == 60


async def test_neither_half_comes_alone(shop: Till, counter: Counter, ana: str) -> None:
    sale, new = counter.called("SALE"), counter.called("NEW")
    before = await state_of(shop, ana)
    refusal = await refusal_of(counter.exchange(ana, "BACK", [share(sale, 1, pieces=4)], new, OTHERS))
    assert (said(refusal)[2], await state_of(shop, ana)) == ("NOT_RETURNABLE", before)
    # The documents are free: both may be posted now.
    assert (await counter.bring("BACK", share(sale, 1))).reversed_points == 10
    assert (await shop.sell(ana, new, "mall-1", OTHERS)).earned_points == 50


@pytest.mark.parametrize("taken", ["return", "sale"])
async def test_a_document_that_was_posted_alone_is_a_conflict(
    shop: Till, counter: Counter, ana: str, taken: str
) -> None:
    sale, new = counter.called("SALE"), counter.called("NEW")
    if taken == "return":
        await counter.bring("BACK", share(sale, 1))
    else:
        await shop.sell(ana, new, "mall-1", OTHERS)
    before = await state_of(shop, ana)
    refusal = await refusal_of(counter.exchange(ana, "BACK", [share(sale, 2)], new, OTHERS))
    assert (said(refusal)[2], await state_of(shop, ana)) == ("ORDER_CONFLICT", before)


async def test_an_unknown_sale_is_not_waited_for(shop: Till, counter: Counter, ana: str) -> None:
    refusal = await refusal_of(counter.exchange(ana, "BACK", [share("NEVER", 1)], counter.called("NEW"), OTHERS))
    assert said(refusal)[2] == "SALE_NOT_FOUND"


async def test_another_members_goods_are_not_exchanged(shop: Till, counter: Counter, ana: str) -> None:
    bea = await shop.enroll(f"EXCHANGED-BEA-{counter.number}")
    before = await state_of(shop, ana, bea)
    refusal = await refusal_of(
        counter.exchange(bea, "BACK", [share(counter.called("SALE"), 2)], counter.called("NEW"), OTHERS)
    )
    assert (said(refusal)[2], await state_of(shop, ana, bea)) == ("OTHER_MEMBERS_ORDER", before)


async def test_a_malformed_exchange_names_the_faults_of_both_halves(shop: Till) -> None:
    refusal = await refusal_of(
        shop.mesh.ledger.ExchangeOrder(order_requests_pb2.ExchangeOrderRequest(program_id=shop.program))
    )
    fields = faulty_fields(refusal)
    assert {"member", "request_id", "order.source", "return_document.source"} <= set(fields)


async def test_ten_exchanges_of_one_line_succeed_once(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    calls = (counter.exchange(ana, f"B-{n}", [share(sale, 2)], counter.called(f"NEW-{n}"), OTHERS) for n in range(10))
    told = await asyncio.gather(*calls, return_exceptions=True)
    reasons = [answer.reason if isinstance(answer, Refusal) else "exchanged" for answer in told]
    assert (reasons.count("exchanged"), reasons.count("NOT_RETURNABLE")) == (1, 9)
    assert (await shop.wallet(ana)).wallet.balance == 60


GOODS = [line(1, "LINDEN", 500)]
"""A line that earns 5, at a shop where a point is worth 0.8 cents."""


async def test_points_that_were_set_aside_pay_for_the_new_goods(shop: Till, counter: Counter, ana: str) -> None:
    at_linden, new = Counter(shop, "LINDEN", "linden-1"), counter.called("NEW")
    tender = await at_linden.set_aside(ana, 100, "LINDEN")
    answer = await at_linden.exchange(ana, "B", [share(counter.called("SALE"), 1)], new, GOODS, tenders=[tender])
    assert (answer.wallet.balance, answer.wallet.held) == (206 - 10 - 100 + 5, 0)
    assert len((await order(shop, new)).accruals) == 1
    # Cancelled, the new goods give back what paid for them.
    cancelled = await at_linden.cancel_sale(new)
    assert [(one.points, one.value.minor_units) for one in cancelled.restored] == [(100, 80)]
    assert cancelled.wallet.balance == 196


async def test_a_tender_that_cannot_pay_refuses_both_halves(shop: Till, counter: Counter, ana: str) -> None:
    at_linden, new = Counter(shop, "LINDEN", "linden-1"), counter.called("NEW")
    tender = await at_linden.set_aside(ana, 196, "LINDEN")
    dear = [line(1, "LINDEN", 100)]
    before = await state_of(shop, ana)
    refusal = await refusal_of(
        at_linden.exchange(ana, "B", [share(counter.called("SALE"), 1)], new, dear, tenders=[tender])
    )
    assert (said(refusal)[2], await state_of(shop, ana)) == ("TENDER_NOT_ATTACHABLE", before)


async def test_a_parked_return_of_goods_paid_with_points_restores_them(shop: Till, counter: Counter, ana: str) -> None:
    at_linden, new = Counter(shop, "LINDEN", "linden-1"), counter.called("NEW")
    tender = await at_linden.set_aside(ana, 100, "LINDEN")
    parked = await at_linden.bring("EARLY", share(new, 1), by=ana)
    answer = await at_linden.exchange(ana, "B", [share(counter.called("SALE"), 1)], new, GOODS, tenders=[tender])
    known = await counter.known(parked.return_id)
    assert ([one.points for one in known.restored], answer.wallet.balance) == ([100], 196)


# --- cancelled sales


async def test_a_cancelled_sale_takes_back_what_is_left(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    await counter.bring("BACK", share(sale, 1, pieces=1))
    answer = await counter.cancel_sale(sale)
    assert ([one.reversed for one in answer.reversed], answer.wallet.balance) == ([7, 196], 0)
    assert ((await order(shop, sale)).state, answer.order_id) == (
        orders.ORDER_STATE_CANCELLED,
        (await order(shop, sale)).order_id,
    )


async def test_nothing_of_a_cancelled_sale_comes_back(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("SALE")
    await counter.cancel_sale(sale)
    for back in (counter.bring("BACK", share(sale, 1, pieces=1)), counter.announce("LATER", share(sale, 2))):
        assert said(await refusal_of(back))[2] == "NOT_RETURNABLE"


async def test_ten_cancellations_of_a_sale_succeed_once(shop: Till, counter: Counter, ana: str) -> None:
    sale, request_id = counter.called("SALE"), counter.called("REQUEST")
    first = await counter.cancel_sale(sale, request_id)
    assert await counter.cancel_sale(sale, request_id) == first
    other = Counter(shop, "ELSEWHERE", "north-1")
    told = await asyncio.gather(*(other.cancel_sale(sale) for _ in range(10)), return_exceptions=True)
    assert {answer.reason for answer in told if isinstance(answer, Refusal)} == {"NOT_RETURNABLE"}
    assert len([answer for answer in told if isinstance(answer, Refusal)]) == 10


async def test_an_unknown_sale_cannot_be_cancelled(shop: Till, counter: Counter) -> None:
    refusal = await refusal_of(counter.cancel_sale("NEVER"))
    assert said(refusal) == ("NOT_FOUND", "ledger.loyalty", "ORDER_NOT_FOUND")


async def test_a_cancelled_sale_of_nobodys_cannot_be_claimed(shop: Till, counter: Counter, ana: str) -> None:
    sale = counter.called("NOBODYS")
    await counter.sell_to_nobody(sale, LINES)
    answer = await counter.cancel_sale(sale)
    assert (list(answer.reversed), answer.HasField("wallet")) == ([], False)
    refusal = await refusal_of(counter.claim(ana, sale))
    assert said(refusal)[2] == "ORDER_NOT_CLAIMABLE"


async def test_a_claim_and_a_cancellation_at_the_same_moment(shop: Till, counter: Counter, ana: str) -> None:
    """Either the claim comes too late, or the cancellation takes back what it gave."""
    for number in range(10):
        sale = counter.called(f"NOBODYS-{number}")
        await counter.sell_to_nobody(sale, LINES)
        claimed, cancelled = await asyncio.gather(
            counter.claim(ana, sale), counter.cancel_sale(sale), return_exceptions=True
        )
        assert isinstance(cancelled, return_requests_pb2.CancelOrderResponse)
        if isinstance(claimed, Refusal):
            assert claimed.reason == "ORDER_NOT_CLAIMABLE"
        else:
            assert sum(one.reversed for one in cancelled.reversed) == 206
    assert (await shop.wallet(ana)).wallet.balance == 206


async def test_a_malformed_cancellation_names_its_faults(shop: Till) -> None:
    request = return_requests_pb2.CancelOrderRequest(program_id=shop.program, reason="x" * 257)
    refusal = await refusal_of(shop.mesh.ledger.CancelOrder(request))
    assert faulty_fields(refusal) == [
        "location_id",
        "occur_time",
        "order.document_id",
        "order.source",
        "reason",
        "request_id",
    ]
