"""Deeds that people decide."""

from datetime import UTC, datetime

from loyalty.ledger.v1 import correction_requests_pb2 as people

from ledger_service.domain.transfer import transfer_id_of
from ledger_service.use_cases.arrivals import CALLER as ARRIVALS
from tests.fault.deeds.bench import CALLER, Bench, Deed
from tests.load.calls import Intent
from tests.support.mesh import member, moment


async def adjust(bench: Bench) -> Deed:
    who = await bench.member(100)
    return bench.deed("adjust", _adjustment(bench, who, 70), who)


def _adjustment(bench: Bench, who: str, points: int, expire: datetime | None = None) -> people.AdjustPointsRequest:
    adjustment = people.Adjustment(
        points=points, brand_id="NORTH", reason_code="goodwill", note="late delivery", operator_id="kim"
    )
    if expire is not None:
        adjustment.expire_time.CopyFrom(moment(expire))
    return people.AdjustPointsRequest(
        **bench.asked(), member=member(who), adjustment=adjustment, occur_time=moment(bench.till.now)
    )


async def extension(bench: Bench) -> Deed:
    who = await bench.member()
    await bench.done(_adjustment(bench, who, 30, datetime(2027, 1, 1, tzinfo=UTC)))
    request = people.ExtendExpiryRequest(
        **bench.asked(),
        member=member(who),
        expire_time=moment(datetime(2027, 7, 1, tzinfo=UTC)),
        reason="goodwill",
        operator_id="kim",
        occur_time=moment(bench.till.now),
    )
    return bench.deed("extension", request, who)


async def transfer(bench: Bench) -> Deed:
    """Two transactions: out of one wallet, into another."""
    giver, receiver = await bench.member(100), await bench.member()
    request = people.TransferPointsRequest(
        **bench.asked(), to=member(receiver), points=60, reason="a gift", occur_time=moment(bench.till.now)
    )
    getattr(request, "from").CopyFrom(member(giver))
    sent = transfer_id_of(bench.till.program, CALLER, request.request_id)
    claims = ((CALLER, request.request_id), (ARRIVALS, sent))
    return Deed("transfer", Intent("TransferPoints", request), (giver, receiver), claims)
