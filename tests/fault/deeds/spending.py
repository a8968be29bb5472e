"""Deeds of spending."""

from loyalty.ledger.v1 import redemption_requests_pb2

from tests.fault.deeds.bench import Bench, Deed
from tests.support.mesh import member, moment


async def redemption(bench: Bench) -> Deed:
    who = await bench.member(100)
    return bench.deed("redemption", bench.redemption(who, 60), who)


async def refused_redemption(bench: Bench) -> Deed:
    """More than there is."""
    who = await bench.member(10)
    return bench.deed("refused redemption", bench.redemption(who, 60), who)


async def authorize(bench: Bench) -> Deed:
    who = await bench.member(100)
    return bench.deed("authorize", bench.authorization(who, 60), who)


async def increase(bench: Bench) -> Deed:
    who = await bench.member(100)
    request = redemption_requests_pb2.IncreaseHoldRequest(
        **bench.asked(),
        authorization_id=await bench.held(who, 60),
        points=20,
        occur_time=moment(bench.till.now),
    )
    return bench.deed("increase", request, who)


async def capture(bench: Bench) -> Deed:
    who = await bench.member(100)
    request = redemption_requests_pb2.CaptureRedemptionRequest(
        **bench.asked(),
        authorization_id=await bench.held(who, 60),
        points=40,
        occur_time=moment(bench.till.now),
    )
    return bench.deed("capture", request, who)


async def void(bench: Bench) -> Deed:
    """By the request id of an authorization that came."""
    who, original = await bench.member(100), bench.new("deed")
    await bench.done(bench.authorization(who, 60, original))
    return bench.deed("void", _voiding(bench, who, original), who)


async def void_before(bench: Bench) -> Deed:
    """By the request id of an authorization that has not come."""
    who = await bench.member(100)
    return bench.deed("void before", _voiding(bench, who, bench.new("deed")), who)


def _voiding(bench: Bench, who: str, original: str) -> redemption_requests_pb2.VoidRedemptionRequest:
    return redemption_requests_pb2.VoidRedemptionRequest(
        **bench.asked(), original_request_id=original, member=member(who), occur_time=moment(bench.till.now)
    )


async def restore(bench: Bench) -> Deed:
    """Part of a redemption, by its request id."""
    who, spent = await bench.member(100), bench.new("deed")
    await bench.done(bench.redemption(who, 60, spent))
    return bench.deed("restore", _restoring(bench, who, spent, 25), who)


async def restore_before(bench: Bench) -> Deed:
    """By the request id of a redemption that has not come."""
    who = await bench.member(100)
    return bench.deed("restore before", _restoring(bench, who, bench.new("deed"), 0), who)


def _restoring(bench: Bench, who: str, original: str, points: int) -> redemption_requests_pb2.RestoreRedemptionRequest:
    return redemption_requests_pb2.RestoreRedemptionRequest(
        **bench.asked(),
        original_request_id=original,
        member=member(who),
        points=points,
        reason="changed her mind",
        occur_time=moment(bench.till.now),
    )
