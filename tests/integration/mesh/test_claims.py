"""Sales that named nobody, and the members who claim them."""

import asyncio
import itertools
from collections.abc import Iterable
from datetime import timedelta

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as orders
from loyalty.ledger.v1 import order_requests_pb2 as requests
from loyalty.type.v1 import order_pb2

from chassis.values.ids import bucket_of
from chassis.values.refusal import Refusal
from ledger_service.domain.order import DocumentRef, anonymous_home
from tests.integration.mesh.hostile import faulty_fields, refusal_of, replayed, said, state_of
from tests.support.mesh import Till, line, member, moment

_NUMBERS = itertools.count(1)

BASKET = (line(1, "NORTH", 4000, quantity=4), line(2, "HARBOR", 9800))
"""Earns 40 and 196."""


def sale(
    till: Till, document: str, lines: Iterable[order_pb2.OrderLine] = BASKET, request_id: str = ""
) -> ledger.PostOrderRequest:
    return ledger.PostOrderRequest(
        program_id=till.program,
        request_id=request_id or f"anonymous-{document}",
        order=till.order(document, "mall-1", lines),
        anonymous=True,
    )


async def sold(till: Till, document: str) -> ledger.PostOrderResponse:
    return await till.mesh.ledger.PostOrder(sale(till, document))


def claim(till: Till, buyer: str, document: str, request_id: str = "") -> requests.ClaimOrderRequest:
    return requests.ClaimOrderRequest(
        program_id=till.program,
        request_id=request_id or f"claim-{next(_NUMBERS)}",
        member=member(buyer),
        order=order_pb2.OrderRef(source="till-1", document_id=document),
        occur_time=moment(till.now),
    )


async def claimed(till: Till, buyer: str, document: str) -> requests.ClaimOrderResponse:
    return await till.mesh.ledger.ClaimOrder(claim(till, buyer, document))


async def found(till: Till, document: str) -> orders.PostedOrder:
    ref = order_pb2.OrderRef(source="till-1", document_id=document)
    return (await till.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=till.program, order=ref))).order


# --- posted


async def test_a_sale_that_names_nobody_waits_for_its_claim(shop: Till) -> None:
    answer = await sold(shop, "ANON-1")
    assert answer.state == orders.ORDER_STATE_CLAIMABLE
    assert (answer.member_id, list(answer.earned), answer.earned_points) == ("", [], 0)
    assert not answer.HasField("wallet")
    assert answer.order_id


async def test_it_is_found_without_a_member(shop: Till) -> None:
    await sold(shop, "ANON-2")
    order = await found(shop, "ANON-2")
    assert (order.state, order.member_id, len(order.accruals)) == (orders.ORDER_STATE_CLAIMABLE, "", 0)


async def test_it_is_judged_for_what_is_wrong_with_it(shop: Till) -> None:
    request = sale(shop, "ANON-3")
    request.order.lines[0].brand_id = "NOBRAND"
    assert (await refusal_of(shop.mesh.ledger.PostOrder(request))).reason == "BRAND_NOT_FOUND"


async def test_it_is_posted_once(shop: Till) -> None:
    first = await replayed(shop.mesh.ledger.PostOrder(sale(shop, "ANON-4")))
    again = await replayed(shop.mesh.ledger.PostOrder(sale(shop, "ANON-4", request_id="anonymous-4-again")))
    assert (again[0], first[1], again[1]) == (first[0], False, True)


async def test_the_same_document_for_a_member_conflicts(shop: Till) -> None:
    ana = await shop.enroll("ANON-ANA")
    await sold(shop, "ANON-5")
    assert (await refusal_of(shop.sell(ana, "ANON-5", "mall-1", BASKET))).reason == "ORDER_CONFLICT"


@pytest.mark.parametrize("named", ["member", "tenders"])
async def test_a_sale_that_names_nobody_takes_neither_member_nor_tenders(shop: Till, named: str) -> None:
    request = sale(shop, "ANON-6")
    if named == "member":
        request.member.member_id = "mem_x"
    else:
        request.tenders.add().authorization_id = "aut_x"
    assert faulty_fields(await refusal_of(shop.mesh.ledger.PostOrder(request))) == [named]


async def test_a_sale_without_a_member_says_that_it_means_nobody(shop: Till) -> None:
    request = sale(shop, "ANON-7")
    request.anonymous = False
    assert faulty_fields(await refusal_of(shop.mesh.ledger.PostOrder(request))) == ["member"]


# --- claimed


async def test_a_claim_credits_the_sale_to_the_member(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-ANA")
    await sold(shop, "CLAIM-1")
    answer = await claimed(shop, ana, "CLAIM-1")
    assert (answer.earned_points, answer.reversed_points, answer.member_id) == (236, 0, ana)
    assert (await shop.wallet(ana)).wallet.balance == answer.wallet.balance == 236


async def test_a_claimed_sale_is_found_under_its_member(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-FOUND")
    before = await sold(shop, "CLAIM-2")
    answer = await claimed(shop, ana, "CLAIM-2")
    order = await found(shop, "CLAIM-2")
    assert (order.state, order.member_id) == (orders.ORDER_STATE_EVALUATED, ana)
    assert order.order_id == before.order_id == answer.order_id
    assert [accrual.remaining for accrual in order.accruals] == [40, 196]
    assert {accrual.home_member_id for accrual in order.accruals} == {ana}


async def test_a_sale_and_a_claimer_may_share_a_bucket(shop: Till) -> None:
    """Then there is room for one row only of the sale and of each returned line."""
    ana = await shop.enroll("CLAIM-BUCKET")
    mine = bucket_of(shop.program, ana)
    documents = (f"CLAIM-BUCKET-{n}" for n in itertools.count())
    document = next(
        name
        for name in documents
        if bucket_of(shop.program, anonymous_home(shop.program, DocumentRef("till-1", name))) == mine
    )
    await sold(shop, document)
    await shop.give_back(f"{document}-R", "mall-1", document, {1: 1})
    answer = await claimed(shop, ana, document)
    assert (answer.reversed_points, answer.wallet.balance) == (10, 226)
    order = await found(shop, document)
    assert (order.state, order.member_id) == (orders.ORDER_STATE_EVALUATED, ana)
    assert (await shop.give_back(f"{document}-S", "mall-1", document, {1: 3})).reversed_points == 30


async def test_the_sale_sent_again_after_its_claim_is_still_a_replay(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-REPLAYED")
    first = await sold(shop, "CLAIM-3")
    await claimed(shop, ana, "CLAIM-3")
    assert await sold(shop, "CLAIM-3") == first


async def test_claimed_points_can_be_spent(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-SPENT")
    await sold(shop, "CLAIM-4")
    await claimed(shop, ana, "CLAIM-4")
    assert (await shop.redeem(ana, 100, "linden-1", "LINDEN")).wallet.balance == 136


# --- once


async def test_a_claim_sent_again_is_a_replay(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-AGAIN")
    await sold(shop, "CLAIM-10")
    request = claim(shop, ana, "CLAIM-10")
    first = await replayed(shop.mesh.ledger.ClaimOrder(request))
    again = [await replayed(shop.mesh.ledger.ClaimOrder(request)) for _ in range(10)]
    assert again == [(first[0], True)] * 10
    assert not first[1]


async def test_the_same_claim_many_times_at_once_is_one_claim(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-AT-ONCE")
    await sold(shop, "CLAIM-11")
    request = claim(shop, ana, "CLAIM-11")
    answers = await asyncio.gather(*(replayed(shop.mesh.ledger.ClaimOrder(request)) for _ in range(30)))
    assert len({answer for answer, _ in answers}) == 1
    assert sorted(again for _, again in answers) == [False] + [True] * 29
    assert (await shop.wallet(ana)).wallet.balance == 236


async def test_a_claim_under_the_id_of_another_is_refused(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-REUSED")
    await sold(shop, "CLAIM-12")
    await sold(shop, "CLAIM-13")
    await shop.mesh.ledger.ClaimOrder(claim(shop, ana, "CLAIM-12", "claim-reused"))
    refusal = await refusal_of(shop.mesh.ledger.ClaimOrder(claim(shop, ana, "CLAIM-13", "claim-reused")))
    assert refusal.reason == "REQUEST_ID_REUSED"


@pytest.mark.parametrize("second", ["the same", "another"])
async def test_a_sale_is_claimed_once(shop: Till, second: str) -> None:
    ana, bea = await shop.enroll(f"CLAIM-ONCE-A-{second[0]}"), await shop.enroll(f"CLAIM-ONCE-B-{second[0]}")
    document = f"CLAIM-14-{second[0]}"
    await sold(shop, document)
    await claimed(shop, ana, document)
    before = await state_of(shop, ana, bea)
    refusal = await refusal_of(claimed(shop, ana if second == "the same" else bea, document))
    assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "ORDER_NOT_CLAIMABLE")
    assert refusal.metadata["why"] == "claimed"
    assert await state_of(shop, ana, bea) == before


async def test_of_many_members_who_claim_at_once_one_gets_it(shop: Till) -> None:
    members = [await shop.enroll(f"CLAIM-CROWD-{n}") for n in range(12)]
    await sold(shop, "CLAIM-15")
    heard = await asyncio.gather(*(claimed(shop, one, "CLAIM-15") for one in members), return_exceptions=True)
    refused = [one for one in heard if isinstance(one, Refusal)]
    assert {one.reason for one in refused} == {"ORDER_NOT_CLAIMABLE"}
    assert len(refused) == 11
    balances = [(await shop.wallet(one)).wallet.balance for one in members]
    assert sorted(balances) == [0] * 11 + [236]
    assert (await found(shop, "CLAIM-15")).member_id == members[balances.index(236)]


# --- what came back before


async def test_what_came_back_before_the_claim_earns_nothing(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-RETURNED")
    await sold(shop, "CLAIM-20")
    await shop.give_back("CLAIM-20-R", "mall-1", "CLAIM-20", {1: 2})
    answer = await claimed(shop, ana, "CLAIM-20")
    assert (answer.earned_points, answer.reversed_points, answer.wallet.balance) == (236, 20, 216)


async def test_the_rest_comes_back_after_the_claim(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-REST")
    await sold(shop, "CLAIM-21")
    await shop.give_back("CLAIM-21-R", "mall-1", "CLAIM-21", {1: 1})
    await claimed(shop, ana, "CLAIM-21")
    refusal = await refusal_of(shop.give_back("CLAIM-21-S", "mall-1", "CLAIM-21", {1: 4}))
    assert (refusal.reason, refusal.metadata["returnable"]) == ("NOT_RETURNABLE", "3")
    answer = await shop.give_back("CLAIM-21-T", "mall-1", "CLAIM-21", {1: None, 2: None})
    assert (answer.reversed_points, answer.wallet.balance) == (226, 0)


async def test_a_claim_and_a_return_at_once_end_alike_in_either_order(shop: Till) -> None:
    balances = []
    for n in range(10):
        buyer = await shop.enroll(f"CLAIM-RACE-{n}")
        document = f"CLAIM-22-{n}"
        await sold(shop, document)
        await asyncio.gather(
            claimed(shop, buyer, document), shop.give_back(f"{document}-R", "mall-1", document, {1: 1, 2: None})
        )
        balances.append((await shop.wallet(buyer)).wallet.balance)
    assert balances == [30] * 10


# --- what cannot be claimed


async def test_a_sale_of_a_member_cannot_be_claimed(shop: Till) -> None:
    ana, bea = await shop.enroll("CLAIM-OWNED-A"), await shop.enroll("CLAIM-OWNED-B")
    await shop.sell(ana, "CLAIM-30", "mall-1", BASKET)
    refusal = await refusal_of(claimed(shop, bea, "CLAIM-30"))
    assert (refusal.reason, refusal.metadata["why"]) == ("ORDER_NOT_CLAIMABLE", "not anonymous")


async def test_a_sale_that_was_never_posted_is_not_found(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-MISSING")
    assert (await refusal_of(claimed(shop, ana, "CLAIM-31"))).reason == "ORDER_NOT_FOUND"


async def test_a_claim_for_an_unknown_member_leaves_the_sale_to_others(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-UNKNOWN")
    await sold(shop, "CLAIM-32")
    request = claim(shop, "mem_x", "CLAIM-32")
    assert (await refusal_of(shop.mesh.ledger.ClaimOrder(request))).reason == "MEMBER_NOT_FOUND"
    request.member.member_id = ana
    assert (await shop.mesh.ledger.ClaimOrder(request)).earned_points == 236


async def test_a_claim_may_come_too_late_and_stays_so(shop: Till) -> None:
    ana = await shop.enroll("CLAIM-LATE")
    early = Till(shop.mesh, shop.program, shop.now - timedelta(days=91))
    await sold(early, "CLAIM-33")
    request = claim(shop, ana, "CLAIM-33")
    for _ in range(2):
        refusal = await refusal_of(shop.mesh.ledger.ClaimOrder(request))
        assert said(refusal) == ("FAILED_PRECONDITION", "ledger.loyalty", "CLAIM_TOO_LATE")
        assert refusal.metadata["claim_days"] == "90"


async def test_a_claim_is_told_all_its_faults(shop: Till) -> None:
    refusal = await refusal_of(shop.mesh.ledger.ClaimOrder(requests.ClaimOrderRequest(program_id="no id")))
    assert faulty_fields(refusal) == [
        "member", "occur_time", "order.document_id", "order.source", "program_id", "request_id"
    ]  # fmt: skip


async def test_a_claim_ahead_of_time_is_refused(live_shop: Till) -> None:
    ana = await live_shop.enroll("CLAIM-AHEAD")
    await sold(live_shop, "CLAIM-34")
    later = Till(live_shop.mesh, live_shop.program, live_shop.now + timedelta(hours=1))
    assert (await refusal_of(claimed(later, ana, "CLAIM-34"))).reason == "TIME_AHEAD"
    assert (await claimed(live_shop, ana, "CLAIM-34")).earned_points == 236
