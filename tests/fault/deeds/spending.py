"""Deeds of spending."""

from loyalty.ledger.v1 import redemption_requests_pb2

from tests.fault.deeds.bench import Bench, Deed, intent_of
from tests.load.calls import Intent


async def redemption(bench: Bench) -> Deed:
    who = await bench.member(100)
    return Deed.of(bench.redemption(who, 60), who)


async def refused_redemption(bench: Bench) -> Deed:
    """More than there is."""
    who = await bench.member(10)
    return Deed.of(bench.redemption(who, 60), who)


async def authorize(bench: Bench) -> Deed:
    who = await bench.member(100)
    return Deed.of(bench.authorization(who, 60), who)


async def increase(bench: Bench) -> Deed:
    who = await bench.member(100)
    return Deed.of(bench.increase(await bench.held(who, 60), 20), who)


async def capture(bench: Bench) -> Deed:
    who = await bench.member(100)
    return Deed.of(bench.capture(await bench.held(who, 60), 40), who)


async def void(bench: Bench) -> Deed:
    """By the request id of an authorization that came."""
    who, original = await bench.member(100), bench.new("deed")
    await bench.held(who, 60, original)
    return Deed.of(bench.void(who, original), who)


async def void_before(bench: Bench) -> Deed:
    """By the request id of an authorization that has not come."""
    who = await bench.member(100)
    return Deed.of(bench.void(who, bench.new("deed")), who)


async def restore(bench: Bench) -> Deed:
    """Part of a redemption, by its request id."""
    who = await bench.member(100)
    return Deed.of(bench.restore(who, await bench.spent(who, 60), 25), who)


async def restore_before(bench: Bench) -> Deed:
    """By the request id of a redemption that has not come."""
    who = await bench.member(100)
    return Deed.of(bench.restore(who, bench.new("deed"), 0), who)


def late(bench: Bench, deed: Deed) -> Intent:
    """What a deed of `void_before` or `restore_before` keeps from arriving."""
    request, [who] = deed.intent.request, deed.members
    if isinstance(request, redemption_requests_pb2.VoidRedemptionRequest):
        return intent_of(bench.authorization(who, 60, request.original_request_id))
    assert isinstance(request, redemption_requests_pb2.RestoreRedemptionRequest)
    return intent_of(bench.redemption(who, 60, request.original_request_id))
