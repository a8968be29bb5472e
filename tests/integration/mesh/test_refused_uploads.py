"""Uploads that were refused are kept aside and listed until they are posted."""

import itertools
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2 as requests
from loyalty.type.v1 import member_pb2

from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import SANDBOX_LINES, findings_of, refusal_of
from tests.integration.mesh.uploads import sale, told, upload
from tests.support.mesh import Till, open_till

_BASKET = PROGRAMS / "worked-basket"
_PROGRAMS = itertools.count(1)


@pytest_asyncio.fixture
async def till(stack: LocalStack) -> AsyncIterator[Till]:
    """A program of its own for each test, so that everything it lists is the test's."""
    async with open_till(stack, f"refused-{next(_PROGRAMS)}") as till:
        await till.apply(_BASKET, "worked-basket")
        await till.known()
        yield till
        assert await findings_of(till) == []


async def listed(till: Till, **asked: object) -> requests.ListRefusedOrdersResponse:
    request = requests.ListRefusedOrdersRequest(program_id=till.program, **asked)  # type: ignore[arg-type]
    return await till.mesh.ledger.ListRefusedOrders(request)


def nowhere(till: Till, buyer: str, request_id: str, dollars: int = 10) -> ledger.PostOrderRequest:
    request = sale(till, buyer, request_id, dollars)
    request.order.location_id = "there-is-none"
    return request


def documents(page: requests.ListRefusedOrdersResponse) -> list[str]:
    return [refused.order.document_id for refused in page.orders]


async def test_a_refused_upload_is_listed_as_it_was_sent(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    request = nowhere(till, ana, "listed")
    [answer] = await upload(till, [request])
    [refused] = (await listed(till)).orders
    assert refused.order == request.order
    assert (refused.request_id, refused.caller, refused.tries) == ("listed", "till", 1)
    assert refused.refusal == answer.refusal
    assert refused.first_time == refused.last_time


async def test_sent_again_it_counts_another_try(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    for _ in range(3):
        assert [told(answer) for answer in await upload(till, [nowhere(till, ana, "tries")])] == ["LOCATION_NOT_FOUND+"]
    [refused] = (await listed(till)).orders
    assert refused.tries == 3
    assert refused.first_time.ToNanoseconds() < refused.last_time.ToNanoseconds()


async def test_sent_again_it_shows_why_it_was_refused_last(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    request = nowhere(till, ana, "last")
    await upload(till, [request])
    request.order.location_id = "mall-1"
    request.order.lines[0].brand_id = "NOBRAND"
    await upload(till, [request])
    [refused] = (await listed(till)).orders
    assert (refused.refusal.reason, refused.order.location_id, refused.tries) == ("BRAND_NOT_FOUND", "mall-1", 2)


@pytest.mark.parametrize("by", ["upload", "call"])
async def test_once_posted_it_is_not_listed_any_more(till: Till, by: str) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    request = nowhere(till, ana, "posted")
    await upload(till, [request, nowhere(till, ana, "waits")])
    request.order.location_id = "mall-1"
    if by == "upload":
        await upload(till, [request])
    else:
        await till.mesh.ledger.PostOrder(request)
    page = await listed(till)
    assert documents(page) == ["UP-waits"]
    assert [total.orders for total in page.totals] == [1]


async def test_what_conflicts_with_a_posted_sale_stays_listed(till: Till) -> None:
    """Nothing will settle it but a person."""
    ana = await till.enroll("REFUSED-UP-ANA")
    await upload(till, [sale(till, ana, "conflict", 10)])
    [answer] = await upload(till, [sale(till, ana, "conflict-2", 11, "UP-conflict")])
    assert told(answer) == "ORDER_CONFLICT+"
    await upload(till, [sale(till, ana, "conflict", 10)])
    assert documents(await listed(till)) == ["UP-conflict"]


async def test_what_reused_a_request_id_is_listed_until_it_is_posted_under_another(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    request = sale(till, ana, "reused", 5, "UP-other")
    await upload(till, [sale(till, ana, "reused", 10), request])
    assert documents(await listed(till)) == ["UP-other"]
    request.request_id = "not-reused"
    await upload(till, [request])
    assert documents(await listed(till)) == []


async def test_what_was_refused_for_who_sent_it_or_cannot_be_read_is_the_tills(stack: LocalStack, till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    malformed = sale(till, ana, "malformed", 10)
    malformed.order.currency_code = "dollars"
    token = stack.token("elsewhere", programs=[till.program], roles=["POS"], locations=["north-1"])
    async with open_mesh(stack.peer, token) as mesh:
        answers = await upload(Till(mesh, till.program, till.now), [malformed, sale(till, ana, "forbidden", 10)])
    assert [told(answer) for answer in answers] == ["MALFORMED", "DIVISION_NOT_ALLOWED"]
    assert documents(await listed(till)) == []


async def test_a_sale_of_an_unknown_program_is_not_kept(stack: LocalStack) -> None:
    """Nobody could list it."""
    async with open_till(stack, "*") as anywhere:
        anywhere.program = "there-is-no-such-program"
        [answer] = await upload(anywhere, [sale(anywhere, "mem_x", "no-program", 1)])
        assert told(answer) == "PROGRAM_NOT_FOUND"
        assert (await refusal_of(listed(anywhere))).reason == "PROGRAM_NOT_FOUND"


async def test_a_refusal_by_call_or_batch_is_not_kept(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    await refusal_of(till.mesh.ledger.PostOrder(nowhere(till, ana, "called")))
    await till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=[nowhere(till, ana, "batched")]))
    assert documents(await listed(till)) == []


async def test_nothing_kept_names_the_member(till: Till) -> None:
    by_id = sale(till, "4155550199", "person-1", 1)
    by_card = sale(till, "x", "person-2", 1)
    card = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value="NOBODY-4711")
    by_card.member.CopyFrom(member_pb2.MemberRef(identifier=card))
    answers = await upload(till, [by_id, by_card])
    assert {told(answer) for answer in answers} == {"MEMBER_NOT_FOUND+"}
    page = await listed(till)
    assert len(page.orders) == 2
    assert "4155550199" not in str(page)
    assert "4711" not in str(page)


# --- pages, filters, totals


async def test_the_oldest_comes_first_page_by_page(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    for start in range(0, 25, 5):
        await upload(till, [nowhere(till, ana, f"page-{n:02}") for n in range(start, start + 5)])
    seen: list[str] = []
    pages, token = 0, ""
    while pages == 0 or token:
        page = await listed(till, page_size=10, page_token=token)
        seen, token, pages = seen + documents(page), page.next_page_token, pages + 1
        assert bool(page.totals) == (pages == 1)
    assert (pages, len(seen)) == (3, 25)
    assert sorted(seen) == [f"UP-page-{n:02}" for n in range(25)]
    assert [seen[i] < seen[j] for i in range(0, 25, 5) for j in range(i + 5, 25)] == [True] * 50


async def test_totals_are_by_reason_and_currency(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    euros = sale(till, ana, "euros", 7)
    euros.order.currency_code = "EUR"
    odd = nowhere(till, ana, "odd-currency", 3)
    odd.order.currency_code = "EUR"
    await upload(till, [nowhere(till, ana, "t1", 10), nowhere(till, ana, "t2", 20), euros, odd])
    totals = [
        (total.reason, total.amount.currency_code, total.orders, total.amount.minor_units)
        for total in (await listed(till)).totals
    ]
    assert totals == [
        ("CURRENCY_NOT_ACCEPTED", "EUR", 1, 700),
        ("LOCATION_NOT_FOUND", "EUR", 1, 300),
        ("LOCATION_NOT_FOUND", "USD", 2, 3000),
    ]


async def test_filters_are_for_location_and_source(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    other_till, other_place = nowhere(till, ana, "source"), sale(till, ana, "place", 1)
    other_till.order.source = "till-2"
    other_place.order.lines[0].brand_id = "NOBRAND"
    await upload(till, [nowhere(till, ana, "plain"), other_till, other_place])
    assert documents(await listed(till, source="till-2")) == ["UP-source"]
    page = await listed(till, location_id="mall-1")
    assert documents(page) == ["UP-place"]
    assert [total.reason for total in page.totals] == ["BRAND_NOT_FOUND"]
    assert documents(await listed(till, location_id="mall-1", source="till-2")) == []


async def test_a_manager_sees_what_was_refused_at_his_locations(stack: LocalStack, till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    here = sale(till, ana, "here", 1)
    here.order.lines[0].brand_id = "NOBRAND"
    await upload(till, [nowhere(till, ana, "there"), here])
    token = stack.token("manager", programs=[till.program], roles=["LOCATION_MANAGER"], locations=["mall-1"])
    async with open_mesh(stack.peer, token) as mesh:
        manager = Till(mesh, till.program)
        assert documents(await listed(manager)) == ["UP-here"]
        assert (await refusal_of(listed(manager, location_id="there-is-none"))).reason == "DIVISION_NOT_ALLOWED"


@pytest.mark.parametrize("token", ["x", "AAAA", "e30="])
async def test_a_token_that_was_not_made_for_the_question_is_refused(till: Till, token: str) -> None:
    assert (await refusal_of(listed(till, page_token=token))).reason == "CURSOR_INVALID"


async def test_a_token_of_another_filter_is_refused(till: Till) -> None:
    ana = await till.enroll("REFUSED-UP-ANA")
    await upload(till, [nowhere(till, ana, f"token-{n}") for n in range(3)])
    page = await listed(till, page_size=1)
    refusal = await refusal_of(listed(till, page_size=1, source="till-1", page_token=page.next_page_token))
    assert refusal.reason == "CURSOR_INVALID"


async def test_a_sale_that_is_too_old_is_kept_aside(stack: LocalStack) -> None:
    async with open_till(stack, "refused-live") as live:
        await live.apply(_BASKET, "worked-basket", {SANDBOX_LINES: ""})
        live.now = live.now.replace(year=2020)
        ana = await live.enroll("REFUSED-UP-OLD")
        assert [told(answer) for answer in await upload(live, [sale(live, ana, "old", 1)])] == ["TOO_LATE+"]
        assert documents(await listed(live)) == ["UP-old"]
