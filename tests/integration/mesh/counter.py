"""The counter where goods come back, on the running mesh."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from loyalty.ledger.v1 import authorization_pb2, order_requests_pb2, redemption_requests_pb2, return_requests_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.type.v1 import order_pb2

from tests.support.mesh import Till, member, moment

_NUMBERS = itertools.count(1)


def share(sale: str, number: int, *, pieces: int = 0, cents: int = 0) -> returns.ReturnedShare:
    """Pieces or cents of a sale's line; the whole line without either."""
    ref = order_pb2.OrderRef(source="till-1", document_id=sale)
    named = returns.SaleLineRef(order=ref, line_number=number)
    if cents:
        return returns.ReturnedShare(sale_line=named, amount_minor_units=cents)
    if pieces:
        return returns.ReturnedShare(sale_line=named, quantity=pieces)
    return returns.ReturnedShare(sale_line=named, whole=True)


@dataclass
class Counter:
    """Short calls about returns; documents carry the counter's name."""

    till: Till
    name: str
    at: str = "mall-1"
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def called(self, document_id: str) -> str:
        """A document id of its own."""
        return f"{self.name}-{self.number}-{document_id}"

    def document(self, document_id: str, shares: Sequence[returns.ReturnedShare]) -> returns.Return:
        """A return with each share on a line of its own."""
        return returns.Return(
            source="till-2",
            document_id=self.called(document_id),
            location_id=self.at,
            occur_time=moment(self.till.now),
            lines=[returns.ReturnLine(line_number=n, sale_lines=[each]) for n, each in enumerate(shares, start=1)],
        )

    async def bring(
        self, document_id: str, *shares: returns.ReturnedShare, by: str = "", request_id: str = ""
    ) -> ledger.PostReturnResponse:
        """Posts a return."""
        request = ledger.PostReturnRequest(
            program_id=self.till.program,
            request_id=request_id or self._request(),
            return_document=self.document(document_id, shares),
        )
        if by:
            request.member.CopyFrom(member(by))
        return await self.till.mesh.ledger.PostReturn(request)

    async def announce(
        self, document_id: str, *shares: returns.ReturnedShare, request_id: str = ""
    ) -> return_requests_pb2.OpenReturnResponse:
        """Announces a return."""
        request = return_requests_pb2.OpenReturnRequest(
            program_id=self.till.program,
            request_id=request_id or self._request(),
            return_document=self.document(document_id, shares),
        )
        return await self.till.mesh.ledger.OpenReturn(request)

    async def cancel(self, return_id: str, request_id: str = "") -> return_requests_pb2.CancelReturnResponse:
        """Cancels an announced return."""
        request = return_requests_pb2.CancelReturnRequest(
            program_id=self.till.program,
            request_id=request_id or self._request(),
            return_id=return_id,
            occur_time=moment(self.till.now),
        )
        return await self.till.mesh.ledger.CancelReturn(request)

    async def known(self, return_id: str) -> return_requests_pb2.PostedReturn:
        """A return as it stands."""
        request = return_requests_pb2.GetReturnRequest(program_id=self.till.program, return_id=return_id)
        return (await self.till.mesh.ledger.GetReturn(request)).posted_return

    async def state(self, return_id: str) -> str:
        """Where a return stands, in a word."""
        known = await self.known(return_id)
        return return_requests_pb2.ReturnState.Name(known.state).removeprefix("RETURN_STATE_")

    async def resolve(
        self,
        return_id: str,
        *corrected: returns.ReturnedShare,
        reject: str = "",
        request_id: str = "",
    ) -> return_requests_pb2.ResolveParkedReturnResponse:
        """Ends the waiting of a parked return."""
        request = return_requests_pb2.ResolveParkedReturnRequest(
            program_id=self.till.program,
            request_id=request_id or self._request(),
            return_id=return_id,
            operator_id="kim",
            occur_time=moment(self.till.now),
        )
        if reject:
            request.reject = reject
        else:
            request.correct.lines.extend(self.document("", corrected).lines)
        return await self.till.mesh.ledger.ResolveParkedReturn(request)

    async def parked(self, **asked: object) -> return_requests_pb2.ListParkedReturnsResponse:
        """A page of parked returns."""
        request = return_requests_pb2.ListParkedReturnsRequest(program_id=self.till.program, **asked)  # type: ignore[arg-type]
        return await self.till.mesh.ledger.ListParkedReturns(request)

    async def cancel_sale(self, sale: str, request_id: str = "") -> return_requests_pb2.CancelOrderResponse:
        """Takes a whole sale back."""
        request = return_requests_pb2.CancelOrderRequest(
            program_id=self.till.program,
            request_id=request_id or self._request(),
            order=order_pb2.OrderRef(source="till-1", document_id=sale),
            location_id=self.at,
            reason="changed her mind",
            occur_time=moment(self.till.now),
        )
        return await self.till.mesh.ledger.CancelOrder(request)

    async def exchange(
        self,
        buyer: str,
        document_id: str,
        shares: Sequence[returns.ReturnedShare],
        sale: str,
        lines: Sequence[order_pb2.OrderLine],
        request_id: str = "",
        tenders: Sequence[authorization_pb2.Tender] = (),
    ) -> order_requests_pb2.ExchangeOrderResponse:
        """Takes goods back and sells others."""
        request = order_requests_pb2.ExchangeOrderRequest(
            program_id=self.till.program,
            request_id=request_id or self._request(),
            member=member(buyer),
            return_document=self.document(document_id, shares),
            order=self.till.order(sale, self.at, lines),
            tenders=tenders,
        )
        return await self.till.mesh.ledger.ExchangeOrder(request)

    async def set_aside(self, buyer: str, points: int, brand: str) -> authorization_pb2.Tender:
        """Authorizes points, to pay with."""
        request = redemption_requests_pb2.AuthorizeRedemptionRequest(
            program_id=self.till.program,
            request_id=self._request(),
            member=member(buyer),
            location_id=self.at,
            brand_id=brand,
            currency_code="USD",
            points=points,
            occur_time=moment(self.till.now),
        )
        answer = await self.till.mesh.ledger.AuthorizeRedemption(request)
        return authorization_pb2.Tender(authorization_id=answer.authorization.authorization_id)

    async def sell_to_nobody(self, sale: str, lines: Sequence[order_pb2.OrderLine]) -> ledger.PostOrderResponse:
        """Posts a sale that names no member."""
        request = ledger.PostOrderRequest(
            program_id=self.till.program,
            request_id=self._request(),
            order=self.till.order(sale, self.at, lines),
            anonymous=True,
        )
        return await self.till.mesh.ledger.PostOrder(request)

    async def claim(self, buyer: str, sale: str) -> order_requests_pb2.ClaimOrderResponse:
        """Credits such a sale."""
        request = order_requests_pb2.ClaimOrderRequest(
            program_id=self.till.program,
            request_id=self._request(),
            member=member(buyer),
            order=order_pb2.OrderRef(source="till-1", document_id=sale),
            occur_time=moment(self.till.now),
        )
        return await self.till.mesh.ledger.ClaimOrder(request)

    def _request(self) -> str:
        return f"{self.name}-{self.number}-request-{next(_NUMBERS)}"
