"""Deeds of selling."""

from loyalty.ledger.v1 import authorization_pb2

from ledger_service.domain.redemption import redemption_id_of
from tests.fault.deeds.bench import CALLER, Bench, Deed


async def sale(bench: Bench) -> Deed:
    who = await bench.member()
    return Deed.of(bench.sale(who, bench.new("sale"), 50), who)


async def sale_with_tenders(bench: Bench) -> Deed:
    """Paid with an authorization and with points spent before."""
    who = await bench.member(100)
    held, spent = await bench.held(who, 40), await bench.spent(who, 20)
    tenders = [
        authorization_pb2.Tender(authorization_id=held, points=30, release_rest=True),
        authorization_pb2.Tender(redemption_id=redemption_id_of(bench.till.program, CALLER, spent)),
    ]
    return Deed.of(bench.sale(who, bench.new("sale"), 50, tenders=tenders), who)


async def claim(bench: Bench) -> Deed:
    who = await bench.member()
    return Deed.of(bench.claim(who, await bench.sold("")), who)


async def correction(bench: Bench) -> Deed:
    who = await bench.member()
    return Deed.of(bench.correction(await bench.sold(who), 30), who)
