"""What deeds are made of: members, sales, holds and documents of their own."""

import itertools
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import redemption_requests_pb2
from loyalty.type.v1 import order_pb2

from ledger_service.domain.hold import authorization_id_of
from tests.fault.many_ledgers import patiently
from tests.load.calls import Intent
from tests.support.mesh import Till, line, member, moment

CALLER = "till"
"""The subject of the token of tills."""
MALL = "mall-1"
HOLD_SECONDS = 1_000_000
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Deed:
    """A call to make, of which nothing has been made yet. `members` are the wallets it moves; `claims` are the
    requests, as (caller, request id), that its transactions claim, in their order."""

    kind: str
    intent: Intent
    members: tuple[str, ...]
    claims: tuple[tuple[str, str], ...]


class Bench:
    """What deeds have in common at one till. Every member and document is new."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def new(self, what: str) -> str:
        """An id."""
        return f"{what}-{next(_NUMBERS)}"

    def asked(self, request_id: str = "") -> dict[str, Any]:
        """Whose program it is, under a request id of its own."""
        return {"program_id": self.till.program, "request_id": request_id or self.new("deed")}

    def deed(self, kind: str, request: Message, *members: str) -> Deed:
        """A deed of one transaction."""
        name = type(request).__name__.removesuffix("Request")
        request_id: str = getattr(request, "request_id")  # noqa: B009 - every request has one, Message does not say so
        return Deed(kind, Intent(name, request), members, ((CALLER, request_id),))

    async def done(self, request: Message) -> Message:
        """Does what comes before a deed."""
        call = getattr(self.till.mesh.ledger, type(request).__name__.removesuffix("Request"))
        answer: Message = await patiently(lambda: call(request))
        return answer

    async def member(self, points: int = 0) -> str:
        """A new member with so many points."""
        name = await patiently(lambda: self.till.enroll(self.new("DEED")))
        if points:
            await self.done(self.sale(name, self.new("first"), points))
        return name

    def sale(self, buyer: str, document: str, points: int, pieces: int = 2, **more: Any) -> ledger.PostOrderRequest:
        """A sale of one line; to nobody without a buyer."""
        order = self.till.order(document, MALL, [line(1, "NORTH", 100 * points, quantity=pieces)])
        who = {"member": member(buyer)} if buyer else {"anonymous": True}
        return ledger.PostOrderRequest(**self.asked(), order=order, **who, **more)

    def spent(self, who: str, points: int) -> dict[str, Any]:
        """Points of a member, at a shop."""
        return {
            "member": member(who),
            "location_id": MALL,
            "brand_id": "LINDEN",
            "currency_code": "USD",
            "points": points,
            "occur_time": moment(self.till.now),
        }

    def redemption(self, who: str, points: int, request_id: str = "") -> ledger.RedeemPointsRequest:
        """Points spent."""
        return ledger.RedeemPointsRequest(**self.asked(request_id), **self.spent(who, points))

    def authorization(
        self, who: str, points: int, request_id: str = ""
    ) -> redemption_requests_pb2.AuthorizeRedemptionRequest:
        """Points set aside."""
        spent = self.spent(who, points)
        return redemption_requests_pb2.AuthorizeRedemptionRequest(
            **self.asked(request_id),
            **spent,
            hold_seconds=HOLD_SECONDS,
        )

    async def held(self, who: str, points: int) -> str:
        """The id of an authorization."""
        request = self.authorization(who, points)
        await self.done(request)
        return authorization_id_of(self.till.program, CALLER, request.request_id)

    def back(self, sale: str, document: str = "") -> returns.Return:
        """A piece of a sale's only line."""
        ref = order_pb2.OrderRef(source="till-1", document_id=sale)
        share = returns.ReturnedShare(sale_line=returns.SaleLineRef(order=ref, line_number=1), quantity=1)
        return returns.Return(
            source="till-1",
            document_id=document or self.new("back"),
            location_id=MALL,
            occur_time=moment(self.till.now),
            lines=[returns.ReturnLine(line_number=1, sale_lines=[share])],
        )

    async def parked(self, who: str, sale: str) -> None:
        """A return that waits for its sale."""
        await self.done(ledger.PostReturnRequest(**self.asked(), member=member(who), return_document=self.back(sale)))
