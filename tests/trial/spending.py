"""Members who spend while a file is posted: at any brand, in one step, as tenders of a sale, and giving back.

What they do is drawn from a seed, the document and the balance after the member's last command, so that it is the same
whichever way the documents of different members are interleaved.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import authorization_pb2 as authorizations
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import redemption_requests_pb2 as redemptions
from loyalty.type.v1 import order_pb2

from chassis.values.refusal import Refusal
from tests.support.mesh import Till
from tests.trial.documents import Call, Document, card
from tests.trial.posting import Answer, Counter, Posted, queues_of

SEED = 20101201
BRANDS = ("HOME", "KITSCH", "VINTAGE", "GIFT")
QUEUES = 16
# Fewer points would be worth less than a penny at some brand.
FEWEST = 10


@dataclass(slots=True)
class Spent:
    """What the members did, by name."""

    acts: Tally[str] = field(default_factory=Tally)


async def post_spending(till: Till, documents: Sequence[Document], spent: Spent) -> Posted:
    """Posts all documents one by one, with spending in between."""
    posted = Posted()
    counter = Counter(till, posted)

    async def run(queue: Iterable[Document]) -> None:
        shoppers: dict[str, _Shopper] = {}
        for document in queue:
            shopper = shoppers.setdefault(document.card, _Shopper(counter, document.card, spent.acts))
            await shopper.does(document)

    await asyncio.gather(*(run(queue) for queue in queues_of(documents, QUEUES)))
    return posted


def shuffled(documents: Sequence[Document]) -> list[Document]:
    """The documents of different members in any order, those of one member in theirs."""
    places = [document.card for document in documents]
    Random(SEED).shuffle(places)
    waiting: dict[str, list[Document]] = {}
    for document in reversed(documents):
        waiting.setdefault(document.card, []).append(document)
    return [waiting[card].pop() for card in places]


def _when(call: Call) -> Timestamp:
    if isinstance(call, ledger.PostOrderRequest):
        return call.order.occur_time
    return call.return_document.occur_time if isinstance(call, ledger.PostReturnRequest) else call.occur_time


def _where(call: Call) -> str:
    if isinstance(call, ledger.PostOrderRequest):
        return call.order.location_id
    return call.return_document.location_id if isinstance(call, ledger.PostReturnRequest) else call.location_id


def _least_due(order: order_pb2.Order) -> int:
    """What a tender may be worth whichever brand redeems it: it pays for the lines of its brand, if there are any. A
    point is worth less than a penny at every brand, so that many points are never worth too much."""
    of_brand = Tally[str]()
    for line in order.lines:
        of_brand[line.brand_id] += max(line.net_minor_units, 0)
    dues = [due for brand, due in of_brand.items() if brand in BRANDS]
    return max(0, min([order.total_minor_units, *dues]))


class _Shopper:
    """One member. `available` is what the last answer said."""

    def __init__(self, counter: Counter, value: str, acts: Tally[str]) -> None:
        self._counter = counter
        self._mesh = counter.till.mesh.ledger
        self._card = card(value)
        self._acts = acts
        self._available = 0
        self._redemptions: list[tuple[str, int]] = []

    async def does(self, document: Document) -> None:
        """Posts a document, and may spend before and after it."""
        dice = Random(f"{SEED}:{document.call.request_id}")
        if isinstance(document.call, ledger.PostOrderRequest) and dice.random() < 0.2:
            document = await self._with_tender(dice, document, document.call)
        self._saw(await self._counter.post(document))
        if dice.random() < 0.12:
            await self._redeem(dice, document.call, "spend", self._some(dice, self._available))
        if dice.random() < 0.08:
            await self._restore(dice, document.call)

    async def _with_tender(self, dice: Random, document: Document, sale: ledger.PostOrderRequest) -> Document:
        points = self._some(dice, min(self._available, _least_due(sale.order)))
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
            brand_id=dice.choice(BRANDS),
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
            location_id=_where(call),
            brand_id=dice.choice(BRANDS),
            currency_code="GBP",
            points=points,
            occur_time=_when(call),
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
            occur_time=_when(call),
        )
        try:
            answer = await self._mesh.RestoreRedemption(request)
        except Refusal as refusal:
            self._refused(request.request_id, refusal)
        else:
            self._keep(request.request_id, answer)
            self._acts["restored"] += 1

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
