"""Partial shipments: parts of one document, told apart by their fulfilment id, are sales of their own."""

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import order_pb2

from tests.integration.mesh.hostile import refusal_of, replayed
from tests.support.mesh import Till, line, member, moment


def shipment(
    till: Till, buyer: str, document: str, part: str, request_id: str, dollars: int
) -> ledger.PostOrderRequest:
    order = till.order(document, "mall-1", [line(1, "NORTH", dollars * 100)])
    order.fulfilment_id = part
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


async def test_each_part_earns_for_itself(shop: Till) -> None:
    ana = await shop.enroll("PARTS-ANA")
    posted = [
        await shop.mesh.ledger.PostOrder(shipment(shop, ana, "PARTS-1", part, f"parts-1{part}", dollars))
        for part, dollars in (("", 10), ("A", 20), ("B", 30))
    ]
    assert [answer.earned_points for answer in posted] == [10, 20, 30]
    assert len({answer.order_id for answer in posted}) == 3
    assert posted[-1].wallet.balance == 60


async def test_a_part_sent_again_is_a_replay(shop: Till) -> None:
    ana = await shop.enroll("PARTS-AGAIN")
    request = shipment(shop, ana, "PARTS-2", "A", "parts-2a", 20)
    first = await replayed(shop.mesh.ledger.PostOrder(request))
    request.request_id = "parts-2a-again"
    again = await replayed(shop.mesh.ledger.PostOrder(request))
    assert (again[0], first[1], again[1]) == (first[0], False, True)


async def test_a_part_with_other_content_conflicts(shop: Till) -> None:
    ana = await shop.enroll("PARTS-CONFLICT")
    await shop.mesh.ledger.PostOrder(shipment(shop, ana, "PARTS-3", "A", "parts-3a", 20))
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(shipment(shop, ana, "PARTS-3", "A", "parts-3b", 21)))
    assert refusal.reason == "ORDER_CONFLICT"
    assert refusal.metadata["fulfilment_id"] == "A"


async def test_a_part_is_found_by_its_id(shop: Till) -> None:
    ana = await shop.enroll("PARTS-FOUND")
    for part, dollars in (("A", 20), ("B", 30)):
        await shop.mesh.ledger.PostOrder(shipment(shop, ana, "PARTS-4", part, f"parts-4{part}", dollars))
    ref = order_pb2.OrderRef(source="till-1", document_id="PARTS-4", fulfilment_id="B")
    found = await shop.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=shop.program, order=ref))
    assert found.order.order.total_minor_units == 3000


async def test_a_part_that_was_never_sent_is_not_found(shop: Till) -> None:
    ana = await shop.enroll("PARTS-MISSING")
    await shop.mesh.ledger.PostOrder(shipment(shop, ana, "PARTS-5", "A", "parts-5a", 20))
    ref = order_pb2.OrderRef(source="till-1", document_id="PARTS-5")
    refusal = await refusal_of(shop.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=shop.program, order=ref)))
    assert refusal.reason == "ORDER_NOT_FOUND"


async def test_a_return_of_one_part_leaves_the_others(shop: Till) -> None:
    ana = await shop.enroll("PARTS-RETURN")
    for part, dollars in (("A", 20), ("B", 30)):
        await shop.mesh.ledger.PostOrder(shipment(shop, ana, "PARTS-6", part, f"parts-6{part}", dollars))
    ref = order_pb2.OrderRef(source="till-1", document_id="PARTS-6", fulfilment_id="A")
    share = returns.ReturnedShare(sale_line=returns.SaleLineRef(order=ref, line_number=1), whole=True)
    document = returns.Return(
        source="till-1",
        document_id="PARTS-6-R",
        location_id="mall-1",
        occur_time=moment(shop.now),
        lines=[returns.ReturnLine(line_number=1, sale_lines=[share])],
    )
    answer = await shop.mesh.ledger.PostReturn(
        ledger.PostReturnRequest(program_id=shop.program, request_id="parts-6r", return_document=document)
    )
    assert (answer.reversed_points, answer.wallet.balance) == (20, 30)
