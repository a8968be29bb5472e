"""Posts a file's documents: several queues at once, the documents of one member in order in one of them."""

import asyncio
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from chassis.values.refusal import Refusal
from tests.support.mesh import Till
from tests.trial.documents import Document, card

QUEUES = 4
SALES_AT_ONCE = 250
ENROLMENTS_AT_ONCE = 32

Answer = ledger.PostOrderResponse | ledger.PostReturnResponse


@dataclass(slots=True)
class Posted:
    """Answers by document, how many of them were those of an earlier call, and what was refused."""

    answers: dict[str, Answer] = field(default_factory=dict)
    replayed: int = 0
    refused: list[str] = field(default_factory=list)


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


async def post(till: Till, documents: Sequence[Document]) -> Posted:
    """Posts all documents once."""
    queues: list[list[Document]] = [[] for _ in range(QUEUES)]
    for document in documents:
        queues[zlib.crc32(document.card.encode()) % QUEUES].append(document)
    posted = Posted()
    await asyncio.gather(*(_Queue(till, posted).run(queue) for queue in queues))
    return posted


class _Queue:
    """Collects sales into batches; a return first sends off the sales of its member."""

    def __init__(self, till: Till, posted: Posted) -> None:
        self._till = till
        self._posted = posted
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
                await self._return(document, document.call)
        await self._flush()

    async def _flush(self) -> None:
        sales, self._sales = self._sales, []
        if not sales:
            return
        calls = [sale.call for sale in sales if isinstance(sale.call, ledger.PostOrderRequest)]
        response = await self._till.mesh.ledger.BatchPostOrders(ledger.BatchPostOrdersRequest(orders=calls))
        for sale, result in zip(sales, response.results, strict=True):
            if result.WhichOneof("result") == "refusal":
                self._posted.refused.append(f"{sale.document_id}: {result.refusal.reason} {result.refusal.message}")
            else:
                self._keep(sale, result.posted, result.replayed)

    async def _return(self, document: Document, call: ledger.PostReturnRequest) -> None:
        calling = self._till.mesh.ledger.PostReturn(call)
        try:
            answer = await calling
        except Refusal as refusal:
            self._posted.refused.append(f"{document.document_id}: {refusal}")
            return
        trailers = dict(await calling.trailing_metadata() or ())
        self._keep(document, answer, trailers.get("replayed") == "true")

    def _keep(self, document: Document, answer: Answer, replayed: bool) -> None:
        self._posted.answers[document.document_id] = answer
        self._posted.replayed += replayed
        place = answer.position
        self._till.reached[place.partition] = max(place.position, self._till.reached.get(place.partition, 0))
