"""Requests of all kinds at one till, with the long messages filled in."""

import itertools
from datetime import datetime
from typing import Any

from loyalty.ledger.v1 import (
    authorization_pb2,
    order_requests_pb2,
    redemption_requests_pb2,
    return_requests_pb2,
    standing_pb2,
)
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import order_pb2

from tests.support.mesh import Till, line, member, moment

MALL = "mall-1"
HOLD_SECONDS = 1_000_000
_NUMBERS = itertools.count(1)


class Requests:
    """Sales have one line of North; everything happens at the mall, and points are spent at Linden."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def new(self, what: str) -> str:
        """An id."""
        return f"{what}-{next(_NUMBERS)}"

    def _asked(self, request_id: str = "") -> dict[str, Any]:
        return {"program_id": self.till.program, "request_id": request_id or self.new("deed")}

    def _now(self) -> dict[str, Any]:
        return {"occur_time": moment(self.till.now)}

    def _ref(self, sale: str) -> order_pb2.OrderRef:
        return order_pb2.OrderRef(source="till-1", document_id=sale)

    # --- selling

    def sale(self, buyer: str, document: str, points: int, pieces: int = 2, **more: Any) -> ledger.PostOrderRequest:
        """A sale; to nobody without a buyer."""
        order = self.till.order(document, MALL, [line(1, "NORTH", 100 * points, quantity=pieces)])
        who = {"member": member(buyer)} if buyer else {"anonymous": True}
        return ledger.PostOrderRequest(**self._asked(), order=order, **who, **more)

    def claim(self, who: str, sale: str) -> order_requests_pb2.ClaimOrderRequest:
        """Credits a sale that named nobody."""
        return order_requests_pb2.ClaimOrderRequest(
            **self._asked(), member=member(who), order=self._ref(sale), **self._now()
        )

    def correction(self, sale: str, points: int) -> order_requests_pb2.CorrectOrderLineRequest:
        """Another price."""
        return order_requests_pb2.CorrectOrderLineRequest(
            **self._asked(),
            order=self._ref(sale),
            line=line(1, "NORTH", 100 * points, quantity=2),
            reason="wrong price",
            operator_id="kim",
            location_id=MALL,
            **self._now(),
        )

    # --- spending

    def _spent(self, who: str, points: int) -> dict[str, Any]:
        return {
            "member": member(who),
            "location_id": MALL,
            "brand_id": "LINDEN",
            "currency_code": "USD",
            "points": points,
            **self._now(),
        }

    def redemption(self, who: str, points: int, request_id: str = "") -> ledger.RedeemPointsRequest:
        """Points spent."""
        return ledger.RedeemPointsRequest(**self._asked(request_id), **self._spent(who, points))

    def authorization(
        self, who: str, points: int, request_id: str = ""
    ) -> redemption_requests_pb2.AuthorizeRedemptionRequest:
        """Points set aside."""
        return redemption_requests_pb2.AuthorizeRedemptionRequest(
            **self._asked(request_id), **self._spent(who, points), hold_seconds=HOLD_SECONDS
        )

    def increase(self, held: str, points: int) -> redemption_requests_pb2.IncreaseHoldRequest:
        """More set aside."""
        return redemption_requests_pb2.IncreaseHoldRequest(
            **self._asked(), authorization_id=held, points=points, **self._now()
        )

    def capture(self, held: str, points: int) -> redemption_requests_pb2.CaptureRedemptionRequest:
        """Points spent of what is set aside; 0: all."""
        return redemption_requests_pb2.CaptureRedemptionRequest(
            **self._asked(), authorization_id=held, points=points, **self._now()
        )

    def void(self, who: str, original: str) -> redemption_requests_pb2.VoidRedemptionRequest:
        """Frees what was set aside under a request id."""
        return redemption_requests_pb2.VoidRedemptionRequest(
            **self._asked(), original_request_id=original, member=member(who), **self._now()
        )

    def restore(self, who: str, original: str, points: int) -> redemption_requests_pb2.RestoreRedemptionRequest:
        """Gives back what was spent under a request id; 0: all that is left."""
        return redemption_requests_pb2.RestoreRedemptionRequest(
            **self._asked(),
            original_request_id=original,
            member=member(who),
            points=points,
            reason="changed her mind",
            **self._now(),
        )

    # --- returning

    def back(self, sale: str, document: str = "") -> returns.Return:
        """A piece of a sale."""
        share = returns.ReturnedShare(sale_line=returns.SaleLineRef(order=self._ref(sale), line_number=1), quantity=1)
        return returns.Return(
            source="till-1",
            document_id=document or self.new("back"),
            location_id=MALL,
            lines=[returns.ReturnLine(line_number=1, sale_lines=[share])],
            **self._now(),
        )

    def goods_back(self, sale: str, who: str = "", document: str = "") -> ledger.PostReturnRequest:
        """A return; it waits for its sale if it says whose it is."""
        named: dict[str, Any] = {"member": member(who)} if who else {}
        return ledger.PostReturnRequest(**self._asked(), **named, return_document=self.back(sale, document))

    def announcement(self, sale: str, document: str = "") -> return_requests_pb2.OpenReturnRequest:
        """A return that will come."""
        return return_requests_pb2.OpenReturnRequest(**self._asked(), return_document=self.back(sale, document))

    def withdrawal(self, return_id: str) -> return_requests_pb2.CancelReturnRequest:
        """A return that will not come."""
        return return_requests_pb2.CancelReturnRequest(**self._asked(), return_id=return_id, **self._now())

    def rejection(self, return_id: str) -> return_requests_pb2.ResolveParkedReturnRequest:
        """A return that waits no longer."""
        return return_requests_pb2.ResolveParkedReturnRequest(
            **self._asked(), return_id=return_id, reject="never sold", operator_id="kim", **self._now()
        )

    def cancel(self, sale: str) -> return_requests_pb2.CancelOrderRequest:
        """A whole sale is taken back."""
        return return_requests_pb2.CancelOrderRequest(
            **self._asked(), order=self._ref(sale), location_id=MALL, reason="changed her mind", **self._now()
        )

    def exchange(
        self, who: str, sale: str, tenders: list[authorization_pb2.Tender]
    ) -> order_requests_pb2.ExchangeOrderRequest:
        """A piece of a sale for something else."""
        return order_requests_pb2.ExchangeOrderRequest(
            **self._asked(),
            member=member(who),
            return_document=self.back(sale),
            order=self.till.order(self.new("sale"), MALL, [line(1, "HARBOR", 4000)]),
            tenders=tenders,
        )

    # --- what people decide

    def adjustment(self, who: str, points: int, expire: datetime | None = None) -> people.AdjustPointsRequest:
        """Points given or taken."""
        adjustment = people.Adjustment(
            points=points, brand_id="NORTH", reason_code="goodwill", note="late delivery", operator_id="kim"
        )
        if expire is not None:
            adjustment.expire_time.CopyFrom(moment(expire))
        return people.AdjustPointsRequest(**self._asked(), member=member(who), adjustment=adjustment, **self._now())

    def extension(self, who: str, until: datetime) -> people.ExtendExpiryRequest:
        """A later expiry."""
        return people.ExtendExpiryRequest(
            **self._asked(),
            member=member(who),
            expire_time=moment(until),
            reason="goodwill",
            operator_id="kim",
            **self._now(),
        )

    def tier(self, who: str, tier: str) -> standing_pb2.SetTierRequest:
        """A tier set by hand."""
        return standing_pb2.SetTierRequest(
            **self._asked(),
            member=member(who),
            ladder_id="status",
            tier_id=tier,
            start_date=self.till.now.date().isoformat(),
            reason="goodwill",
            approver_id="lee",
            operator_id="kim",
            **self._now(),
        )

    def no_tier(self, who: str, manual_tier_id: str) -> standing_pb2.EndTierRequest:
        """Its end."""
        return standing_pb2.EndTierRequest(
            **self._asked(),
            member=member(who),
            manual_tier_id=manual_tier_id,
            end_date=self.till.now.date().isoformat(),
            operator_id="kim",
            **self._now(),
        )

    def transfer(self, giver: str, receiver: str, points: int) -> people.TransferPointsRequest:
        """Points for another member."""
        request = people.TransferPointsRequest(
            **self._asked(), to=member(receiver), points=points, reason="a gift", **self._now()
        )
        getattr(request, "from").CopyFrom(member(giver))
        return request
