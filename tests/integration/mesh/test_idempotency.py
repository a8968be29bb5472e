"""Retries never change anything (I5): one intent, one effect, one answer, whatever happens in between."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import order_pb2

from tests.integration.mesh.hostile import Wire, refusal_of, replayed, said, state_of
from tests.support.mesh import Till, line, member, moment

LINES = (line(1, "NORTH", 4000), line(2, "HARBOR", 9800))


def sale(till: Till, buyer: str, request_id: str, document_id: str = "", *lines: order_pb2.OrderLine) -> Any:
    order = till.order(document_id or f"IDEM-{request_id}", "mall-1", lines or LINES)
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


def spending(till: Till, buyer: str, request_id: str, points: int = 10) -> ledger.RedeemPointsRequest:
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


def giving_back(till: Till, request_id: str, document_id: str, sold: str) -> ledger.PostReturnRequest:
    ref = order_pb2.OrderRef(source="till-1", document_id=sold)
    share = returns.ReturnedShare(sale_line=returns.SaleLineRef(order=ref, line_number=1), whole=True)
    document = returns.Return(
        source="till-1",
        document_id=document_id,
        location_id="mall-1",
        occur_time=moment(till.now),
        lines=[returns.ReturnLine(line_number=1, sale_lines=[share])],
    )
    return ledger.PostReturnRequest(program_id=till.program, request_id=request_id, return_document=document)


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member with 236 points, the sale IDEM-first of this test's own."""
    IDS[0] += 1
    buyer = await shop.enroll(f"IDEM-ANA-{IDS[0]}")
    await shop.mesh.ledger.PostOrder(sale(shop, buyer, f"first-{IDS[0]}"))
    return buyer


IDS = [0]
MAKERS: dict[str, Callable[[Till, str, str], tuple[Any, Any]]] = {
    "PostOrder": lambda till, buyer, rid: (till.mesh.ledger.PostOrder, sale(till, buyer, rid)),
    "RedeemPoints": lambda till, buyer, rid: (till.mesh.ledger.RedeemPoints, spending(till, buyer, rid)),
    "PostReturn": lambda till, _, rid: (
        till.mesh.ledger.PostReturn, giving_back(till, rid, f"R-{rid}", f"IDEM-first-{IDS[0]}")
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_call_sent_ten_more_times_gets_the_first_answers_bytes(shop: Till, ana: str, kind: str) -> None:
    call, request = MAKERS[kind](shop, ana, f"ten-{kind}")
    first, was_replay = await replayed(call(request))
    assert not was_replay
    after = await state_of(shop, ana)
    assert [await replayed(call(request)) for _ in range(10)] == [(first, True)] * 10
    assert await state_of(shop, ana) == after


@pytest.mark.parametrize("kind", MAKERS)
async def test_fifty_calls_at_once_under_one_id_have_one_effect(shop: Till, ana: str, kind: str) -> None:
    version = (await shop.wallet(ana)).wallet.version
    call, request = MAKERS[kind](shop, ana, f"fifty-{kind}")
    answers = await asyncio.gather(*(replayed(call(request)) for _ in range(50)))
    assert len({answer for answer, _ in answers}) == 1
    assert [was_replay for _, was_replay in answers].count(False) == 1
    assert (await shop.wallet(ana)).wallet.version == version + 1


async def test_fifty_request_ids_for_one_document_have_one_effect(shop: Till, ana: str) -> None:
    requests = [sale(shop, ana, f"docs-{n}", "IDEM-ONE-DOCUMENT") for n in range(50)]
    answers = await asyncio.gather(*(replayed(shop.mesh.ledger.PostOrder(request)) for request in requests))
    assert len({answer for answer, _ in answers}) == 1
    assert (await shop.wallet(ana)).wallet.balance == 2 * 236


@pytest.mark.parametrize("kind", MAKERS)
async def test_a_request_id_used_for_another_intent_is_refused(shop: Till, ana: str, kind: str) -> None:
    call, request = MAKERS[kind](shop, ana, f"reused-{kind}")
    await call(request)
    before = await state_of(shop, ana)
    refusal = await refusal_of(shop.mesh.ledger.RedeemPoints(spending(shop, ana, f"reused-{kind}", 11)))
    assert said(refusal) == ("ALREADY_EXISTS", "ledger.loyalty", "REQUEST_ID_REUSED")
    assert refusal.metadata["request_id"] == f"reused-{kind}"
    assert await state_of(shop, ana) == before


KEPT = ("source", "document_id", "location_id", "channel", "occur_time", "currency_code")
OTHER: dict[str, Callable[[order_pb2.Order], None]] = {
    "time": lambda o: setattr(o.occur_time, "seconds", o.occur_time.seconds + 1),
    "quantity": lambda o: setattr(o.lines[0], "quantity", 2),
    "sku": lambda o: setattr(o.lines[0], "sku", "ANOTHER"),
    "channel": lambda o: setattr(o, "channel", "web"),
    "paid": lambda o: setattr(o.lines[0], "paid_minor_units", 1),
    "category": lambda o: o.lines[0].category_ids.append("activewear"),
    "one line less": lambda o: o.CopyFrom(
        order_pb2.Order(**{name: getattr(o, name) for name in KEPT}, lines=o.lines[:1], total_minor_units=4000)
    ),
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
async def test_the_same_document_with_other_content_is_a_conflict(
    shop: Till, ana: str, change: Callable[[order_pb2.Order], None]
) -> None:
    request = sale(shop, ana, "conflict", f"IDEM-first-{IDS[0]}")
    change(request.order)
    before = await state_of(shop, ana)
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(request))
    assert said(refusal) == ("ALREADY_EXISTS", "ledger.loyalty", "ORDER_CONFLICT")
    assert refusal.metadata["document_id"] == f"IDEM-first-{IDS[0]}"
    assert await state_of(shop, ana) == before


async def test_a_conflicting_document_is_a_conflict_wherever_it_says_it_was_sold(shop: Till, ana: str) -> None:
    request = sale(shop, ana, "conflict-place", f"IDEM-first-{IDS[0]}")
    request.order.location_id = "there-is-none"
    assert said(await refusal_of(shop.mesh.ledger.PostOrder(request)))[2] == "ORDER_CONFLICT"


async def test_the_same_document_of_another_member_is_a_conflict(shop: Till, ana: str) -> None:
    bea = await shop.enroll("IDEM-BEA")
    request = sale(shop, bea, "conflict-bea", f"IDEM-first-{IDS[0]}")
    assert said(await refusal_of(shop.mesh.ledger.PostOrder(request)))[2] == "ORDER_CONFLICT"
    assert ana != bea


async def test_another_shipment_of_a_document_is_another_sale(shop: Till, ana: str) -> None:
    request = sale(shop, ana, "shipment", f"IDEM-first-{IDS[0]}")
    request.order.fulfilment_id = "2"
    assert (await shop.mesh.ledger.PostOrder(request)).wallet.balance == 2 * 236


SAME: dict[str, Callable[[order_pb2.Order], None]] = {
    "lines turned round": lambda o: o.lines.sort(key=lambda each: -each.line_number),
    "paid said though it is net": lambda o: setattr(o.lines[0], "paid_minor_units", 4000),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
async def test_the_same_intent_in_other_words_is_a_replay(
    shop: Till, ana: str, change: Callable[[order_pb2.Order], None]
) -> None:
    request = sale(shop, ana, f"words-{IDS[0]}")
    first, _ = await replayed(shop.mesh.ledger.PostOrder(request))
    change(request.order)
    assert await replayed(shop.mesh.ledger.PostOrder(request)) == (first, True)


async def test_fields_of_a_later_contract_do_not_count(shop: Till, wire: Wire, token: str, ana: str) -> None:
    request = sale(shop, ana, "unknown-fields").SerializeToString()
    first = await wire.ledger("PostOrder", request, token)
    unknown = b"\xba\x3e\x03new"  # field 999, three bytes
    assert await wire.ledger("PostOrder", request + unknown, token) == first


async def test_a_refusal_is_kept_although_points_came_in(shop: Till, ana: str) -> None:
    request = spending(shop, ana, f"kept-{IDS[0]}", 300)
    first = await refusal_of(shop.mesh.ledger.RedeemPoints(request))
    await shop.sell(ana, f"KEPT-{IDS[0]}", "mall-1", [line(1, "NORTH", 50_000)])
    again = await refusal_of(shop.mesh.ledger.RedeemPoints(request))
    assert (said(again), again.message) == (said(first), first.message)
    assert {key: value for key, value in again.metadata.items() if key != "trace_id"} == {
        "points": "300", "available": "236"
    }  # fmt: skip
    assert (await shop.wallet(ana)).wallet.available == 736


async def test_a_kept_refusal_keeps_its_id_from_other_intents(shop: Till, ana: str) -> None:
    await refusal_of(shop.mesh.ledger.RedeemPoints(spending(shop, ana, f"kept-id-{IDS[0]}", 300)))
    refusal = await refusal_of(shop.mesh.ledger.RedeemPoints(spending(shop, ana, f"kept-id-{IDS[0]}", 100)))
    assert said(refusal)[2] == "REQUEST_ID_REUSED"


async def test_a_refused_return_leaves_its_document_free(shop: Till, ana: str) -> None:
    sold = f"IDEM-first-{IDS[0]}"
    request = giving_back(shop, "free-1", f"FREE-{IDS[0]}", sold)
    request.return_document.lines[0].sale_lines[0].quantity = 5
    assert said(await refusal_of(shop.mesh.ledger.PostReturn(request)))[2] == "NOT_RETURNABLE"
    corrected = giving_back(shop, "free-2", f"FREE-{IDS[0]}", sold)
    assert (await shop.mesh.ledger.PostReturn(corrected)).reversed_points == 40


async def test_the_same_return_document_with_other_content_is_a_conflict(shop: Till, ana: str) -> None:
    sold, document = f"IDEM-first-{IDS[0]}", f"RET-CONFLICT-{IDS[0]}"
    await shop.mesh.ledger.PostReturn(giving_back(shop, f"rc-1-{IDS[0]}", document, sold))
    other = giving_back(shop, f"rc-2-{IDS[0]}", document, sold)
    other.return_document.lines[0].sale_lines[0].sale_line.line_number = 2
    assert said(await refusal_of(shop.mesh.ledger.PostReturn(other)))[2] == "ORDER_CONFLICT"
    unknown = giving_back(shop, f"rc-3-{IDS[0]}", document, "NEVER-SOLD")
    assert said(await refusal_of(shop.mesh.ledger.PostReturn(unknown)))[2] == "ORDER_CONFLICT"


async def test_a_return_document_under_another_id_is_a_replay(shop: Till, ana: str) -> None:
    sold, document = f"IDEM-first-{IDS[0]}", f"RET-AGAIN-{IDS[0]}"
    first, _ = await replayed(shop.mesh.ledger.PostReturn(giving_back(shop, f"ra-1-{IDS[0]}", document, sold)))
    again = await replayed(shop.mesh.ledger.PostReturn(giving_back(shop, f"ra-2-{IDS[0]}", document, sold)))
    assert again == (first, True)
