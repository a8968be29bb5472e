"""Chooses what a client does next: mostly sales, then spending, returns of its own sales, and new members."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from google.protobuf.message import Message
from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import member_pb2, order_pb2

from tests.load.calls import Intent
from tests.support.mesh import member, moment

MALL = "mall-1"
BRANDS = ("NORTH", "HARBOR", "PEAK", "LINDEN")
START = datetime(2026, 3, 2, tzinfo=UTC)
MOST_MEMBERS = 12


class SoldLine(NamedTuple):
    """A line some of which may still be returned."""

    document_id: str
    line_number: int


@dataclass
class Shopper:
    """One client's choices. `members` is shared by all clients, so that they meet on the same wallets."""

    name: str
    program: str
    members: list[str]
    random: Random
    _left: dict[SoldLine, int] = field(default_factory=dict)
    _count: int = 0

    def next(self) -> Intent:
        """The next call, with a request id of its own."""
        if not self.members or (len(self.members) < MOST_MEMBERS and self.random.random() < 0.05):
            return Intent("EnrollMember", self.enrolment())
        choice = self.random.random()
        if choice < 0.3:
            return Intent("RedeemPoints", self.redemption())
        if choice < 0.5 and self._left:
            return Intent("PostReturn", self.goods_back())
        return Intent("PostOrder", self.sale())

    def learn(self, intent: Intent, response: Message) -> None:
        """Takes in what became of a call: a member to shop for, a sale to return."""
        if isinstance(response, identity.EnrollMemberResponse):
            self.members.append(response.member.member_id)
        request = intent.request
        if isinstance(request, ledger.PostOrderRequest):
            for line in request.order.lines:
                self._left[SoldLine(request.order.document_id, line.line_number)] = line.quantity

    def enrolment(self) -> identity.EnrollMemberRequest:
        """A person with a new card."""
        card = member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=f"{self.name}{self._number()}")
        return identity.EnrollMemberRequest(program_id=self.program, request_id=self._id(), identifiers=[card])

    def sale(self) -> ledger.PostOrderRequest:
        """One to four lines of any brands."""
        document_id = f"{self.name}-D{self._number()}"
        lines = [self._line(number) for number in range(1, self.random.randint(2, 5))]
        order = order_pb2.Order(
            source=self.name,
            document_id=document_id,
            location_id=MALL,
            occur_time=moment(self._now()),
            currency_code="USD",
            total_minor_units=sum(line.net_minor_units for line in lines),
            lines=lines,
        )
        return ledger.PostOrderRequest(
            program_id=self.program, request_id=self._id(), member=member(self._anyone()), order=order
        )

    def redemption(self) -> ledger.RedeemPointsRequest:
        """Some points, at any brand; at times more than there are."""
        return ledger.RedeemPointsRequest(
            program_id=self.program,
            request_id=self._id(),
            member=member(self._anyone()),
            location_id=MALL,
            brand_id=self.random.choice(BRANDS),
            currency_code="USD",
            points=self.random.choice((10, 37, 80, 200, 1_000)),
            occur_time=moment(self._now()),
        )

    def goods_back(self) -> ledger.PostReturnRequest:
        """Pieces of one line sold by this client; at times more than are left."""
        sold, left = self.random.choice(list(self._left.items()))
        pieces = self.random.randint(1, left) if self.random.random() < 0.95 else left + 1
        if pieces >= left:
            del self._left[sold]
        else:
            self._left[sold] = left - pieces
        ref = order_pb2.OrderRef(source=self.name, document_id=sold.document_id)
        share = returns.ReturnedShare(
            sale_line=returns.SaleLineRef(order=ref, line_number=sold.line_number), quantity=pieces
        )
        document = returns.Return(
            source=self.name,
            document_id=f"{self.name}-R{self._number()}",
            location_id=MALL,
            occur_time=moment(self._now()),
            lines=[returns.ReturnLine(line_number=1, sale_lines=[share])],
        )
        return ledger.PostReturnRequest(program_id=self.program, request_id=self._id(), return_document=document)

    def _line(self, number: int) -> order_pb2.OrderLine:
        brand = self.random.choice(BRANDS)
        active = brand == "PEAK" and self.random.random() < 0.5
        return order_pb2.OrderLine(
            line_number=number,
            brand_id=brand,
            sku=f"SKU-{number}",
            category_ids=["activewear"] if active else [],
            quantity=self.random.randint(1, 5),
            net_minor_units=self.random.randint(1, 12_000),
        )

    def _anyone(self) -> str:
        return self.random.choice(self.members)

    def _now(self) -> datetime:
        return START + timedelta(seconds=self._count)

    def _number(self) -> int:
        self._count += 1
        return self._count

    def _id(self) -> str:
        return f"{self.name}:{self._number()}"
