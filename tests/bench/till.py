"""The load generator of the mesh, a process of its own: `python -m tests.bench.till`.

Its first question is where the services are and whom to enroll; every further one is a lap, or a wait for the books.
"""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_requests_pb2 as redemptions
from loyalty.settlement.v1 import settlement_service_pb2 as settlement
from loyalty.type.v1 import log_position_pb2, member_pb2

from chassis.runtime.tls import Tls, TlsFiles
from deploy.local.mesh import PROGRAMS, open_mesh
from tests.bench.children import Answer, Json, answer_all
from tests.bench.laps import drive
from tests.support.mesh import Till, line

PROGRAM = "bench"
ORDERS_A_BATCH = 100

_FILES = PROGRAMS / "demo"
# The sample's program is a sandbox of the past; the bench posts now, as a till does.
_LIVE = {"  sandbox: true\n  replay_clock: true\n": ""}
_LOCATION = "L-00367"
_BRANDS = ("FRESH", "PANTRY", "CARE", "FUEL")
_FUNDS_CENTS = 50_000_000
_POINTS = 10
_ENROLLING = 32
_TIMEOUT_SECONDS = 60.0

Call = Callable[[], Awaitable[object]]


@dataclass
class Load:
    """Calls of a shop that knows its members by their cards."""

    till: Till
    cards: list[str] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def calls(self) -> dict[str, Call]:
        """What a lap may ask for, by name."""
        return {
            "PostOrder 1": lambda: self.post_order(1),
            "PostOrder 10": lambda: self.post_order(10),
            "BatchPostOrders 1": lambda: self.post_orders(1),
            "BatchPostOrders 10": lambda: self.post_orders(10),
            "RedeemPoints": self.redeem,
            "Authorize": self.authorize,
            "Capture": self.capture,
            "GetWallet": self.wallet,
        }

    async def begin(self, members: int) -> None:
        """Makes the program live, enrolls the members and gives each of them points to spend."""
        await self.till.apply(_FILES, "demo", _LIVE)
        self.cards = [f"CARD{number:06}" for number in range(members)]
        await self.till.enroll(self.cards[0])
        for first in range(1, members, _ENROLLING):
            await asyncio.gather(*(self.till.enroll(card) for card in self.cards[first : first + _ENROLLING]))
        for first in range(0, members, ORDERS_A_BATCH):
            cards = self.cards[first : first + ORDERS_A_BATCH]
            await self._post([self._order(card, 1, _FUNDS_CENTS) for card in cards])

    async def post_order(self, lines: int) -> None:
        """One sale."""
        answer = await self.till.mesh.ledger.PostOrder(self._order(self._card(), lines))
        self._saw(answer.position)

    async def post_orders(self, lines: int) -> None:
        """A hundred sales in one call."""
        await self._post([self._order(self._card(), lines) for _ in range(ORDERS_A_BATCH)])

    async def redeem(self) -> None:
        """A redemption of ten points."""
        request = ledger.RedeemPointsRequest(
            program_id=PROGRAM,
            request_id=f"redeem-{next(self.numbers)}",
            member=_by_card(self._card()),
            location_id=_LOCATION,
            brand_id="FRESH",
            currency_code="USD",
            points=_POINTS,
        )
        request.occur_time.FromDatetime(datetime.now(UTC))
        self._saw((await self.till.mesh.ledger.RedeemPoints(request)).position)

    async def authorize(self) -> str:
        """Ten points set aside; the authorization's id."""
        request = redemptions.AuthorizeRedemptionRequest(
            program_id=PROGRAM,
            request_id=f"authorize-{next(self.numbers)}",
            member=_by_card(self._card()),
            location_id=_LOCATION,
            brand_id="FRESH",
            currency_code="USD",
            points=_POINTS,
        )
        request.occur_time.FromDatetime(datetime.now(UTC))
        answer = await self.till.mesh.ledger.AuthorizeRedemption(request)
        self._saw(answer.position)
        return answer.authorization.authorization_id

    async def capture(self) -> None:
        """Ten points set aside, then spent."""
        request = redemptions.CaptureRedemptionRequest(
            program_id=PROGRAM,
            authorization_id=await self.authorize(),
            request_id=f"capture-{next(self.numbers)}",
        )
        request.occur_time.FromDatetime(datetime.now(UTC))
        self._saw((await self.till.mesh.ledger.CaptureRedemption(request)).position)

    async def wallet(self) -> None:
        """A balance."""
        request = ledger.GetWalletRequest(program_id=PROGRAM, member=_by_card(self._card()))
        await self.till.mesh.ledger.GetWallet(request)

    async def books(self) -> None:
        """Returns when the books hold everything that was posted; raises Refusal if they do not in time."""
        await self.till.mesh.settlement.GetPositions(
            settlement.GetPositionsRequest(program_id=PROGRAM, at_least=self.till.cursor())
        )

    async def _post(self, orders: list[ledger.PostOrderRequest]) -> None:
        answer = await self.till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=orders))
        for result in answer.results:
            if result.WhichOneof("result") == "refusal":
                raise RuntimeError(f"a sale was refused: {result.refusal}")
            self._saw(result.posted.position)

    def _card(self) -> str:
        return random.choice(self.cards)

    def _order(self, card: str, lines: int, cents: int = 1250) -> ledger.PostOrderRequest:
        number = next(self.numbers)
        self.till.now = datetime.now(UTC)
        sold = (line(place, _BRANDS[place % len(_BRANDS)], cents) for place in range(1, lines + 1))
        order = self.till.order(f"document-{number}", _LOCATION, sold)
        return ledger.PostOrderRequest(
            program_id=PROGRAM, request_id=f"sale-{number}", member=_by_card(card), order=order
        )

    def _saw(self, position: log_position_pb2.LogPosition) -> None:
        reached = self.till.reached
        reached[position.partition] = max(position.position, reached.get(position.partition, 0))


def _by_card(card: str) -> member_pb2.MemberRef:
    kind = member_pb2.IDENTIFIER_KIND_CARD
    return member_pb2.MemberRef(identifier=member_pb2.Identifier(kind=kind, value=card))


async def role(answering: Callable[[Answer], Awaitable[None]]) -> None:
    """A till for every question of the bench."""
    async with AsyncExitStack() as opened:
        loads: list[Load] = []

        async def answer(question: Json) -> Json:
            if not loads:
                addresses = question["addresses"]
                tls = Tls(TlsFiles(*map(Path, question["tls"])))
                peers = {service: tls.peer(address) for service, address in addresses.items()}
                mesh = open_mesh(peers.__getitem__, question["token"], timeout_seconds=_TIMEOUT_SECONDS)
                loads.append(Load(Till(await opened.enter_async_context(mesh), PROGRAM)))
                await loads[0].begin(question["members"])
                return {}
            if "call" not in question:
                await loads[0].books()
                return {}
            call = loads[0].calls()[question["call"]]
            return (await drive(call, question["in_flight"], question["seconds"], question["most_calls"])).as_json()

        await answering(answer)


if __name__ == "__main__":
    answer_all(role)
