"""One request id for everything: used again for another rpc, and named by voids and restores of the wrong kind."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import redemption_requests_pb2 as spending
from loyalty.ledger.v1 import return_requests_pb2 as bringing
from loyalty.ledger.v1 import standing_pb2
from loyalty.type.v1 import order_pb2

from tests.integration.mesh.hostile import refusal_of, replayed, said, state_of
from tests.support.mesh import Till, line, member, moment

_NUMBERS = itertools.count(1)
REF = order_pb2.OrderRef(source="till-1", document_id="none")


def fresh(what: str) -> str:
    return f"{what}-ids-{next(_NUMBERS)}"


@pytest.fixture
async def ana(shop: Till) -> str:
    """A member with 100 points."""
    buyer = await shop.enroll(fresh("ANA"))
    await shop.sell(buyer, fresh("EARNED"), "mall-1", [line(1, "NORTH", 10_000)])
    return buyer


def _return(till: Till) -> returns.Return:
    share = returns.ReturnedShare(sale_line=returns.SaleLineRef(order=REF, line_number=1), whole=True)
    return returns.Return(
        source="till-2",
        document_id=fresh("RETURN"),
        location_id="mall-1",
        occur_time=moment(till.now),
        lines=[returns.ReturnLine(line_number=1, sale_lines=[share])],
    )


PLACE = {"location_id": "mall-1", "brand_id": "LINDEN", "currency_code": "USD", "points": 10}
PENDING = orders.PendingTarget(order=REF)
PERSON = {"reason": "because", "operator_id": "kim"}
ADJUSTMENT = people.Adjustment(points=5, brand_id="NORTH", reason_code="goodwill", operator_id="kim")

# Of every other rpc that changes something: what it asks for beside program, request id, and (where `timed`) time.
Fields = Callable[[Till, str], dict[str, Any]]
TIMED: dict[str, tuple[Any, Fields]] = {
    "AuthorizeRedemption": (spending.AuthorizeRedemptionRequest, lambda t, ana: {"member": member(ana)} | PLACE),
    "IncreaseHold": (spending.IncreaseHoldRequest, lambda t, ana: {"authorization_id": "aut_1", "points": 1}),
    "CaptureRedemption": (spending.CaptureRedemptionRequest, lambda t, ana: {"authorization_id": "aut_1"}),
    "VoidRedemption": (spending.VoidRedemptionRequest, lambda t, ana: {"authorization_id": "aut_1"}),
    "RestoreRedemption": (spending.RestoreRedemptionRequest, lambda t, ana: {"redemption_id": "red_1"}),
    "ClaimOrder": (orders.ClaimOrderRequest, lambda t, ana: {"member": member(ana), "order": REF}),
    "CancelOrder": (bringing.CancelOrderRequest, lambda t, ana: {"order": REF, "location_id": "mall-1"}),
    "CancelReturn": (bringing.CancelReturnRequest, lambda t, ana: {"return_id": "ret_1"}),
    "ResolveParkedReturn": (
        bringing.ResolveParkedReturnRequest,
        lambda t, ana: {"return_id": "ret_1", "reject": "no", "operator_id": "kim"},
    ),
    "CorrectOrderLine": (
        orders.CorrectOrderLineRequest,
        lambda t, ana: {"order": REF, "line": line(1, "NORTH", 1), "location_id": "mall-1"} | PERSON,
    ),
    "ActivatePending": (orders.ActivatePendingRequest, lambda t, ana: {"target": PENDING}),
    "CancelPending": (orders.CancelPendingRequest, lambda t, ana: {"target": PENDING, "reason": "because"}),
    "ExtendExpiry": (
        people.ExtendExpiryRequest,
        lambda t, ana: {"member": member(ana), "expire_time": moment(t.now)} | PERSON,
    ),
    "AdjustPoints": (people.AdjustPointsRequest, lambda t, ana: {"member": member(ana), "adjustment": ADJUSTMENT}),
    "DecideAdjustment": (
        people.DecideAdjustmentRequest,
        lambda t, ana: {"adjustment_id": "adj_1", "approve": True, "operator_id": "lee"},
    ),
    "TransferPoints": (
        people.TransferPointsRequest,
        lambda t, ana: {"from": member(ana), "to": member(ana), "points": 1, "reason": "because"},
    ),
    "SetTier": (
        standing_pb2.SetTierRequest,
        lambda t, ana: (
            {"member": member(ana), "ladder_id": "status", "tier_id": "gold", "approver_id": "lee"}
            | {"start_date": t.now.date().isoformat()}
            | PERSON
        ),
    ),
    "EndTier": (
        standing_pb2.EndTierRequest,
        lambda t, ana: (
            {"member": member(ana), "manual_tier_id": "tir_1", "operator_id": "kim"}
            | {"end_date": t.now.date().isoformat()}
        ),
    ),
}
UNTIMED: dict[str, tuple[Any, Fields]] = {
    "PostOrder": (
        ledger.PostOrderRequest,
        lambda t, ana: {"member": member(ana), "order": t.order(fresh("X"), "mall-1", [line(1, "NORTH", 1)])},
    ),
    "PostReturn": (ledger.PostReturnRequest, lambda t, ana: {"return_document": _return(t)}),
    "OpenReturn": (bringing.OpenReturnRequest, lambda t, ana: {"return_document": _return(t)}),
    "ExchangeOrder": (
        orders.ExchangeOrderRequest,
        lambda t, ana: {
            "member": member(ana),
            "return_document": _return(t),
            "order": t.order(fresh("X"), "mall-1", [line(1, "NORTH", 1)]),
        },
    ),
    "PlanCorrection": (people.PlanCorrectionRequest, lambda t, ana: {"revision": "rev_1"} | PERSON),
    "ApplyCorrection": (people.ApplyCorrectionRequest, lambda t, ana: {"correction_id": "cor_1", "operator_id": "lee"}),
}


def test_every_rpc_with_a_request_id_is_tried() -> None:
    service = ledger.DESCRIPTOR.services_by_name["LedgerService"]
    with_id = {rpc.name for rpc in service.methods if "request_id" in rpc.input_type.fields_by_name}
    assert with_id == {*TIMED, *UNTIMED, "RedeemPoints"}


async def test_the_id_of_a_redemption_is_refused_for_every_other_intent(shop: Till, ana: str) -> None:
    used = fresh("used")
    await shop.redeem(ana, 10, "mall-1", "LINDEN", used)
    before = await state_of(shop, ana)
    ids: dict[str, Any] = {"program_id": shop.program, "request_id": used}
    timed = ids | {"occur_time": moment(shop.now)}
    requests = {name: kind(**timed, **fields(shop, ana)) for name, (kind, fields) in TIMED.items()}
    requests |= {name: kind(**ids, **fields(shop, ana)) for name, (kind, fields) in UNTIMED.items()}
    for name, request in requests.items():
        refusal = await refusal_of(getattr(shop.mesh.ledger, name)(request))
        assert (name, *said(refusal)) == (name, "ALREADY_EXISTS", "ledger.loyalty", "REQUEST_ID_REUSED")
    assert await state_of(shop, ana) == before


# --- undoing what may have arrived


def _undoing(till: Till, kind: Any, original: str, buyer: str) -> Any:
    return kind(
        program_id=till.program,
        request_id=fresh("undo"),
        original_request_id=original,
        member=member(buyer),
        occur_time=moment(till.now),
    )


async def _authorized(till: Till, buyer: str, request_id: str) -> str:
    kind, fields = TIMED["AuthorizeRedemption"]
    request = kind(program_id=till.program, request_id=request_id, occur_time=moment(till.now), **fields(till, buyer))
    authorization_id: str = (await till.mesh.ledger.AuthorizeRedemption(request)).authorization.authorization_id
    return authorization_id


async def test_a_void_that_names_a_redemption_does_not_say_that_nothing_arrived(shop: Till, ana: str) -> None:
    spent = fresh("spent")
    await shop.redeem(ana, 10, "mall-1", "LINDEN", spent)
    void = _undoing(shop, spending.VoidRedemptionRequest, spent, ana)
    assert said(await refusal_of(shop.mesh.ledger.VoidRedemption(void)))[2] == "AUTHORIZATION_NOT_FOUND"
    restore = _undoing(shop, spending.RestoreRedemptionRequest, spent, ana)
    assert (await shop.mesh.ledger.RestoreRedemption(restore)).wallet.balance == 100


async def test_a_restore_that_names_an_authorization_does_not_say_so_either(shop: Till, ana: str) -> None:
    await _authorized(shop, ana, held := fresh("held"))
    restore = _undoing(shop, spending.RestoreRedemptionRequest, held, ana)
    assert said(await refusal_of(shop.mesh.ledger.RestoreRedemption(restore)))[2] == "REDEMPTION_NOT_FOUND"
    void = _undoing(shop, spending.VoidRedemptionRequest, held, ana)
    assert (await shop.mesh.ledger.VoidRedemption(void)).wallet.held == 0


async def test_a_till_that_does_not_know_which_it_was_keeps_both_from_arriving(shop: Till, ana: str) -> None:
    never = fresh("never")
    await shop.mesh.ledger.VoidRedemption(_undoing(shop, spending.VoidRedemptionRequest, never, ana))
    await shop.mesh.ledger.RestoreRedemption(_undoing(shop, spending.RestoreRedemptionRequest, never, ana))
    assert said(await refusal_of(shop.redeem(ana, 10, "mall-1", "LINDEN", never)))[2] == "VOIDED_BEFORE"
    assert (await shop.wallet(ana)).wallet.available == 100


async def test_a_capture_is_restored_by_its_request_id_before_and_after_it_arrives(shop: Till, ana: str) -> None:
    authorization_id = await _authorized(shop, ana, fresh("held"))
    captures = [
        spending.CaptureRedemptionRequest(
            program_id=shop.program,
            request_id=fresh("capture"),
            authorization_id=authorization_id,
            points=5,
            occur_time=moment(shop.now),
        )
        for _ in range(2)
    ]
    await shop.mesh.ledger.CaptureRedemption(captures[0])
    for capture in captures:
        restore = _undoing(shop, spending.RestoreRedemptionRequest, capture.request_id, ana)
        first, _ = await replayed(shop.mesh.ledger.RestoreRedemption(restore))
        assert await replayed(shop.mesh.ledger.RestoreRedemption(restore)) == (first, True)
    assert said(await refusal_of(shop.mesh.ledger.CaptureRedemption(captures[1])))[2] == "VOIDED_BEFORE"
    wallet = (await shop.wallet(ana)).wallet
    assert (wallet.available, wallet.held) == (95, 5)


async def test_the_same_document_number_is_a_sale_and_a_return(shop: Till, ana: str) -> None:
    number = fresh("NUMBER")
    sale = order_pb2.OrderRef(source="till-1", document_id=number)
    document = _return(shop)
    document.source, document.document_id = "till-1", number
    document.lines[0].sale_lines[0].sale_line.order.CopyFrom(sale)
    request = ledger.PostReturnRequest(
        program_id=shop.program, request_id=fresh("return"), member=member(ana), return_document=document
    )
    parked = await shop.mesh.ledger.PostReturn(request)
    assert parked.state == bringing.RETURN_STATE_PARKED
    sold = await shop.sell(ana, number, "mall-1", [line(1, "NORTH", 1_000)])
    assert (sold.earned_points, list(sold.resolved_return_ids)) == (10, [parked.return_id])
    assert sold.wallet.balance == 100
