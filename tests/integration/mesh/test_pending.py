"""Pending points over the wire: activated, cancelled, extended; each once, whoever asks again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from loyalty.ledger.v1 import correction_requests_pb2 as corrections
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as lines
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import faulty_fields, findings_of, refusal_of
from tests.support.mesh import Till, line, member, moment, open_till

BASKET = PROGRAMS / "worked-basket"
NORTH = "  north-base:\n    brand: NORTH\n"
HARBOR = "  harbor-base:\n    brand: HARBOR\n"
NUMBERS = iter(range(1, 1_000))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(stack: LocalStack) -> AsyncIterator[Till]:
    """North's points wait for an event, Harbor's expire after ten days or as long after the last activity."""
    async with open_till(stack, "pending-shop") as till:
        waits, rolls = "    available: on_event\n", "    expiry: {rolling_days: 10}\n"
        modes = {"  replay_clock: true\n": "  replay_clock: true\n  expiry_mode: brand_tiered\n"}
        await till.apply(BASKET, "worked-basket", {NORTH: NORTH + waits, HARBOR: HARBOR + rolls} | modes)
        yield till
        assert await findings_of(till) == []


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member who has bought at North (10 points on each of two lines, pending)."""
    buyer = await shop.enroll(f"PENDING-ANA-{next(NUMBERS)}")
    await shop.sell(buyer, f"sale-{buyer}", "mall-1", [line(1, "NORTH", 1000), line(2, "NORTH", 1000)])
    return buyer


def of_sale(buyer: str, number: int = 0) -> orders.PendingTarget:
    ref = order_pb2.OrderRef(source="till-1", document_id=f"sale-{buyer}")
    if number:
        return orders.PendingTarget(line=lines.SaleLineRef(order=ref, line_number=number))
    return orders.PendingTarget(order=ref)


async def activate(
    till: Till, target: orders.PendingTarget, request_id: str = "", buyer: str = ""
) -> orders.ActivatePendingResponse:
    request = orders.ActivatePendingRequest(
        program_id=till.program,
        request_id=request_id or f"activate-{next(NUMBERS)}",
        target=target,
        occur_time=moment(till.now),
    )
    if buyer:
        request.member.CopyFrom(member(buyer))
    return await till.mesh.ledger.ActivatePending(request)


async def cancel(till: Till, target: orders.PendingTarget, reason: str = "left") -> orders.CancelPendingResponse:
    request = orders.CancelPendingRequest(
        program_id=till.program,
        request_id=f"cancel-{next(NUMBERS)}",
        target=target,
        reason=reason,
        occur_time=moment(till.now),
    )
    return await till.mesh.ledger.CancelPending(request)


async def extend(till: Till, buyer: str, until: datetime, *accruals: str) -> corrections.ExtendExpiryResponse:
    request = corrections.ExtendExpiryRequest(
        program_id=till.program,
        request_id=f"extend-{next(NUMBERS)}",
        member=member(buyer),
        accrual_ids=accruals,
        expire_time=moment(until),
        reason="the shop was closed",
        operator_id="ops-7",
        occur_time=moment(till.now),
    )
    return await till.mesh.ledger.ExtendExpiry(request)


async def accruals_of(till: Till, buyer: str) -> list[str]:
    request = ledger.GetOrderRequest(
        program_id=till.program, order=order_pb2.OrderRef(source="till-1", document_id=f"sale-{buyer}")
    )
    return [accrual.accrual_id for accrual in (await till.mesh.ledger.GetOrder(request)).order.accruals]


async def test_points_that_wait_for_an_event_show_and_cannot_be_spent(shop: Till, ana: str) -> None:
    wallet = (await shop.wallet(ana)).wallet
    assert (wallet.balance, wallet.pending, wallet.available) == (20, 20, 0)
    assert (await refusal_of(shop.redeem(ana, 10, "linden-1", "LINDEN"))).reason == "INSUFFICIENT_POINTS"


async def test_a_line_is_activated_and_can_be_spent(shop: Till, ana: str) -> None:
    answer = await activate(shop, of_sale(ana, 2))
    assert (answer.activated_points, answer.wallet.available, answer.wallet.pending) == (10, 10, 10)
    assert (await shop.redeem(ana, 10, "linden-1", "LINDEN")).redemption.points == 10


async def test_an_activation_that_is_sent_again_is_answered_as_before(shop: Till, ana: str) -> None:
    name = f"activate-once-{ana}"
    first = await activate(shop, of_sale(ana), name)
    await shop.redeem(ana, 20, "linden-1", "LINDEN")
    assert await activate(shop, of_sale(ana), name) == first


async def test_an_accrual_is_activated_by_its_id_and_its_member(shop: Till, ana: str) -> None:
    first, _ = await accruals_of(shop, ana)
    target = orders.PendingTarget(accrual_id=first)
    assert (await activate(shop, target, buyer=ana)).activated_points == 10
    assert faulty_fields(await refusal_of(activate(shop, target))) == ["member"]
    other = await shop.enroll(f"PENDING-BO-{next(NUMBERS)}")
    assert (await refusal_of(activate(shop, target, buyer=other))).reason == "ACCRUAL_NOT_FOUND"


async def test_a_cancelled_line_is_gone_and_a_return_takes_nothing_more(shop: Till, ana: str) -> None:
    answer = await cancel(shop, of_sale(ana, 1))
    assert (answer.cancelled_points, answer.wallet.balance) == (10, 10)
    returned = await shop.give_back(f"back-{ana}", "mall-1", f"sale-{ana}", {1: None})
    assert [one.reversed for one in returned.reversed] == [0]
    assert (await shop.wallet(ana)).wallet.balance == 10


async def test_what_is_not_there_is_told_apart(shop: Till, ana: str) -> None:
    await activate(shop, of_sale(ana))
    assert (await refusal_of(activate(shop, of_sale(ana)))).reason == "NOTHING_PENDING"
    assert (await refusal_of(cancel(shop, of_sale(ana)))).reason == "NOTHING_PENDING"
    assert (await refusal_of(cancel(shop, of_sale("nobody")))).reason == "ORDER_NOT_FOUND"
    assert (await refusal_of(activate(shop, of_sale(ana), buyer="mem_nobody"))).reason == "MEMBER_NOT_FOUND"
    other = await shop.enroll(f"PENDING-CY-{next(NUMBERS)}")
    assert (await refusal_of(activate(shop, of_sale(ana), buyer=other))).reason == "ORDER_NOT_FOUND"


async def test_every_fault_of_a_request_is_told_at_once(shop: Till) -> None:
    empty = orders.CancelPendingRequest(program_id=shop.program)
    refusal = await refusal_of(shop.mesh.ledger.CancelPending(empty))
    assert faulty_fields(refusal) == ["occur_time", "reason", "request_id", "target"]
    nothing = corrections.ExtendExpiryRequest(program_id=shop.program, accrual_ids=["!"])
    refusal = await refusal_of(shop.mesh.ledger.ExtendExpiry(nothing))
    faulty = ["accrual_ids[0]", "expire_time", "member", "occur_time", "operator_id", "reason", "request_id"]
    assert faulty_fields(refusal) == faulty


async def test_points_are_extended_and_shown_so(shop: Till) -> None:
    buyer, begin = await shop.enroll(f"EXTEND-{next(NUMBERS)}"), shop.now
    await shop.sell(buyer, f"sale-{buyer}", "mall-1", [line(1, "HARBOR", 1000)])
    wallet = (await shop.wallet(buyer)).wallet
    own = wallet.next_expire_time.ToDatetime(tzinfo=UTC)
    # Ten days after the last activity lie behind the start of the tenth day.
    assert (wallet.expiring_soon, own) == (20, begin + timedelta(days=10))
    [accrual] = await accruals_of(shop, buyer)
    until = begin + timedelta(days=40)
    answer = await extend(shop, buyer, until, accrual)
    assert (list(answer.accrual_ids), answer.points) == ([accrual], 20)
    wallet = (await shop.wallet(buyer)).wallet
    assert (wallet.expiring_soon, wallet.next_expire_time.ToDatetime(tzinfo=UTC)) == (0, until)
    assert (await refusal_of(extend(shop, buyer, until))).reason == "NOTHING_TO_EXTEND"
    assert (await refusal_of(extend(shop, buyer, until, "acc_none"))).reason == "ACCRUAL_NOT_FOUND"
