"""Posts a file's documents: several queues at once, the documents of one member in order in one of them."""

import asyncio
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1 import order_requests_pb2 as orders
from loyalty.ledger.v1 import redemption_requests_pb2 as redemptions

from chassis.runtime.item_refusal import refusal_from
from chassis.values.refusal import Refusal
from deploy.local.demo.patience import TRIES
from tests.support.mesh import Till
from tests.trial.documents import Call, Document, card

if TYPE_CHECKING:
    from grpc.aio import UnaryUnaryCall

QUEUES = 4
SALES_AT_ONCE = 100
ENROLMENTS_AT_ONCE = 32
PAUSE_SECONDS = 0.2

Answer = (
    ledger.PostOrderResponse
    | ledger.PostReturnResponse
    | orders.CorrectOrderLineResponse
    | ledger.RedeemPointsResponse
    | redemptions.AuthorizeRedemptionResponse
    | redemptions.VoidRedemptionResponse
    | redemptions.RestoreRedemptionResponse
)


@dataclass(slots=True)
class Posted:
    """Answers and reasons of refusals by request id; whose answer was that of an earlier call, and what was sent more
    than once because it was told "not now"."""

    answers: dict[str, Answer] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    replayed: set[str] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)

    def sales(self) -> dict[str, str]:
        """Document id by order id."""
        return {
            answer.order_id: request_id.removeprefix("trial:")
            for request_id, answer in self.answers.items()
            if isinstance(answer, ledger.PostOrderResponse)
        }


async def enroll(till: Till, cards: Iterable[str]) -> dict[str, str]:
    """A member for each card; member id by card."""
    limit = asyncio.Semaphore(ENROLMENTS_AT_ONCE)

    async def one(value: str) -> tuple[str, str]:
        async with limit:
            return value, await till.enroll(value)

    members = dict(await asyncio.gather(*(one(value) for value in sorted(set(cards)))))
    await _known_to_ledger(till, next(iter(members)))
    return members


async def _known_to_ledger(till: Till, value: str) -> None:
    for _ in range(100):
        try:
            await till.mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=till.program, member=card(value)))
            return
        except Refusal as refusal:
            if refusal.reason != "PROGRAM_NOT_FOUND":
                raise
            await asyncio.sleep(0.05)
    raise TimeoutError("the program never became known to the ledger")


def queues_of(documents: Sequence[Document], count: int) -> list[list[Document]]:
    """The documents in so many queues, each in order, a member's in one of them."""
    queues: list[list[Document]] = [[] for _ in range(count)]
    for document in documents:
        queues[zlib.crc32(document.card.encode()) % count].append(document)
    return queues


async def post(till: Till, documents: Sequence[Document]) -> Posted:
    """Posts all documents once, sales in batches."""
    posted = Posted()
    await post_batches(Counter(till, posted), documents)
    return posted


async def post_batches(counter: "Counter", documents: Sequence[Document]) -> None:
    """Posts all documents, sales in batches."""
    await asyncio.gather(*(_Queue(counter).run(queue) for queue in queues_of(documents, QUEUES)))


class Counter:
    """Makes calls one by one and keeps what they answer. What is told "not now", as a busy machine does, is sent again
    as it was, under its id."""

    def __init__(self, till: Till, posted: Posted) -> None:
        self.till = till
        self.posted = posted

    async def post(self, document: Document) -> Answer | None:
        """Posts a document by itself; None if it is refused."""
        call = document.call
        for _ in range(TRIES):
            calling = self._calling(call)
            try:
                answer: Answer = await calling
            except Refusal as refusal:
                if refusal.transient:
                    await self._waits([call])
                    continue
                self.posted.refused[call.request_id] = refusal.reason
                return None
            trailers = dict(await calling.trailing_metadata() or ())
            self.keep(call.request_id, answer, replayed=trailers.get("replayed") == "true")
            return answer
        raise TimeoutError(f"{call.request_id} was never taken")

    async def post_sales(self, sales: Sequence[ledger.PostOrderRequest]) -> None:
        """Posts sales in a batch."""
        waiting: Sequence[ledger.PostOrderRequest] = sales
        for _ in range(TRIES):
            waiting = await self._not_taken(waiting)
            if not waiting:
                return
            await self._waits(waiting)
        raise TimeoutError(f"{len(waiting)} sales were never taken")

    async def _not_taken(self, sales: Sequence[ledger.PostOrderRequest]) -> Sequence[ledger.PostOrderRequest]:
        try:
            response = await self.till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=sales))
        except Refusal as refusal:
            if not refusal.transient:
                raise
            return sales
        later = []
        for sale, result in zip(sales, response.results, strict=True):
            if result.WhichOneof("result") == "posted":
                self.keep(sale.request_id, result.posted, replayed=result.replayed)
            elif refusal_from(result.refusal).transient:
                later.append(sale)
            else:
                self.posted.refused[sale.request_id] = result.refusal.reason
        return later

    async def _waits(self, calls: Iterable[Call]) -> None:
        self.posted.repeated.update(call.request_id for call in calls)
        await asyncio.sleep(PAUSE_SECONDS)

    def _calling(self, call: Call) -> "UnaryUnaryCall[Any, Any]":
        mesh = self.till.mesh.ledger
        if isinstance(call, ledger.PostOrderRequest):
            return mesh.PostOrder(call)
        if isinstance(call, ledger.PostReturnRequest):
            return mesh.PostReturn(call)
        return mesh.CorrectOrderLine(call)

    def keep(self, request_id: str, answer: Answer, *, replayed: bool = False) -> None:
        """Keeps an answer."""
        self.posted.answers[request_id] = answer
        if replayed:
            self.posted.replayed.add(request_id)
        place = answer.position
        self.till.reached[place.partition] = max(place.position, self.till.reached.get(place.partition, 0))


class _Queue:
    """Collects sales into batches; what else a member does first sends off the member's sales."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._sales: list[Document] = []

    async def run(self, documents: Iterable[Document]) -> None:
        for document in documents:
            if isinstance(document.call, ledger.PostOrderRequest):
                self._sales.append(document)
                if len(self._sales) == SALES_AT_ONCE:
                    await self._flush()
            else:
                if any(sale.card == document.card for sale in self._sales):
                    await self._flush()
                await self._counter.post(document)
        await self._flush()

    async def _flush(self) -> None:
        calls = [sale.call for sale in self._sales if isinstance(sale.call, ledger.PostOrderRequest)]
        self._sales = []
        if calls:
            await self._counter.post_sales(calls)
