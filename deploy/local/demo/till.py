"""A till: what a cashier's machine may call. Every call is the root of a trace and has a request id of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from loyalty.identity.v1 import identity_service_pb2 as identity
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import read_requests_pb2, redemption_pb2, standing_pb2
from loyalty.type.v1 import log_position_pb2, member_pb2, order_pb2, proof_pb2

from chassis.runtime.telemetry import span
from deploy.local.demo.patience import patiently
from deploy.local.demo.sample import SOURCE, Sale
from deploy.local.demo.words import CURRENCY, moment
from deploy.local.mesh import Mesh


def card(number: str) -> member_pb2.MemberRef:
    """A member by the card that is shown."""
    return member_pb2.MemberRef(identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_CARD, value=number))


Who = str | member_pb2.MemberRef
"""A member: the number of her card, or anything else that points to her."""


def ref(who: Who) -> member_pb2.MemberRef:
    """A member as calls name her."""
    return card(who) if isinstance(who, str) else who


def app(installation: str) -> member_pb2.MemberRef:
    """A member by the app that is held up to the scanner."""
    return member_pb2.MemberRef(
        identifier=member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_APP, value=installation)
    )


@dataclass(frozen=True, slots=True)
class Till:
    """One caller in one program. `reached` keeps the log positions of its answers, so that the books can be asked for
    once they hold everything this till has done."""

    mesh: Mesh
    program: str
    reached: dict[int, int] = field(default_factory=dict)

    async def enroll(self, number: str, birthday: member_pb2.MonthDay | None = None) -> str:
        """The member id behind a card; new, or the one it had."""
        request = identity.EnrollMemberRequest(
            program_id=self.program,
            request_id=f"enroll-{number}",
            identifiers=[card(number).identifier],
            birthday=birthday,
        )
        with span("till enroll"):
            return (await patiently(lambda: self.mesh.identity.EnrollMember(request))).member.member_id

    async def register(
        self, name: str, identifiers: Sequence[member_pb2.Identifier], home_location_id: str = ""
    ) -> str:
        """The member id behind what points to a person; `name` names the intent."""
        request = identity.EnrollMemberRequest(
            program_id=self.program,
            request_id=f"enroll-{name}",
            identifiers=identifiers,
            home_location_id=home_location_id,
        )
        with span("till enroll"):
            return (await patiently(lambda: self.mesh.identity.EnrollMember(request))).member.member_id

    async def link(self, number: str, other: member_pb2.MemberRef) -> None:
        """Lets one more identifier point to the member behind a card."""
        request = identity.LinkIdentifierRequest(
            program_id=self.program,
            request_id=f"link-{other.identifier.value}",
            member_id=await self.enroll(number),
            identifier=other.identifier,
        )
        with span("till link"):
            await patiently(lambda: self.mesh.identity.LinkIdentifier(request))

    async def sell_many(self, sales: Sequence[Sale]) -> Sequence[ledger.BatchPostOrdersResult]:
        """Posts sales in one call; the result of each, in order."""
        orders = [self._sale(sale.card, sale.order) for sale in sales]
        with span("till upload", {"loyalty.orders": len(orders)}):
            answer = await patiently(
                lambda: self.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=orders))
            )
        for result in answer.results:
            if result.HasField("posted"):
                self._saw(result.posted.position)
        return answer.results

    async def sell(self, who: Who, order: order_pb2.Order) -> ledger.PostOrderResponse:
        """Posts one sale."""
        with span("till sale"):
            answer = await patiently(lambda: self.mesh.ledger.PostOrder(self._sale(who, order)))
        self._saw(answer.position)
        return answer

    async def preview(self, number: str, order: order_pb2.Order) -> ledger.PreviewOrderResponse:
        """What a sale would earn."""
        request = ledger.PreviewOrderRequest(program_id=self.program, member=card(number), order=order)
        with span("till preview"):
            return await self.mesh.ledger.PreviewOrder(request)

    async def quote(
        self, who: member_pb2.MemberRef, location: str, brand: str, points: int = 0
    ) -> redemption_pb2.Quote:
        """What points are worth; all that are available if 0."""
        request = ledger.QuoteRedemptionRequest(
            program_id=self.program,
            member=who,
            location_id=location,
            brand_id=brand,
            currency_code=CURRENCY,
            points=points,
        )
        with span("till quote"):
            return (await self.mesh.ledger.QuoteRedemption(request)).quote

    async def redeem(
        self,
        who: Who,
        points: int,
        location: str,
        brand: str,
        time: datetime,
        *,
        request_id: str,
        quoted: int | None = None,
        currency: str = CURRENCY,
        proof: proof_pb2.MemberProof | None = None,
    ) -> ledger.RedeemPointsResponse:
        """Spends points; `quoted` is the worth in minor units that the shopper was shown, `proof` what proves her."""
        request = ledger.RedeemPointsRequest(
            program_id=self.program,
            request_id=request_id,
            member=ref(who),
            location_id=location,
            brand_id=brand,
            channel="store",
            currency_code=currency,
            points=points,
            occur_time=moment(time),
            quoted_minor_units=quoted,
            proof=proof,
        )
        with span("till redemption"):
            answer = await patiently(lambda: self.mesh.ledger.RedeemPoints(request))
        self._saw(answer.position)
        return answer

    async def give_back(
        self, document_id: str, location: str, time: datetime, sale: str, lines: Sequence[int]
    ) -> ledger.PostReturnResponse:
        """Returns whole lines of one sale."""
        sold = order_pb2.OrderRef(source=SOURCE, document_id=sale)
        shares = [
            returns.ReturnedShare(sale_line=returns.SaleLineRef(order=sold, line_number=number), whole=True)
            for number in lines
        ]
        document = returns.Return(
            source=SOURCE,
            document_id=document_id,
            location_id=location,
            channel="store",
            occur_time=moment(time),
            lines=[returns.ReturnLine(line_number=n, sale_lines=[share]) for n, share in enumerate(shares, start=1)],
        )
        request = ledger.PostReturnRequest(
            program_id=self.program, request_id=f"return-{document_id}", return_document=document
        )
        with span("till return"):
            answer = await patiently(lambda: self.mesh.ledger.PostReturn(request))
        self._saw(answer.position)
        return answer

    async def wallet(self, who: Who) -> ledger.GetWalletResponse:
        """A balance."""
        return await self.mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=self.program, member=ref(who)))

    async def explain(self, member: str, accrual: str) -> None:
        """Asks how points came about."""
        request = read_requests_pb2.ExplainAccrualRequest(
            program_id=self.program, member=member_pb2.MemberRef(member_id=member), accrual_id=accrual
        )
        await self.mesh.ledger.ExplainAccrual(request)

    async def standing(self, number: str) -> Sequence[standing_pb2.Standing]:
        """Where a member stands, by ladder."""
        request = standing_pb2.GetStandingRequest(program_id=self.program, member=card(number))
        return (await self.mesh.ledger.GetStanding(request)).standings

    def cursor(self) -> list[log_position_pb2.LogPosition]:
        """The log positions this till has seen."""
        return [
            log_position_pb2.LogPosition(partition=partition, position=position)
            for partition, position in sorted(self.reached.items())
        ]

    def _sale(self, who: Who, order: order_pb2.Order) -> ledger.PostOrderRequest:
        return ledger.PostOrderRequest(
            program_id=self.program, request_id=f"sale-{order.document_id}", member=ref(who), order=order
        )

    def _saw(self, position: log_position_pb2.LogPosition) -> None:
        self.reached[position.partition] = max(position.position, self.reached.get(position.partition, 0))
