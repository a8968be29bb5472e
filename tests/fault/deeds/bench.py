"""What deeds are made of: members, sales, holds and documents of their own."""

from dataclasses import dataclass
from typing import TypeVar

from google.protobuf.message import Message
from loyalty.ledger.v1 import authorization_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.return_requests_pb2 import OpenReturnResponse

from ledger_service.domain.hold import authorization_id_of
from tests.fault.deeds.requests import Requests
from tests.fault.many_ledgers import patiently
from tests.load.calls import RESPONSES, Intent

CALLER = "till"
"""The subject of the token of tills."""

T = TypeVar("T", bound=Message)


def intent_of(request: Message) -> Intent:
    """The call that a request is for."""
    return Intent(type(request).__name__.removesuffix("Request"), request)


def request_id_of(request: Message) -> str:
    """The id of a request."""
    found: str = getattr(request, "request_id")  # noqa: B009 - every request has one, Message does not say so
    return found


@dataclass(frozen=True, slots=True)
class Deed:
    """A call to make, of which nothing has been made yet. `members` are the wallets it moves; `claims` are the
    requests, as (caller, request id), that its transactions claim, in their order."""

    intent: Intent
    members: tuple[str, ...]
    claims: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: Message, *members: str) -> "Deed":
        """A deed of one transaction."""
        return cls(intent_of(request), members, ((CALLER, request_id_of(request)),))


class Bench(Requests):
    """Requests, and what must have been done before them. Every member and document is new."""

    async def done(self, request: Message, answer: type[T]) -> T:
        """Does what comes before a deed."""
        intent = intent_of(request)
        assert RESPONSES[intent.rpc].DESCRIPTOR is answer.DESCRIPTOR
        call = getattr(self.till.mesh.ledger, intent.rpc)
        heard: T = await patiently(lambda: call(request))
        return heard

    async def member(self, points: int = 0) -> str:
        """A new member with so many points."""
        name = await patiently(lambda: self.till.enroll(self.new("DEED")))
        if points:
            await self.sold(name, points)
        return name

    async def sold(self, buyer: str, points: int = 50, tenders: list[authorization_pb2.Tender] | None = None) -> str:
        """A sale that has been posted, to nobody without a buyer; its document id."""
        document = self.new("sale")
        await self.done(self.sale(buyer, document, points, tenders=tenders or []), ledger.PostOrderResponse)
        return document

    async def spent(self, who: str, points: int) -> str:
        """A redemption that has been made; its request id."""
        request = self.redemption(who, points)
        await self.done(request, ledger.RedeemPointsResponse)
        return request.request_id

    async def held(self, who: str, points: int, request_id: str = "") -> str:
        """An authorization that has been made; its id."""
        request = self.authorization(who, points, request_id)
        call = self.till.mesh.ledger.AuthorizeRedemption
        await patiently(lambda: call(request))
        return authorization_id_of(self.till.program, CALLER, request.request_id)

    async def tender(self, who: str, points: int) -> authorization_pb2.Tender:
        """Points set aside, to pay with."""
        return authorization_pb2.Tender(authorization_id=await self.held(who, points))

    async def parked(self, who: str, sale: str) -> str:
        """A return that waits for its sale; its id."""
        return (await self.done(self.goods_back(sale, who), ledger.PostReturnResponse)).return_id

    async def announced(self, sale: str, document: str = "") -> str:
        """A return that will come; its id."""
        return (await self.done(self.announcement(sale, document), OpenReturnResponse)).return_id
