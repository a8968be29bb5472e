"""Everything is done once: the program made live, cards enrolled, a year of orders uploaded, January's visits made."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from zlib import crc32

from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from deploy.local.demo.plan import BringBack, Buy, Spend, Visit
from deploy.local.demo.sample import Sale
from deploy.local.demo.screen import Advance
from deploy.local.demo.till import Till
from deploy.local.demo.till import card as shown

_BATCH = 100
_UPLOADS_AT_ONCE = 4
_VISITORS_AT_ONCE = 16


@dataclass(slots=True)
class Loaded:
    """The year: an answer for each sale, in order, how many were there before, refusals, and how long it took."""

    answers: Sequence[ledger.PostOrderResponse]
    replayed: int
    refused: Sequence[str]
    seconds: float


@dataclass(slots=True)
class January:
    """What was done in January, by card where it matters."""

    spent: list[ledger.RedeemPointsResponse] = field(default_factory=list)
    returned: list[ledger.PostReturnResponse] = field(default_factory=list)
    bought: list[ledger.PostOrderResponse] = field(default_factory=list)


async def enroll(till: Till, cards: Sequence[str], advance: Advance) -> None:
    """Makes a member of every card."""

    async def one(card: str) -> None:
        await till.enroll(card)
        advance(1)

    await _at_most(_VISITORS_AT_ONCE, [partial(one, card) for card in cards])


async def upload(till: Till, sales: Sequence[Sale], advance: Advance) -> Loaded:
    """Posts the sales, in batches and over several connections' worth of calls; each card's sales stay in order."""
    results: dict[str, ledger.BatchPostOrdersResult] = {}

    async def lane(own: Sequence[Sale]) -> None:
        for start in range(0, len(own), _BATCH):
            batch = own[start : start + _BATCH]
            answered = await till.sell_many(batch)
            results.update(zip((sale.order.document_id for sale in batch), answered, strict=True))
            advance(len(batch))

    began = time.monotonic()
    shares = [
        [sale for sale in sales if crc32(sale.card.encode()) % _UPLOADS_AT_ONCE == share]
        for share in range(_UPLOADS_AT_ONCE)
    ]
    await asyncio.gather(*(lane(share) for share in shares))
    in_order = [results[sale.order.document_id] for sale in sales]
    return Loaded(
        answers=[result.posted for result in in_order],
        replayed=sum(result.replayed for result in in_order),
        refused=[
            f"{sale.order.document_id}: {result.refusal.reason}"
            for sale, result in zip(sales, in_order, strict=True)
            if result.HasField("refusal")
        ],
        seconds=time.monotonic() - began,
    )


async def visit(till: Till, visits: Mapping[str, Sequence[Visit]], advance: Advance) -> January:
    """Makes every card's visits: those of one card in order, cards beside each other."""
    done = January()

    async def one(card: str) -> None:
        for step in visits[card]:
            match step:
                case Spend():
                    done.spent.append(
                        await till.redeem(
                            shown(card), step.points, step.location, step.brand, step.time, request_id=f"redeem-{card}"
                        )
                    )
                case BringBack():
                    done.returned.append(
                        await till.give_back(step.document_id, step.location, step.time, step.sale, [step.line])
                    )
                case Buy():
                    done.bought.append(await till.sell(card, step.sale.order))
        advance(1)

    await _at_most(_VISITORS_AT_ONCE, [partial(one, card) for card in visits])
    return done


async def _at_most(number: int, calls: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Makes all calls, so many at once."""
    free = asyncio.Semaphore(number)

    async def one(call: Callable[[], Awaitable[None]]) -> None:
        async with free:
            await call()

    await asyncio.gather(*(one(call) for call in calls))
