"""Deeds of goods that come back."""

from loyalty.ledger.v1 import authorization_pb2, order_requests_pb2, return_requests_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import order_pb2

from tests.fault.deeds.bench import MALL, Bench, Deed
from tests.support.mesh import line, member, moment


async def goods_back(bench: Bench) -> Deed:
    who, sale = await bench.member(), bench.new("sale")
    await bench.done(bench.sale(who, sale, 50))
    request = ledger.PostReturnRequest(**bench.asked(), return_document=bench.back(sale))
    return bench.deed("return", request, who)


async def parked_return(bench: Bench) -> Deed:
    """Its sale has not come."""
    who = await bench.member(100)
    request = ledger.PostReturnRequest(
        **bench.asked(), member=member(who), return_document=bench.back(bench.new("sale"))
    )
    return bench.deed("parked return", request, who)


async def awaited_sale(bench: Bench) -> Deed:
    """The sale that a parked return waits for."""
    who, sale = await bench.member(), bench.new("sale")
    await bench.parked(who, sale)
    return bench.deed("awaited sale", bench.sale(who, sale, 50), who)


async def rejection(bench: Bench) -> Deed:
    """A parked return is rejected by hand."""
    who, document, sale = await bench.member(100), bench.new("back"), bench.new("sale")
    parked = ledger.PostReturnRequest(**bench.asked(), member=member(who), return_document=bench.back(sale, document))
    answer = await bench.done(parked)
    assert isinstance(answer, ledger.PostReturnResponse)
    request = return_requests_pb2.ResolveParkedReturnRequest(
        **bench.asked(),
        return_id=answer.return_id,
        reject="never sold",
        operator_id="kim",
        occur_time=moment(bench.till.now),
    )
    return bench.deed("rejection", request, who)


async def announcement(bench: Bench) -> Deed:
    who, sale = await bench.member(), bench.new("sale")
    await bench.done(bench.sale(who, sale, 50))
    request = return_requests_pb2.OpenReturnRequest(**bench.asked(), return_document=bench.back(sale))
    return bench.deed("announcement", request, who)


async def withdrawal(bench: Bench) -> Deed:
    """An announced return is cancelled."""
    who, sale = await bench.member(), bench.new("sale")
    await bench.done(bench.sale(who, sale, 50))
    answer = await bench.done(return_requests_pb2.OpenReturnRequest(**bench.asked(), return_document=bench.back(sale)))
    assert isinstance(answer, return_requests_pb2.OpenReturnResponse)
    request = return_requests_pb2.CancelReturnRequest(
        **bench.asked(), return_id=answer.return_id, occur_time=moment(bench.till.now)
    )
    return bench.deed("withdrawal", request, who)


async def cancel(bench: Bench) -> Deed:
    """A sale paid with points is cancelled."""
    who, sale = await bench.member(100), bench.new("sale")
    tender = authorization_pb2.Tender(authorization_id=await bench.held(who, 40))
    await bench.done(bench.sale(who, sale, 50, tenders=[tender]))
    request = return_requests_pb2.CancelOrderRequest(
        **bench.asked(),
        order=order_pb2.OrderRef(source="till-1", document_id=sale),
        location_id=MALL,
        reason="changed her mind",
        occur_time=moment(bench.till.now),
    )
    return bench.deed("cancel", request, who)


async def exchange(bench: Bench) -> Deed:
    who, sale = await bench.member(100), bench.new("sale")
    await bench.done(bench.sale(who, sale, 50))
    tender = authorization_pb2.Tender(authorization_id=await bench.held(who, 40))
    request = order_requests_pb2.ExchangeOrderRequest(
        **bench.asked(),
        member=member(who),
        return_document=bench.back(sale),
        order=bench.till.order(bench.new("sale"), MALL, [line(1, "HARBOR", 4000)]),
        tenders=[tender],
    )
    return bench.deed("exchange", request, who)
