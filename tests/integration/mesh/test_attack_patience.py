"""Callers without patience: deadlines of milliseconds, and calls cancelled before and after their commit, for whatever
takes or gives back points. Each is sent again under its id: one effect, and the first answer."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from loyalty.ledger.v1 import redemption_requests_pb2 as spending

from chassis.values.refusal import Refusal
from tests.integration.mesh.counter import Counter
from tests.integration.mesh.hostile import replayed
from tests.integration.mesh.test_idempotency import giving_back
from tests.integration.mesh.test_idempotency import spending as redeem
from tests.support.mesh import Till, line, member, moment

_NUMBERS = itertools.count(1)
Call = tuple[Callable[..., Any], Any]


class Visit:
    """A member with 100 points of one sale and 30 of another at Linden's; each of her calls moves 10 of them, or the
    first sale's."""

    def __init__(self, till: Till, buyer: str, number: int) -> None:
        self.till, self.buyer, self.number = till, buyer, number

    def asked(self, **fields: Any) -> dict[str, Any]:
        ids = {"program_id": self.till.program, "request_id": f"hasty-{next(_NUMBERS)}"}
        return ids | {"occur_time": moment(self.till.now)} | fields

    async def redeem(self) -> Call:
        return self.till.mesh.ledger.RedeemPoints, redeem(self.till, self.buyer, f"hasty-{next(_NUMBERS)}")

    async def authorize(self) -> Call:
        place = {"location_id": "linden-1", "brand_id": "LINDEN", "currency_code": "USD"}
        fields = self.asked(member=member(self.buyer), points=10, **place)
        return self.till.mesh.ledger.AuthorizeRedemption, spending.AuthorizeRedemptionRequest(**fields)

    async def capture(self) -> Call:
        held = await Counter(self.till, "hasty").set_aside(self.buyer, 10, "LINDEN")
        fields = self.asked(authorization_id=held.authorization_id)
        return self.till.mesh.ledger.CaptureRedemption, spending.CaptureRedemptionRequest(**fields)

    async def void(self) -> Call:
        held = await Counter(self.till, "hasty").set_aside(self.buyer, 10, "LINDEN")
        fields = self.asked(authorization_id=held.authorization_id)
        return self.till.mesh.ledger.VoidRedemption, spending.VoidRedemptionRequest(**fields)

    async def restore(self) -> Call:
        spent = await self.till.redeem(self.buyer, 10, "mall-1", "LINDEN")
        fields = self.asked(redemption_id=spent.redemption.redemption_id)
        return self.till.mesh.ledger.RestoreRedemption, spending.RestoreRedemptionRequest(**fields)

    async def give_back(self) -> Call:
        return_id = f"hasty-{next(_NUMBERS)}"
        return self.till.mesh.ledger.PostReturn, giving_back(self.till, return_id, return_id, f"HASTY-{self.number}")


KINDS: dict[str, Callable[[Visit], Awaitable[Call]]] = {
    "redeem": Visit.redeem,
    "authorize": Visit.authorize,
    "capture": Visit.capture,
    "void": Visit.void,
    "restore": Visit.restore,
    "give back": Visit.give_back,
}


@pytest.fixture
async def visit(shop: Till) -> Visit:
    number = next(_NUMBERS)
    buyer = await shop.enroll(f"HASTY-{number}")
    await shop.sell(buyer, f"HASTY-{number}", "mall-1", [line(1, "NORTH", 10_000)])
    await shop.sell(buyer, f"HASTY-{number}-MORE", "mall-1", [line(1, "NORTH", 3_000)])
    return Visit(shop, buyer, number)


async def settled(visit: Visit, call: Call, before: int) -> bool:
    """Sends the call again, twice: one more command of the wallet in all, and the same answer; whether the first of
    the two was a replay."""
    rpc, request = call
    answer, was_there = await replayed(rpc(request))
    assert await replayed(rpc(request)) == (answer, True)
    assert (await visit.till.wallet(visit.buyer)).wallet.version == before + 1
    return was_there


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("milliseconds", [1, 3, 8, 20])
async def test_a_deadline_of_milliseconds_loses_and_doubles_nothing(visit: Visit, kind: str, milliseconds: int) -> None:
    rpc, request = await KINDS[kind](visit)
    before = (await visit.till.wallet(visit.buyer)).wallet.version
    [first] = await asyncio.gather(replayed(rpc(request, timeout=milliseconds / 1000)), return_exceptions=True)
    assert not isinstance(first, Refusal) or first.reason == "DEADLINE_EXCEEDED"
    await settled(visit, (rpc, request), before)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_cancelled_after_its_commit_is_a_replay(visit: Visit, kind: str) -> None:
    rpc, request = await KINDS[kind](visit)
    before = (await visit.till.wallet(visit.buyer)).wallet.version
    call = rpc(request)
    for _ in range(5_000):
        if (await visit.till.wallet(visit.buyer)).wallet.version > before:
            break
    call.cancel()
    assert await settled(visit, (rpc, request), before)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_cancelled_at_once_is_answered_later(visit: Visit, kind: str) -> None:
    rpc, request = await KINDS[kind](visit)
    before = (await visit.till.wallet(visit.buyer)).wallet.version
    call = rpc(request)
    await asyncio.sleep(0)
    call.cancel()
    await settled(visit, (rpc, request), before)
