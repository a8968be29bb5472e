"""How sales were paid and what is known of their goods, through every call that tells or shows a sale."""

import itertools
from collections.abc import Mapping

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as orders
from loyalty.ledger.v1 import order_requests_pb2 as requests
from loyalty.type.v1 import order_pb2

from chassis.values.integers import MOST_AMOUNT
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import faulty_fields, refusal_of, said
from tests.integration.mesh.people import open_office
from tests.integration.mesh.uploads import told, upload
from tests.support.mesh import Till, line, member

RED = {"colour": "red", "size": "m"}
PAID = {"brand_card": 3_000, "cash": 1_000}
_NUMBERS = itertools.count(1)


def shirt(attributes: Mapping[str, str] | None = None, net: int = 4_000) -> order_pb2.OrderLine:
    sold = line(1, "NORTH", net)
    sold.attributes.update(RED if attributes is None else attributes)
    return sold


def request(
    shop: Till,
    buyer: str,
    document_id: str,
    paid: Mapping[str, int] | None = None,
    attributes: Mapping[str, str] | None = None,
    request_id: str = "",
) -> ledger.PostOrderRequest:
    order = shop.order(document_id, "mall-1", [shirt(attributes)])
    for means, amount in (PAID if paid is None else paid).items():
        order.payments.add(means=means, minor_units=amount)
    new_id = request_id or f"paid-request-{next(_NUMBERS)}"
    return ledger.PostOrderRequest(program_id=shop.program, request_id=new_id, member=member(buyer), order=order)


async def shown(shop: Till, document_id: str) -> orders.PostedOrder:
    ref = order_pb2.OrderRef(source="till-1", document_id=document_id)
    return (await shop.mesh.ledger.GetOrder(ledger.GetOrderRequest(program_id=shop.program, order=ref))).order


def paid_by(order: order_pb2.Order) -> dict[str, int]:
    return {payment.means: payment.minor_units for payment in order.payments}


async def test_an_order_shows_how_it_was_paid_and_what_is_known_of_its_goods(shop: Till) -> None:
    ana = await shop.enroll("PAID-ANA")
    asked = request(shop, ana, "PAID-1")
    await shop.mesh.ledger.PostOrder(asked)
    order = (await shown(shop, "PAID-1")).order
    assert order == asked.order


async def test_the_order_in_which_payments_were_told_does_not_count(shop: Till) -> None:
    ana = await shop.enroll("PAID-ANA-2")
    asked = request(shop, ana, "PAID-2")
    first = await shop.mesh.ledger.PostOrder(asked)
    asked.order.payments.reverse()
    # Under the same request id, and under another.
    assert await shop.mesh.ledger.PostOrder(asked) == first
    asked.request_id = "paid-2-again"
    assert await shop.mesh.ledger.PostOrder(asked) == first


async def test_a_document_with_other_payments_or_attributes_is_a_conflict(shop: Till) -> None:
    ana = await shop.enroll("PAID-ANA-3")
    await shop.mesh.ledger.PostOrder(request(shop, ana, "PAID-3", request_id="paid-3"))
    for other in (
        request(shop, ana, "PAID-3", {}),
        request(shop, ana, "PAID-3", PAID | {"cash": 999}),
        request(shop, ana, "PAID-3", {"brand_card": 3_000, "card": 1_000}),
        request(shop, ana, "PAID-3", attributes={}),
        request(shop, ana, "PAID-3", attributes=RED | {"size": "l"}),
    ):
        assert said(await refusal_of(shop.mesh.ledger.PostOrder(other)))[2] == "ORDER_CONFLICT"
        other.request_id = "paid-3"
        assert said(await refusal_of(shop.mesh.ledger.PostOrder(other)))[2] == "REQUEST_ID_REUSED"


async def test_faults_are_told_all_at_once_under_their_places(shop: Till) -> None:
    asked = request(shop, "mem_nobody", "PAID-4", {}, {"colour of": "red"})
    for means, amount in (("a", 0), ("a", 1), ("b c", MOST_AMOUNT), ("d", MOST_AMOUNT)):
        asked.order.payments.add(means=means, minor_units=amount)
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(asked))
    assert faulty_fields(refusal) == [
        "order.lines[0].attributes",
        "order.payments",
        "order.payments[0].minor_units",
        "order.payments[1].means",
        "order.payments[2].means",
    ]
    assert "colour of" not in f"{refusal.message} {refusal.violations}"
    preview = ledger.PreviewOrderRequest(program_id=shop.program, member=member("mem_nobody"), order=asked.order)
    assert faulty_fields(await refusal_of(shop.mesh.ledger.PreviewOrder(preview))) == faulty_fields(refusal)


async def test_seventeen_of_either_are_too_many(shop: Till) -> None:
    many = {f"m{number}": 1 for number in range(17)}
    asked = request(shop, "mem_nobody", "PAID-5", many, dict.fromkeys(many, "v"))
    refusal = await refusal_of(shop.mesh.ledger.PostOrder(asked))
    assert faulty_fields(refusal) == ["order.lines[0].attributes", "order.payments"]


async def test_a_sale_of_nobody_keeps_them_through_its_claim(shop: Till) -> None:
    ana = await shop.enroll("PAID-ANA-6")
    asked = request(shop, ana, "PAID-6")
    asked.ClearField("member")
    asked.anonymous = True
    await shop.mesh.ledger.PostOrder(asked)
    assert (await shown(shop, "PAID-6")).order == asked.order
    claimed = await Counter(shop, "PAID").claim(ana, "PAID-6")
    order = await shown(shop, "PAID-6")
    assert (order.order, order.member_id) == (asked.order, ana)
    assert [points.granted for points in claimed.earned] == [40]


async def test_a_correction_mends_attributes_and_leaves_how_it_was_paid(shop: Till, stack: LocalStack) -> None:
    ana = await shop.enroll("PAID-ANA-7")
    await shop.mesh.ledger.PostOrder(request(shop, ana, "PAID-7"))
    async with open_office(stack, shop, "desk-paid") as desk:
        blue = shirt({"colour": "blue"}, 3_000)
        first = await desk.correct("PAID-7", blue, request_id="paid-7-correct")
        assert await desk.correct("PAID-7", blue, request_id="paid-7-correct") == first
        refused = await refusal_of(desk.correct("PAID-7", shirt(RED, 3_000), request_id="paid-7-correct"))
        assert refused.reason == "REQUEST_ID_REUSED"
        order = (await shown(shop, "PAID-7")).order
        assert (dict(order.lines[0].attributes), paid_by(order)) == ({"colour": "blue"}, PAID)
        wrong = shirt({"colour of": "blue"})
        assert faulty_fields(await refusal_of(desk.correct("PAID-7", wrong))) == ["line.attributes"]


async def test_the_new_goods_of_an_exchange_have_them(shop: Till) -> None:
    ana = await shop.enroll("PAID-ANA-8")
    await shop.mesh.ledger.PostOrder(request(shop, ana, "PAID-8"))
    counter = Counter(shop, "PAID")
    new = request(shop, ana, "PAID-8-NEW", {"cash": 4_000}, {"size": "l"})
    asked = requests.ExchangeOrderRequest(
        program_id=shop.program,
        request_id="paid-8-exchange",
        member=member(ana),
        return_document=counter.document("BACK", [share("PAID-8", 1)]),
        order=new.order,
    )
    first = await shop.mesh.ledger.ExchangeOrder(asked)
    assert await shop.mesh.ledger.ExchangeOrder(asked) == first
    assert (await shown(shop, "PAID-8-NEW")).order == new.order
    asked.order.payments[0].minor_units += 1
    assert said(await refusal_of(shop.mesh.ledger.ExchangeOrder(asked)))[2] == "REQUEST_ID_REUSED"


async def test_a_refused_upload_is_kept_with_them(shop: Till) -> None:
    ana = await shop.enroll("PAID-ANA-9")
    asked = request(shop, ana, "PAID-9")
    asked.order.location_id = "there-is-none"
    assert [told(answer) for answer in await upload(shop, [asked])] == ["LOCATION_NOT_FOUND+"]
    listed = await shop.mesh.ledger.ListRefusedOrders(requests.ListRefusedOrdersRequest(program_id=shop.program))
    [kept] = [one.order for one in listed.orders if one.order.document_id == "PAID-9"]
    assert kept == asked.order
