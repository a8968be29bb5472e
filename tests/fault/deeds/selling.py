"""Deeds of selling."""

from loyalty.ledger.v1 import authorization_pb2, order_requests_pb2
from loyalty.type.v1 import order_pb2

from ledger_service.domain.redemption import redemption_id_of
from tests.fault.deeds.bench import CALLER, MALL, Bench, Deed
from tests.support.mesh import line, member, moment


async def sale(bench: Bench) -> Deed:
    who = await bench.member()
    return bench.deed("sale", bench.sale(who, bench.new("sale"), 50), who)


async def sale_with_tenders(bench: Bench) -> Deed:
    """Paid with an authorization and with points spent before."""
    who = await bench.member(100)
    held, spent = await bench.held(who, 40), bench.redemption(who, 20)
    await bench.done(spent)
    tenders = [
        authorization_pb2.Tender(authorization_id=held, points=30, release_rest=True),
        authorization_pb2.Tender(redemption_id=redemption_id_of(bench.till.program, CALLER, spent.request_id)),
    ]
    return bench.deed("sale with tenders", bench.sale(who, bench.new("sale"), 50, tenders=tenders), who)


async def claim(bench: Bench) -> Deed:
    who, sale = await bench.member(), bench.new("sale")
    await bench.done(bench.sale("", sale, 50))
    request = order_requests_pb2.ClaimOrderRequest(
        **bench.asked(),
        member=member(who),
        order=order_pb2.OrderRef(source="till-1", document_id=sale),
        occur_time=moment(bench.till.now),
    )
    return bench.deed("claim", request, who)


async def correction(bench: Bench) -> Deed:
    who, sale = await bench.member(), bench.new("sale")
    await bench.done(bench.sale(who, sale, 50))
    request = order_requests_pb2.CorrectOrderLineRequest(
        **bench.asked(),
        order=order_pb2.OrderRef(source="till-1", document_id=sale),
        line=line(1, "NORTH", 3000, quantity=2),
        reason="wrong price",
        operator_id="kim",
        location_id=MALL,
        occur_time=moment(bench.till.now),
    )
    return bench.deed("correction", request, who)
