"""Batches: each item by itself, in order, and the same answers however they are cut."""

import asyncio
from collections.abc import Sequence

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import faulty_fields, refusal_of, state_of
from tests.support.mesh import Till, line, member, open_till

Request = ledger.PostOrderRequest
Result = ledger.BatchPostOrdersResult


def item(till: Till, buyer: str, request_id: str, dollars: int, document_id: str = "") -> Request:
    order = till.order(document_id or f"BATCH-{request_id}", "mall-1", [line(1, "NORTH", dollars * 100)])
    return Request(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


async def post(till: Till, items: Sequence[Request]) -> Sequence[Result]:
    return (await till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=items))).results


def told(result: Result) -> str:
    """In short: the balance after it, a star for a replay, or the reason."""
    if result.HasField("refusal"):
        return result.refusal.reason
    return f"{result.posted.wallet.balance}{'*' if result.replayed else ''}"


async def test_good_and_bad_items_have_their_own_results_in_order(shop: Till) -> None:
    ana = await shop.enroll("BATCH-ANA")
    bad = item(shop, ana, "mix-2", 10)
    bad.order.total_minor_units = 1
    nowhere = item(shop, ana, "mix-4", 10)
    nowhere.order.location_id = "there-is-none"
    items = [
        item(shop, ana, "mix-1", 10),
        bad,
        item(shop, "mem_nobody", "mix-3", 10),
        nowhere,
        item(shop, ana, "mix-5", 5),
    ]
    results = await post(shop, items)
    expected = ["10", "MALFORMED", "MEMBER_NOT_FOUND", "LOCATION_NOT_FOUND", "15"]
    assert [told(result) for result in results] == expected
    assert [result.refusal.code for result in results] == [0, 3, 5, 5, 0]
    assert [fault.field for fault in results[1].refusal.violations] == ["order.total_minor_units"]


async def test_items_of_one_member_are_applied_in_order(shop: Till) -> None:
    ana = await shop.enroll("BATCH-ORDER")
    results = await post(shop, [item(shop, ana, f"order-{n}", n) for n in range(1, 101)])
    assert [result.posted.wallet.version for result in results] == list(range(1, 101))
    assert results[-1].posted.wallet.balance == 5050


async def test_a_duplicate_inside_a_batch_is_a_replay_of_the_first(shop: Till) -> None:
    ana = await shop.enroll("BATCH-DUPLICATES")
    first = item(shop, ana, "dup-1", 10)
    items = [
        first,
        first,
        item(shop, ana, "dup-2", 10, "BATCH-dup-1"),
        item(shop, ana, "dup-1", 11),
        item(shop, ana, "dup-3", 11, "BATCH-dup-1"),
        item(shop, ana, "dup-4", 1),
    ]
    results = await post(shop, items)
    assert [told(result) for result in results] == [
        "10", "10*", "10*", "REQUEST_ID_REUSED", "ORDER_CONFLICT", "11"
    ]  # fmt: skip


async def test_a_batch_sent_again_is_a_replay_of_every_item(shop: Till) -> None:
    ana = await shop.enroll("BATCH-AGAIN")
    items = [item(shop, ana, f"again-{n}", n) for n in range(1, 21)]
    first = await post(shop, items)
    before = await state_of(shop, ana)
    again = await post(shop, items)
    assert [result.posted for result in again] == [result.posted for result in first]
    assert {result.replayed for result in again} == {True}
    assert await state_of(shop, ana) == before


async def test_an_item_sent_alone_after_its_batch_is_a_replay(shop: Till) -> None:
    ana = await shop.enroll("BATCH-ALONE")
    one = item(shop, ana, "alone-1", 10)
    [result] = await post(shop, [one])
    call = shop.mesh.ledger.PostOrder(one)
    assert await call == result.posted
    assert ("replayed", "true") in tuple(await call.trailing_metadata())


@pytest.mark.parametrize("count", [0, 501])
async def test_a_batch_of_the_wrong_size_is_malformed(shop: Till, count: int) -> None:
    request = ledger.BatchPostOrdersRequest(orders=[item(shop, "mem_x", f"size-{n}", 1) for n in range(count)])
    assert faulty_fields(await refusal_of(shop.mesh.ledger.BatchPostOrders(request))) == ["orders"]


async def test_batches_of_1_7_or_250_give_the_same_answers(stack: LocalStack) -> None:
    answers = []
    for size in (1, 7, 250):
        async with open_till(stack, f"hostile-split-{size}") as till:
            await till.apply(PROGRAMS / "worked-basket", "worked-basket")
            members = [await till.enroll(f"SPLIT-{n}") for n in range(5)]
            items = [item(till, members[n * n % 5], f"split-{n % 230}", n % 23) for n in range(250)]
            results = [result for start in range(0, 250, size) for result in await post(till, items[start:][:size])]
            wallets = [(await till.wallet(buyer)).wallet.balance for buyer in members]
            answers.append(([told(result) for result in results], wallets))
    assert answers[0] == answers[1] == answers[2]


async def test_large_orders_of_one_moment_do_not_disturb_each_other(shop: Till) -> None:
    """Callers of one moment share calls to rules: together their orders are larger than one message may be."""
    ana = await shop.enroll("BATCH-LARGE")
    long_names = [f"{'C' * 120}{n}" for n in range(16)]
    calls = []
    for caller in range(8):
        lines = [line(n, "", 100, categories=long_names) for n in range(1, 1001)]
        order = shop.order(f"LARGE-{caller}", "mall-1", lines)
        calls.append(Request(program_id=shop.program, request_id=f"large-{caller}", member=member(ana), order=order))
    assert sum(call.ByteSize() for call in calls[1:]) > 4 * 1024 * 1024
    answers = await asyncio.gather(*(shop.mesh.ledger.PostOrder(call) for call in calls), return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
