"""Deeds that people decide."""

from datetime import UTC, datetime

from loyalty.ledger.v1.correction_requests_pb2 import AdjustPointsResponse
from loyalty.ledger.v1.standing_pb2 import SetTierResponse

from ledger_service.domain.transfer import transfer_id_of
from ledger_service.use_cases.arrivals import CALLER as ARRIVALS
from tests.fault.deeds.bench import CALLER, Bench, Deed, intent_of


async def adjust(bench: Bench) -> Deed:
    who = await bench.member(100)
    return Deed.of(bench.adjustment(who, 70), who)


async def extension(bench: Bench) -> Deed:
    who = await bench.member()
    await bench.done(bench.adjustment(who, 30, datetime(2027, 1, 1, tzinfo=UTC)), AdjustPointsResponse)
    return Deed.of(bench.extension(who, datetime(2027, 7, 1, tzinfo=UTC)), who)


async def tier(bench: Bench) -> Deed:
    who = await bench.member(60)
    return Deed.of(bench.tier(who, "gold"), who)


async def no_tier(bench: Bench) -> Deed:
    who = await bench.member()
    given = await bench.done(bench.tier(who, "silver"), SetTierResponse)
    return Deed.of(bench.no_tier(who, given.manual_tier.manual_tier_id), who)


async def transfer(bench: Bench) -> Deed:
    """Two transactions: out of one wallet, into another."""
    giver, receiver = await bench.member(100), await bench.member()
    request = bench.transfer(giver, receiver, 60)
    sent = transfer_id_of(bench.till.program, CALLER, request.request_id)
    claims = ((CALLER, request.request_id), (ARRIVALS, sent))
    return Deed(intent_of(request), (giver, receiver), claims)
