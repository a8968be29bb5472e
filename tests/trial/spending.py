"""Members who spend while a file is posted: at any brand, in one step, as tenders of a sale, and giving back.

What they do is drawn from a seed, the document and the balance after the member's last command, so that it is the same
whichever way the documents of different members are interleaved.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from loyalty.ledger.v1 import authorization_pb2 as authorizations
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_pb2 as returns
from loyalty.ledger.v1 import redemption_requests_pb2 as redemptions
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from tests.support.mesh import Till
from tests.trial.documents import Call, Document, card
from tests.trial.market import UCI, Market, when, where
from tests.trial.posting import Answer, Counter, Posted, queues_of

QUEUES = 16
# Fewer points would be worth less than a penny at some brand.
FEWEST = 10


@dataclass(slots=True)
class Spent:
    """What the members did, by name."""

    acts: Tally[str] = field(default_factory=Tally)


async def post_spending(till: Till, documents: Sequence[Document], spent: Spent) -> Posted:
    """Posts all documents of the gift shop one by one, with spending in between."""
    shoppers = Shoppers(Counter(till, Posted()), UCI, spent)
    await shoppers.go_through(documents)
    return shoppers.counter.posted


class Shoppers:
    """The members of a market. What they have and did is remembered from one batch of documents to the next."""

    def __init__(self, counter: Counter, market: Market, spent: Spent) -> None:
        self.counter = counter
        self._market = market
        self._acts = spent.acts
        self._known: dict[str, _Shopper] = {}

    async def go_through(self, documents: Sequence[Document]) -> None:
        """Posts documents, several members at once, with spending in between."""
        await asyncio.gather(*(self._run(queue) for queue in queues_of(documents, QUEUES)))

    async def _run(self, queue: Iterable[Document]) -> None:
        for document in queue:
            value = document.card
            shopper = self._known.setdefault(value, _Shopper(self.counter, self._market, value, self._acts))
            await shopper.does(document)


def shuffled(documents: Sequence[Document], seed: int = UCI.seed) -> list[Document]:
    """The documents of different members in any order, those of one member in theirs."""
    places = [document.card for document in documents]
    Random(seed).shuffle(places)
    waiting: dict[str, list[Document]] = {}
    for document in reversed(documents):
        waiting.setdefault(document.card, []).append(document)
    return [waiting[card].pop() for card in places]


class _Shopper:
    """One member. `available` is what the last answer said."""

    def __init__(self, counter: Counter, market: Market, value: str, acts: Tally[str]) -> None:
        self._counter = counter
        self._market = market
        self._mesh = counter.till.mesh.ledger
        self._card = card(value)
        self._acts = acts
        self._available = 0
        self._redemptions: list[tuple[str, int]] = []
        self._bought: list[order_pb2.Order] = []

    async def does(self, document: Document) -> None:
        """Posts a document, and may spend before and after it."""
        dice = Random(f"{self._market.seed}:{document.call.request_id}")
        if isinstance(document.call, ledger.PostOrderRequest) and dice.random() < 0.2:
            document = await self._with_tender(dice, document, document.call)
        self._saw(await self._counter.post(document))
        if dice.random() < 0.12:
            await self._redeem(dice, document.call, "spend", self._some(dice, self._available))
        if dice.random() < 0.08:
            await self._restore(dice, document.call)
        if self._market.brings_back:
            await self._bring_back(dice, document.call)

    async def _with_tender(self, dice: Random, document: Document, sale: ledger.PostOrderRequest) -> Document:
        points = self._some(dice, min(self._available, self._market.most_points(sale.order)))
        if points == 0:
            return document
        how = dice.choice(("attached", "whole", "whole", "released", "left", "voided"))
        tender = await (
            self._attached(dice, sale, points) if how == "attached" else self._held(dice, sale, points, how)
        )
        self._acts[f"tender {how}"] += 1
        if tender is None:
            return document
        paid = ledger.PostOrderRequest()
        paid.CopyFrom(sale)
        paid.tenders.append(tender)
        return Document(document.document_id, document.card, paid)

    async def _attached(self, dice: Random, sale: ledger.PostOrderRequest, points: int) -> authorizations.Tender | None:
        redemption_id = await self._redeem(dice, sale, "pay", points)
        return authorizations.Tender(redemption_id=redemption_id) if redemption_id else None

    async def _held(
        self, dice: Random, sale: ledger.PostOrderRequest, points: int, how: str
    ) -> authorizations.Tender | None:
        """Sets points aside for the sale; all of them, a part, or none are captured with it."""
        request = redemptions.AuthorizeRedemptionRequest(
            program_id=sale.program_id,
            request_id=f"{sale.request_id}:hold",
            member=self._card,
            location_id=sale.order.location_id,
            brand_id=dice.choice(self._market.brands),
            currency_code=sale.order.currency_code,
            points=points,
            occur_time=sale.order.occur_time,
        )
        try:
            answer = await self._mesh.AuthorizeRedemption(request)
        except Refusal as refusal:
            self._refused(request.request_id, refusal)
            return None
        self._keep(request.request_id, answer)
        hold = answer.authorization.authorization_id
        if how == "voided":
            void = redemptions.VoidRedemptionRequest(
                program_id=sale.program_id,
                request_id=f"{sale.request_id}:void",
                authorization_id=hold,
                occur_time=sale.order.occur_time,
            )
            self._keep(void.request_id, await self._mesh.VoidRedemption(void))
            return None
        part = 0 if how == "whole" else max(points // 2, 3)
        return authorizations.Tender(authorization_id=hold, points=part, release_rest=how == "released")

    async def _redeem(self, dice: Random, call: Call, what: str, points: int) -> str | None:
        if points == 0:
            return None
        request = ledger.RedeemPointsRequest(
            program_id=call.program_id,
            request_id=f"{call.request_id}:{what}",
            member=self._card,
            location_id=where(call),
            brand_id=dice.choice(self._market.brands),
            currency_code=self._market.currency,
            points=points,
            occur_time=when(call),
        )
        try:
            answer = await self._mesh.RedeemPoints(request)
        except Refusal as refusal:
            self._refused(request.request_id, refusal)
            return None
        self._keep(request.request_id, answer)
        self._acts["redeemed"] += 1
        self._redemptions.append((answer.redemption.redemption_id, points))
        return answer.redemption.redemption_id

    async def _restore(self, dice: Random, call: Call) -> None:
        """Gives back a redemption, all that is left or a third of it. Of one that paid for a sale, goods that came
        back may have given back more; then it is refused."""
        if not self._redemptions:
            return
        redemption_id, points = dice.choice(self._redemptions)
        request = redemptions.RestoreRedemptionRequest(
            program_id=call.program_id,
            request_id=f"{call.request_id}:restore",
            redemption_id=redemption_id,
            points=dice.choice((0, -(-points // 3))),
            reason="changed her mind",
            occur_time=when(call),
        )
        try:
            answer = await self._mesh.RestoreRedemption(request)
        except Refusal as refusal:
            self._refused(request.request_id, refusal)
        else:
            self._keep(request.request_id, answer)
            self._acts["restored"] += 1

    async def _bring_back(self, dice: Random, call: Call) -> None:
        """May bring a line of an earlier sale back, one of each sale, and remembers the sale that was just posted."""
        if self._bought and dice.random() < 0.08:
            sold = self._bought.pop(dice.randrange(len(self._bought)))
            line = dice.choice([line for line in sold.lines if line.quantity > 0])
            named = returns.SaleLineRef(
                order=order_pb2.OrderRef(source=sold.source, document_id=sold.document_id), line_number=line.line_number
            )
            goods = returns.Return(
                source=sold.source,
                document_id=f"{sold.document_id}-back",
                location_id=where(call),
                occur_time=when(call),
                lines=[
                    returns.ReturnLine(line_number=1, sale_lines=[returns.ReturnedShare(sale_line=named, whole=True)])
                ],
            )
            request_id = f"{call.request_id}:back"
            request = ledger.PostReturnRequest(
                program_id=call.program_id, request_id=request_id, member=self._card, return_document=goods
            )
            self._saw(await self._counter.post(Document(goods.document_id, "", request)))
            self._acts["brought back"] += 1
        if isinstance(call, ledger.PostOrderRequest) and any(line.quantity > 0 for line in call.order.lines):
            self._bought.append(call.order)

    def _refused(self, request_id: str, refusal: Refusal) -> None:
        self._counter.posted.refused[request_id] = refusal.reason

    def _keep(self, request_id: str, answer: Answer) -> None:
        self._counter.keep(request_id, answer)
        self._saw(answer)

    def _saw(self, answer: Answer | None) -> None:
        if answer is None:
            return
        self._available = answer.wallet.available
        if isinstance(answer, ledger.PostOrderResponse):
            tendered = {redemption.redemption_id: redemption.points for redemption in answer.redemptions}
            known = {redemption_id for redemption_id, _ in self._redemptions}
            self._redemptions += [item for item in tendered.items() if item[0] not in known]

    def _some(self, dice: Random, most: int) -> int:
        """Between a tenth and all of the points, or 0 where there are few."""
        points = max(most * dice.randint(1, 10) // 10, FEWEST)
        return points if points <= most else 0
