"""Amounts that no till should send, at every rpc that takes one: each is refused with its reason and moves nothing."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from loyalty.ledger.v1 import (
    correction_requests_pb2,
    order_requests_pb2,
    redemption_requests_pb2,
    return_requests_pb2,
)
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import order_pb2

from chassis.values.integers import MOST_AMOUNT
from tests.integration.mesh.hostile import refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment

_NUMBERS = itertools.count(1)
BEYOND_FLOAT, INT64_MAX = 2**53 + 1, 2**63 - 1
ABOVE, BELOW = (BEYOND_FLOAT, INT64_MAX), (-1, -INT64_MAX - 1)
TOO_MUCH = (MOST_AMOUNT + 1, *ABOVE)


def fresh(what: str) -> str:
    return f"{what}-amount-{next(_NUMBERS)}"


@dataclass(frozen=True)
class Ana:
    """A member with 100 points of a sale, 50 of which are set aside and 10 spent."""

    till: Till
    member_id: str
    sale: str
    authorization_id: str
    redemption_id: str

    def timed(self) -> dict[str, Any]:
        """Program, a request id, and the time."""
        now = moment(self.till.now)
        return {"program_id": self.till.program, "request_id": fresh("request"), "occur_time": now}

    def spending(self) -> dict[str, Any]:
        """Who spends where."""
        place = {"location_id": "mall-1", "brand_id": "LINDEN", "currency_code": "USD"}
        return {"member": member(self.member_id)} | place


@pytest.fixture
async def ana(shop: Till) -> Ana:
    """A new one."""
    buyer, sale = await shop.enroll(fresh("ANA")), fresh("SALE")
    await shop.sell(buyer, sale, "mall-1", [line(1, "NORTH", 10_000, quantity=3)])
    ana = Ana(shop, buyer, sale, "", "")
    request = redemption_requests_pb2.AuthorizeRedemptionRequest(**ana.timed(), **ana.spending(), points=50)
    held = (await shop.mesh.ledger.AuthorizeRedemption(request)).authorization.authorization_id
    spent = (await shop.redeem(buyer, 10, "mall-1", "LINDEN")).redemption.redemption_id
    return Ana(shop, buyer, sale, held, spent)


Call = Callable[[Ana, int], Awaitable[object]]


def _redeem(ana: Ana, points: int) -> Awaitable[object]:
    request = ledger.RedeemPointsRequest(**ana.timed(), **ana.spending(), points=points)
    return ana.till.mesh.ledger.RedeemPoints(request)


def _authorize(ana: Ana, points: int) -> Awaitable[object]:
    request = redemption_requests_pb2.AuthorizeRedemptionRequest(**ana.timed(), **ana.spending(), points=points)
    return ana.till.mesh.ledger.AuthorizeRedemption(request)


def _hold_for(ana: Ana, seconds: int) -> Awaitable[object]:
    request = redemption_requests_pb2.AuthorizeRedemptionRequest(
        **ana.timed(), **ana.spending(), points=5, hold_seconds=seconds
    )
    return ana.till.mesh.ledger.AuthorizeRedemption(request)


def _quoted(ana: Ana, cents: int) -> Awaitable[object]:
    request = redemption_requests_pb2.AuthorizeRedemptionRequest(
        **ana.timed(), **ana.spending(), points=5, quoted_minor_units=cents
    )
    return ana.till.mesh.ledger.AuthorizeRedemption(request)


def _increase(ana: Ana, points: int) -> Awaitable[object]:
    request = redemption_requests_pb2.IncreaseHoldRequest(
        **ana.timed(), authorization_id=ana.authorization_id, points=points
    )
    return ana.till.mesh.ledger.IncreaseHold(request)


def _capture(ana: Ana, points: int) -> Awaitable[object]:
    request = redemption_requests_pb2.CaptureRedemptionRequest(
        **ana.timed(), authorization_id=ana.authorization_id, points=points
    )
    return ana.till.mesh.ledger.CaptureRedemption(request)


def _restore(ana: Ana, points: int) -> Awaitable[object]:
    request = redemption_requests_pb2.RestoreRedemptionRequest(
        **ana.timed(), redemption_id=ana.redemption_id, points=points
    )
    return ana.till.mesh.ledger.RestoreRedemption(request)


def _return(unit: str) -> Call:

    def call(ana: Ana, amount: int) -> Awaitable[object]:
        sale = order_pb2.OrderRef(source="till-1", document_id=ana.sale)
        taken = returns.ReturnedShare(sale_line=returns.SaleLineRef(order=sale, line_number=1))
        setattr(taken, unit, amount)
        document = returns.Return(
            source="till-2",
            document_id=fresh("RETURN"),
            location_id="mall-1",
            occur_time=moment(ana.till.now),
            lines=[returns.ReturnLine(line_number=1, sale_lines=[taken])],
        )
        ids: dict[str, Any] = {"program_id": ana.till.program, "request_id": fresh("return")}
        return ana.till.mesh.ledger.PostReturn(ledger.PostReturnRequest(**ids, return_document=document))

    return call


def _transfer(ana: Ana, points: int) -> Awaitable[object]:
    request = correction_requests_pb2.TransferPointsRequest(**ana.timed(), points=points, reason="gift")
    request.to.CopyFrom(member(ana.member_id))
    getattr(request, "from").CopyFrom(member(ana.member_id))
    return ana.till.mesh.ledger.TransferPoints(request)


def _adjust(ana: Ana, points: int) -> Awaitable[object]:
    change = correction_requests_pb2.Adjustment(
        points=points, brand_id="NORTH", reason_code="goodwill", operator_id="kim"
    )
    request = correction_requests_pb2.AdjustPointsRequest(
        **ana.timed(), member=member(ana.member_id), adjustment=change
    )
    return ana.till.mesh.ledger.AdjustPoints(request)


def _correct(ana: Ana, cents: int) -> Awaitable[object]:
    request = order_requests_pb2.CorrectOrderLineRequest(
        **ana.timed(),
        order=order_pb2.OrderRef(source="till-1", document_id=ana.sale),
        line=line(1, "NORTH", cents, quantity=3),
        reason="price",
        operator_id="kim",
        location_id="mall-1",
    )
    return ana.till.mesh.ledger.CorrectOrderLine(request)


def _page(ana: Ana, size: int) -> Awaitable[object]:
    request = return_requests_pb2.ListParkedReturnsRequest(program_id=ana.till.program, page_size=size % 2**31)
    return ana.till.mesh.ledger.ListParkedReturns(request)


MALFORMED, SHORT = "MALFORMED", "INSUFFICIENT_POINTS"
CASES: dict[str, tuple[Call, dict[str, tuple[int, ...]]]] = {
    "redeem": (_redeem, {MALFORMED: (0, *BELOW), SHORT: (41, *ABOVE), "WORTH_NOTHING": (1,)}),
    "authorize": (_authorize, {MALFORMED: (0, *BELOW), SHORT: (41, *ABOVE), "WORTH_NOTHING": (1,)}),
    "hold": (_hold_for, {MALFORMED: (*BELOW, *ABOVE)}),
    "quoted": (_quoted, {"QUOTE_CHANGED": (0, *BELOW, *ABOVE)}),
    "increase": (_increase, {MALFORMED: (0, *BELOW), SHORT: (41, *ABOVE)}),
    "capture": (_capture, {MALFORMED: BELOW, "CAPTURE_EXCEEDS_HOLD": (51, *ABOVE), "WORTH_NOTHING": (1,)}),
    "restore": (_restore, {MALFORMED: BELOW, "NOT_RESTORABLE": (11, *ABOVE)}),
    "return pieces": (_return("quantity"), {MALFORMED: (0, *BELOW, *TOO_MUCH), "NOT_RETURNABLE": (4, MOST_AMOUNT)}),
    "return cents": (
        _return("amount_minor_units"),
        {MALFORMED: (0, *BELOW, *TOO_MUCH), "NOT_RETURNABLE": (10_001, MOST_AMOUNT)},
    ),
    "transfer": (_transfer, {MALFORMED: (0, *BELOW, *TOO_MUCH), "SAME_WALLET": (1, MOST_AMOUNT)}),
    "adjust": (_adjust, {MALFORMED: (0, -MOST_AMOUNT - 1, *TOO_MUCH), SHORT: (-41, -10_000)}),
    "correct": (_correct, {MALFORMED: (*BELOW, *TOO_MUCH)}),
    "page": (_page, {MALFORMED: (1_001, INT64_MAX)}),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_amount_that_cannot_be_is_refused_and_moves_nothing(ana: Ana, case: str) -> None:
    call, wanted = CASES[case]
    before = await state_of(ana.till, ana.member_id)
    for reason, amounts in wanted.items():
        for amount in amounts:
            assert (said(await refusal_of(call(ana, amount)))[2], amount) == (reason, amount)
    assert await state_of(ana.till, ana.member_id) == before


async def test_the_largest_amounts_are_kept_exactly_and_can_be_undone(shop: Till, ana: Ana) -> None:
    for net in (MOST_AMOUNT - 1, MOST_AMOUNT):
        sold = await shop.sell(ana.member_id, sale := fresh("LARGE"), "mall-1", [line(1, "NORTH", net)])
        assert (sold.earned_points, sold.wallet.balance) == (net // 100, 90 + net // 100)
        back = await shop.give_back(fresh("BACK"), "mall-1", sale, {1: None})
        assert (back.reversed_points, back.wallet.balance) == (net // 100, 90)


async def test_a_line_is_corrected_to_nothing_to_the_most_and_back(ana: Ana) -> None:
    for cents, granted in ((0, 0), (MOST_AMOUNT, MOST_AMOUNT // 100), (10_000, 100)):
        answer: Any = await _correct(ana, cents)
        # 10 of the sale's points are spent, so that nothing leaves ten of debt.
        assert (answer.wallet.balance, answer.corrected[0].granted_after) == (granted - 10, granted)


async def test_a_quote_of_too_much_tells_what_there_is_or_that_it_does_not_fit(ana: Ana) -> None:
    asked = ledger.QuoteRedemptionRequest(program_id=ana.till.program, **ana.spending(), points=BEYOND_FLOAT)
    quote = (await ana.till.mesh.ledger.QuoteRedemption(asked)).quote
    assert (quote.available, quote.value.minor_units) == (40, BEYOND_FLOAT * 4 // 5)
    asked.points = INT64_MAX
    # At Peak a point is worth more than a cent.
    assert said(await refusal_of(ana.till.mesh.ledger.QuoteRedemption(asked)))[2] == "AMOUNT_OUT_OF_RANGE"
