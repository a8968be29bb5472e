"""The largest sale, asked for by a client that takes no message above 4 MB, as most do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import events_pb2, movement_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.type.v1 import log_position_pb2, order_pb2

from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import Wire, refusal_of, said
from tests.support.mesh import Till, line, member

LINES = 2_000
PART = 1_000
LARGEST = 4 * 1024 * 1024


@dataclass
class Sale:
    """A sale of 2,000 lines that earn twice each, and the tokens to post and to read it."""

    shop: Till
    request: ledger.PostOrderRequest
    posted: ledger.PostOrderResponse
    token: str


@pytest_asyncio.fixture(scope="module")
async def sale(stack: LocalStack, shop: Till, wire: Wire) -> AsyncIterator[Sale]:
    token = stack.token("sizes", programs=[shop.program], roles=["POS", "SERVICE"])
    lines = [line(n, "PEAK", 6_000, categories=["activewear"], sku="S" * 64) for n in range(1, LINES + 1)]
    request = ledger.PostOrderRequest(
        program_id=shop.program,
        request_id="largest",
        member=member(await shop.enroll("LARGEST")),
        order=shop.order("LARGEST", "mall-1", lines),
    )
    answer = await wire.ledger("PostOrder", request, token)
    yield Sale(shop, request, ledger.PostOrderResponse.FromString(answer), token)


async def test_it_is_answered_and_read_in_messages_of_a_common_size(sale: Sale, wire: Wire) -> None:
    assert len(sale.posted.earned) == 2 * LINES
    ref = order_pb2.OrderRef(source="till-1", document_id="LARGEST")
    found = await wire.ledger("GetOrder", ledger.GetOrderRequest(program_id=sale.shop.program, order=ref), sale.token)
    assert len(ledger.GetOrderResponse.FromString(found).order.accruals) == 2 * LINES
    assert max(len(found), sale.posted.ByteSize()) < LARGEST


async def test_an_export_tells_a_large_command_in_parts(sale: Sale) -> None:
    request = reading.ExportMovementsRequest(program_id=sale.shop.program, after=before(sale))
    parts = [part async for part in sale.shop.mesh.ledger.ExportMovements(request) if of_sale(sale, part.movements)]
    assert [len(part.movements) for part in parts] == [PART] * 4
    assert max(part.ByteSize() for part in parts) < LARGEST
    place = sale.posted.position
    ends = [{p.partition: p.position for p in part.cursor}[place.partition] for part in parts]
    assert ends == [place.position - 1] * 3 + [place.position]


async def test_a_stream_tells_a_large_event_in_parts_to_who_asks_for_it(sale: Sale) -> None:
    [(whole, nothing)] = [pair async for pair in events_of(sale, 0)]
    [(last, ahead)] = [pair async for pair in events_of(sale, PART)]
    assert (len(nothing), len(last.movements)) == (0, PART)
    movements = [*ahead, *last.movements]
    assert movements == list(whole.movements)
    assert last.hash == whole.hash


async def test_a_part_of_an_event_has_a_bound(sale: Sale) -> None:
    request = ledger.StreamEventsRequest(program_id=sale.shop.program, most_movements=10_001)
    assert said(await refusal_of(sale.shop.mesh.ledger.StreamEvents(request).read()))[2] == "MALFORMED"


async def test_settlement_books_it(sale: Sale) -> None:
    assert await sale.shop.broken() == []


async def test_a_larger_call_is_refused_before_it_is_read(sale: Sale, wire: Wire) -> None:
    request = ledger.PostOrderRequest()
    request.CopyFrom(sale.request)
    for each in request.order.lines:
        each.category_ids.extend("C" * 100 + str(number) for number in range(25))
    assert request.ByteSize() > LARGEST
    heard = await refusal_of(wire.ledger("PostOrder", request, sale.token))
    assert (said(heard)[2], str(LARGEST) in heard.message) == ("MALFORMED", True), heard


@pytest.mark.parametrize("size", [0, 1, 3])
async def test_an_accrual_is_explained_page_by_page(sale: Sale, size: int) -> None:
    shop = sale.shop
    buyer = await shop.enroll(f"EXPLAINED-{size}")
    earned = (await shop.sell(buyer, f"EXPLAINED-{size}", "mall-1", [line(1, "NORTH", 100_000)])).earned[0]
    for _ in range(4):
        await shop.redeem(buyer, 10, "mall-1", "LINDEN")
    pages = [page async for page in explained(shop, buyer, earned.accrual_id, size)]
    assert [len(page.movements) for page in pages] == {0: [5], 1: [1] * 5, 3: [3, 2]}[size]
    assert [len(page.sentences) for page in pages] == [len(page.movements) for page in pages]
    moves = [move.sequence for page in pages for move in page.movements]
    assert moves == sorted(set(moves))
    assert {page.accrual.remaining for page in pages} == {960}


async def test_a_page_of_another_accruals_story_is_refused(sale: Sale) -> None:
    shop, buyer = sale.shop, sale.request.member.member_id
    one, other = (earned.accrual_id for earned in sale.posted.earned[:2])
    first = await shop.mesh.ledger.ExplainAccrual(
        reading.ExplainAccrualRequest(program_id=shop.program, member=member(buyer), accrual_id=one, page_size=1)
    )
    assert first.next_page_token == ""
    await shop.redeem(buyer, 10, "mall-1", "LINDEN")
    spent = await shop.mesh.ledger.ExplainAccrual(
        reading.ExplainAccrualRequest(program_id=shop.program, member=member(buyer), accrual_id=one, page_size=1)
    )
    asked = reading.ExplainAccrualRequest(
        program_id=shop.program, member=member(buyer), accrual_id=other, page_token=spent.next_page_token
    )
    assert said(await refusal_of(shop.mesh.ledger.ExplainAccrual(asked)))[2] == "CURSOR_INVALID"


def before(sale: Sale) -> list[log_position_pb2.LogPosition]:
    """A cursor just before the sale."""
    place = sale.posted.position
    return [log_position_pb2.LogPosition(partition=place.partition, position=place.position - 1)]


def of_sale(sale: Sale, movements: object) -> bool:
    return any(m.cause_id == sale.posted.order_id for m in movements)  # type: ignore[attr-defined]


async def events_of(
    sale: Sale, most_movements: int
) -> AsyncIterator[tuple[events_pb2.Event, list[movement_pb2.Movement]]]:
    """The sale's event, with the movements that came ahead of it."""
    request = ledger.StreamEventsRequest(
        program_id=sale.shop.program, after=before(sale), stop_at_head=True, most_movements=most_movements
    )
    ahead: list[movement_pb2.Movement] = []
    async for message in sale.shop.mesh.ledger.StreamEvents(request):
        if most_movements:
            assert message.ByteSize() < LARGEST
        ahead += message.ahead.movements
        if message.HasField("event"):
            if message.event.subject_id == sale.posted.order_id:
                yield message.event, ahead
            ahead = []


async def explained(
    shop: Till, buyer: str, accrual_id: str, size: int
) -> AsyncIterator[reading.ExplainAccrualResponse]:
    """All pages."""
    token = ""
    while True:
        asked = reading.ExplainAccrualRequest(
            program_id=shop.program, member=member(buyer), accrual_id=accrual_id, page_size=size, page_token=token
        )
        page = await shop.mesh.ledger.ExplainAccrual(asked)
        yield page
        token = page.next_page_token
        if not token:
            return
