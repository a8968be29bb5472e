"""What a client sells and takes back, in order and out of order, and what it gives away."""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from google.protobuf.message import Message
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2, return_requests_pb2
from loyalty.type.v1 import order_pb2

from tests.load.calls import Intent
from tests.load.desk import MALL, Desk
from tests.support.mesh import member


class SoldLine(NamedTuple):
    """A line some of which may still be returned."""

    document_id: str
    line_number: int


@dataclass
class Seller:
    """One client's sales. `soon` is what it does as a consequence of what it did."""

    desk: Desk
    soon: deque[Intent]
    _left: dict[SoldLine, int] = field(default_factory=dict)
    _buyers: dict[str, str] = field(default_factory=dict)
    _whole: list[str] = field(default_factory=list)
    _came_early: dict[SoldLine, int] = field(default_factory=dict)

    def next(self) -> Intent:
        """The next call out of the ordinary."""
        choice = self.desk.random.random()
        if choice < 0.2:
            return self._early_return()
        if choice < 0.35:
            return self._sale_to_nobody()
        if choice < 0.5 and self._whole:
            return self._cancellation()
        if choice < 0.65 and self._left:
            return self._exchange()
        return self._gift() if choice < 0.85 else self._transfer()

    def learn(self, request: Message, response: Message) -> None:
        """Takes in what may be returned."""
        if isinstance(request, ledger.PostOrderRequest) and not request.anonymous:
            self._sold(request.order, request.member.member_id, bool(request.tenders))
        elif isinstance(request, order_requests_pb2.ExchangeOrderRequest):
            self._sold(request.order, request.member.member_id, paid_with_points=False)

    def _sold(self, order: order_pb2.Order, buyer: str, paid_with_points: bool) -> None:
        """What was paid with points is only taken back as a whole."""
        if paid_with_points:
            self._whole.append(order.document_id)
            return
        self._buyers[order.document_id] = buyer
        for line in order.lines:
            left = line.quantity - self._came_early.get(SoldLine(order.document_id, line.line_number), 0)
            if left:
                self._left[SoldLine(order.document_id, line.line_number)] = left

    # --- calls

    def sale(self) -> ledger.PostOrderRequest:
        """A sale to anyone."""
        return ledger.PostOrderRequest(**self.desk.asked(), member=member(self.desk.anyone()), order=self.desk.order())

    def goods_back(self) -> Intent | None:
        """Pieces of one line sold by this client; at times more than are left. None if nothing can be returned."""
        if not self._left:
            return None
        sold, pieces = self._taken()
        document = self.desk.back(sold.document_id, sold.line_number, pieces)
        return Intent("PostReturn", ledger.PostReturnRequest(**self.desk.asked(), return_document=document))

    def _taken(self, more: bool = True) -> tuple[SoldLine, int]:
        random = self.desk.random
        sold, left = random.choice(list(self._left.items()))
        pieces = left + 1 if more and random.random() < 0.05 else random.randint(1, left)
        if pieces >= left:
            del self._left[sold]
        else:
            self._left[sold] = left - pieces
        return sold, pieces

    def _early_return(self) -> Intent:
        """The goods come back before their sale is told."""
        who, order = self.desk.anyone(), self.desk.order()
        line = self.desk.random.choice(order.lines)
        pieces = self.desk.random.randint(1, line.quantity)
        self._came_early[SoldLine(order.document_id, line.line_number)] = pieces
        sale = ledger.PostOrderRequest(**self.desk.asked(), member=member(who), order=order)
        self.soon.append(Intent("PostOrder", sale))
        document = self.desk.back(order.document_id, line.line_number, pieces)
        request = ledger.PostReturnRequest(**self.desk.asked(), member=member(who), return_document=document)
        return Intent("PostReturn", request)

    def _sale_to_nobody(self) -> Intent:
        """Its buyer claims it later."""
        order = self.desk.order()
        claim = order_requests_pb2.ClaimOrderRequest(
            **self.desk.asked(),
            member=member(self.desk.anyone()),
            order=self.desk.ref(order.document_id),
            **self.desk.now(),
        )
        self.soon.append(Intent("ClaimOrder", claim))
        return Intent("PostOrder", ledger.PostOrderRequest(**self.desk.asked(), order=order, anonymous=True))

    def _cancellation(self) -> Intent:
        request = return_requests_pb2.CancelOrderRequest(
            **self.desk.asked(),
            order=self.desk.ref(self._whole.pop()),
            location_id=MALL,
            reason="changed her mind",
            **self.desk.now(),
        )
        return Intent("CancelOrder", request)

    def _exchange(self) -> Intent:
        sold, pieces = self._taken(more=False)
        request = order_requests_pb2.ExchangeOrderRequest(
            **self.desk.asked(),
            member=member(self._buyers[sold.document_id]),
            return_document=self.desk.back(sold.document_id, sold.line_number, pieces),
            order=self.desk.order(),
        )
        return Intent("ExchangeOrder", request)

    def _gift(self) -> Intent:
        adjustment = people.Adjustment(
            points=self.desk.random.randint(1, 50),
            brand_id="NORTH",
            reason_code="goodwill",
            note="late delivery",
            operator_id="kim",
        )
        who = member(self.desk.anyone())
        request = people.AdjustPointsRequest(**self.desk.asked(), member=who, adjustment=adjustment, **self.desk.now())
        return Intent("AdjustPoints", request)

    def _transfer(self) -> Intent:
        giver, receiver = self.desk.anyone(), self.desk.anyone()
        if giver == receiver:
            return self._gift()
        request = people.TransferPointsRequest(
            **self.desk.asked(),
            to=member(receiver),
            points=self.desk.random.randint(1, 60),
            reason="a gift",
            **self.desk.now(),
        )
        getattr(request, "from").CopyFrom(member(giver))
        return Intent("TransferPoints", request)
