"""Callers whose token covers one brand or one place, at every rpc about points of others: nothing moves, and what does
not concern them looks as if it did not exist (docs/DOMAIN.md §10)."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest_asyncio
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import read_requests_pb2 as reading
from loyalty.ledger.v1 import redemption_requests_pb2 as spending
from loyalty.ledger.v1 import return_requests_pb2 as bringing
from loyalty.type.v1 import order_pb2

from deploy.local.mesh import PROGRAMS, open_mesh
from deploy.local.stack import LocalStack
from tests.integration.mesh.counter import Counter, share
from tests.integration.mesh.hostile import findings_of, refusal_of, state_of
from tests.integration.mesh.people import open_office
from tests.support.mesh import Till, line, member, moment, open_till

_NUMBERS = itertools.count(1)
ROLES = ["HEADQUARTERS_ADMIN", "LOCATION_MANAGER", "FINANCE", "POS", "SERVICE"]
NORTH_WAITS = {
    "    brand: NORTH\n    per_amount": "    brand: NORTH\n    available: on_event\n    per_amount",
    "  replay_clock: true\n": "  replay_clock: true\n  expiry: {months: 12}\n",
}
"""North's points wait for an event, and all expire."""


@dataclass(frozen=True)
class Things:
    """Of Ana's at the mall: a sale of North's (pending) and Harbor's, one of nobody's, an authorization and a
    redemption at Linden, an announced and a parked return, and an adjustment of North's that waits. Or nothing of the
    kind."""

    till: Till
    ana: str
    sale: str
    nobodys: str
    accrual_id: str = "acc_none"
    authorization_id: str = "aut_none"
    redemption_id: str = "red_none"
    announced: str = "ret_none"
    parked: str = "ret_none"
    adjustment_id: str = "adj_none"

    def asked(self, **fields: Any) -> dict[str, Any]:
        """Program, a request id, the time, and more."""
        ids = {"program_id": self.till.program, "request_id": f"divided-{next(_NUMBERS)}"}
        return ids | {"occur_time": moment(self.till.now)} | fields

    def ref(self, sale: str) -> order_pb2.OrderRef:
        """A sale."""
        return order_pb2.OrderRef(source="till-1", document_id=sale)

    def line_of(self, sale: str, number: int) -> returns.SaleLineRef:
        """A line of it."""
        return returns.SaleLineRef(order=self.ref(sale), line_number=number)


@pytest_asyncio.fixture(scope="module")
async def things(stack: LocalStack) -> AsyncIterator[Things]:
    """All of them, in a program of their own."""
    async with open_till(stack, "divided", ROLES) as till, open_office(stack, till, "divided-desk") as desk:
        await till.apply(PROGRAMS / "worked-basket", "worked-basket", NORTH_WAITS)
        ana = await till.enroll("ANA")
        sold = await till.sell(ana, "SALE", "mall-1", [line(1, "NORTH", 10_000), line(2, "HARBOR", 10_000)])
        counter = Counter(till, "divided")
        await counter.sell_to_nobody("NOBODYS", [line(1, "NORTH", 5_000)])
        held = await counter.set_aside(ana, 10, "LINDEN")
        yield Things(
            till,
            ana,
            "SALE",
            "NOBODYS",
            accrual_id=sold.earned[0].accrual_id,
            authorization_id=held.authorization_id,
            redemption_id=(await till.redeem(ana, 10, "mall-1", "LINDEN")).redemption.redemption_id,
            announced=(await counter.announce("COMING", share("SALE", 2))).return_id,
            parked=(await counter.bring("EARLY", share("LATER", 1), by=ana)).return_id,
            adjustment_id=(await desk.adjust(ana, 20_000)).adjustment_id,
        )
        assert await findings_of(till) == []


Call = Callable[[Any, Things], Awaitable[object]]
# What a token that covers too little must not even learn the existence of.
HIDDEN: dict[str, tuple[str, Call]] = {
    "see an authorization": (
        "AUTHORIZATION_NOT_FOUND",
        lambda to, t: to.GetRedemption(
            spending.GetRedemptionRequest(program_id=t.till.program, authorization_id=t.authorization_id)
        ),
    ),
    "see a redemption": (
        "REDEMPTION_NOT_FOUND",
        lambda to, t: to.GetRedemption(
            spending.GetRedemptionRequest(program_id=t.till.program, redemption_id=t.redemption_id)
        ),
    ),
    "increase": (
        "AUTHORIZATION_NOT_FOUND",
        lambda to, t: to.IncreaseHold(
            spending.IncreaseHoldRequest(**t.asked(authorization_id=t.authorization_id, points=1))
        ),
    ),
    "capture": (
        "AUTHORIZATION_NOT_FOUND",
        lambda to, t: to.CaptureRedemption(
            spending.CaptureRedemptionRequest(**t.asked(authorization_id=t.authorization_id))
        ),
    ),
    "void": (
        "AUTHORIZATION_NOT_FOUND",
        lambda to, t: to.VoidRedemption(spending.VoidRedemptionRequest(**t.asked(authorization_id=t.authorization_id))),
    ),
    "restore": (
        "REDEMPTION_NOT_FOUND",
        lambda to, t: to.RestoreRedemption(spending.RestoreRedemptionRequest(**t.asked(redemption_id=t.redemption_id))),
    ),
}
HIDDEN_BY_PLACE: dict[str, tuple[str, Call]] = {
    "cancel a return": (
        "RETURN_NOT_FOUND",
        lambda to, t: to.CancelReturn(bringing.CancelReturnRequest(**t.asked(return_id=t.announced))),
    ),
    "reject a return": (
        "RETURN_NOT_FOUND",
        lambda to, t: to.ResolveParkedReturn(
            bringing.ResolveParkedReturnRequest(**t.asked(return_id=t.parked, reject="no", operator_id="kim"))
        ),
    ),
    "correct": (
        "ORDER_NOT_FOUND",
        lambda to, t: to.CorrectOrderLine(
            orders.CorrectOrderLineRequest(
                **t.asked(order=t.ref(t.sale), line=line(1, "NORTH", 90_000), location_id="peak-1"),
                reason="because",
                operator_id="kim",
            )
        ),
    ),
}
HIDDEN_BY_BRAND: dict[str, tuple[str, Call]] = {
    "decide": (
        "ADJUSTMENT_NOT_FOUND",
        lambda to, t: to.DecideAdjustment(
            people.DecideAdjustmentRequest(**t.asked(adjustment_id=t.adjustment_id, approve=True, operator_id="lee"))
        ),
    ),
    "explain": (
        "ACCRUAL_NOT_FOUND",
        lambda to, t: to.ExplainAccrual(
            reading.ExplainAccrualRequest(program_id=t.till.program, member=member(t.ana), accrual_id=t.accrual_id)
        ),
    ),
    "activate an accrual": (
        "ACCRUAL_NOT_FOUND",
        lambda to, t: to.ActivatePending(
            orders.ActivatePendingRequest(
                **t.asked(member=member(t.ana), target=orders.PendingTarget(accrual_id=t.accrual_id))
            )
        ),
    ),
    "extend an accrual": (
        "ACCRUAL_NOT_FOUND",
        lambda to, t: to.ExtendExpiry(_extension(t, [t.accrual_id])),
    ),
    "claim": (
        "ORDER_NOT_FOUND",
        lambda to, t: to.ClaimOrder(orders.ClaimOrderRequest(**t.asked(member=member(t.ana), order=t.ref(t.nobodys)))),
    ),
    "claim what is somebody's": (
        "ORDER_NOT_FOUND",
        lambda to, t: to.ClaimOrder(orders.ClaimOrderRequest(**t.asked(member=member(t.ana), order=t.ref(t.sale)))),
    ),
    "activate a sale": (
        "ORDER_NOT_FOUND",
        lambda to, t: to.ActivatePending(
            orders.ActivatePendingRequest(**t.asked(target=orders.PendingTarget(order=t.ref(t.sale))))
        ),
    ),
    "activate a sale of nobody's": (
        "ORDER_NOT_FOUND",
        lambda to, t: to.ActivatePending(
            orders.ActivatePendingRequest(**t.asked(target=orders.PendingTarget(order=t.ref(t.nobodys))))
        ),
    ),
    "cancel a line's points": ("ORDER_NOT_FOUND", lambda to, t: _cancel_line(to, t, 1)),
    "cancel the points of a line that it has not": ("ORDER_NOT_FOUND", lambda to, t: _cancel_line(to, t, 9)),
}
DENIED_BY_BRAND: dict[str, Call] = {
    "extend everything": lambda to, t: to.ExtendExpiry(_extension(t, [])),
    "transfer": lambda to, t: to.TransferPoints(
        people.TransferPointsRequest(
            **t.asked(**{"from": member(t.ana), "to": member("mem_none")}, points=1, reason="because")
        )
    ),
}
DENIED_BY_PLACE: dict[str, Call] = {
    "adjust nowhere": lambda to, t: to.AdjustPoints(
        people.AdjustPointsRequest(
            **t.asked(member=member(t.ana)),
            adjustment=people.Adjustment(points=5, brand_id="PEAK", reason_code="goodwill", operator_id="kim"),
        )
    ),
}
DENIED: dict[str, Call] = {
    "totals": lambda to, t: to.GetLedgerTotals(ledger.GetLedgerTotalsRequest(program_id=t.till.program)),
    "events": lambda to, t: _all(to.StreamEvents(ledger.StreamEventsRequest(program_id=t.till.program))),
    "export": lambda to, t: _all(to.ExportMovements(reading.ExportMovementsRequest(program_id=t.till.program))),
    "checks": lambda to, t: _all(to.VerifyIntegrity(ledger.VerifyIntegrityRequest(program_id=t.till.program))),
}


def _extension(things: Things, accrual_ids: list[str]) -> people.ExtendExpiryRequest:
    later = moment(things.till.now + timedelta(days=900))
    fields = things.asked(member=member(things.ana), expire_time=later, reason="because", operator_id="kim")
    return people.ExtendExpiryRequest(**fields, accrual_ids=accrual_ids)


def _cancel_line(to: Any, things: Things, number: int) -> Awaitable[object]:
    target = orders.PendingTarget(line=things.line_of(things.sale, number))
    request = orders.CancelPendingRequest(**things.asked(target=target, reason="because"))
    cancelled: Awaitable[object] = to.CancelPending(request)
    return cancelled


async def _all(stream: Any) -> list[object]:
    return [message async for message in stream]


async def _tried(stack: LocalStack, things: Things, calls: dict[str, Call], **token: Any) -> dict[str, str]:
    """The reasons of refusal of a caller with such a token, after which nothing has moved."""
    before = await state_of(things.till, things.ana)
    name = stack.token(f"thief-{next(_NUMBERS)}", programs=[things.till.program], roles=ROLES, **token)
    async with open_mesh(stack.peer, name) as mesh:
        heard = {what: (await refusal_of(call(mesh.ledger, things))).reason for what, call in calls.items()}
    assert await state_of(things.till, things.ana) == before
    return heard


def _calls(hidden: dict[str, tuple[str, Call]]) -> tuple[dict[str, str], dict[str, Call]]:
    wanted = {what: reason for what, (reason, _) in hidden.items()}
    return wanted, {what: call for what, (_, call) in hidden.items()}


async def test_what_was_made_at_another_place_looks_as_if_it_did_not_exist(stack: LocalStack, things: Things) -> None:
    wanted, calls = _calls(HIDDEN | HIDDEN_BY_PLACE)
    nothing = Things(things.till, things.ana, "NONE", "NONE")
    assert await _tried(stack, things, calls, locations=["peak-1"]) == wanted
    assert await _tried(stack, nothing, calls, locations=["peak-1"]) == wanted


async def test_what_is_another_brands_looks_as_if_it_did_not_exist(stack: LocalStack, things: Things) -> None:
    wanted, calls = _calls(HIDDEN | HIDDEN_BY_BRAND)
    nothing = Things(things.till, things.ana, "NONE", "NONE")
    assert await _tried(stack, things, calls, brands=["PEAK"]) == wanted
    assert await _tried(stack, nothing, calls, brands=["PEAK"]) == wanted


async def test_a_token_of_one_brand_moves_no_points_of_others(stack: LocalStack, things: Things) -> None:
    heard = await _tried(stack, things, DENIED_BY_BRAND | DENIED, brands=["PEAK"])
    assert set(heard.values()) == {"DIVISION_NOT_ALLOWED"}, heard


async def test_a_token_of_one_place_adjusts_at_no_other(stack: LocalStack, things: Things) -> None:
    heard = await _tried(stack, things, DENIED_BY_PLACE | DENIED, locations=["peak-1"])
    assert set(heard.values()) == {"DIVISION_NOT_ALLOWED"}, heard


async def test_who_is_concerned_does_what_others_may_not(stack: LocalStack, things: Things) -> None:
    name = stack.token("concerned", programs=[things.till.program], roles=ROLES, brands=["NORTH"])
    async with open_mesh(stack.peer, name) as mesh:
        extended = await mesh.ledger.ExtendExpiry(_extension(things, [things.accrual_id]))
        assert extended.points == 100
        target = orders.PendingTarget(line=things.line_of(things.sale, 1))
        activated = await mesh.ledger.ActivatePending(orders.ActivatePendingRequest(**things.asked(target=target)))
        assert activated.activated_points == 100
        claim = orders.ClaimOrderRequest(**things.asked(member=member(things.ana), order=things.ref(things.nobodys)))
        assert (await mesh.ledger.ClaimOrder(claim)).earned_points == 50
