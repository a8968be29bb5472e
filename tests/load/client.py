"""One client: makes a call, repeats it under the same id until it is answered, keeps the answer on disk, goes on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from google.protobuf.message import Message
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from chassis.values.refusal import TRANSIENT, Refusal
from deploy.local.mesh import Mesh
from tests.load.acks import Ack, AckFile, Answer
from tests.load.calls import RESPONSES, Intent, make
from tests.load.shopper import Shopper

CALL_SECONDS = 3.0
HASTY_SECONDS = 0.02
"""Some calls are given up that soon, as by a till that does not wait, and sent again."""
ANSWERED_WITHIN_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 0.2
MOST_AT_ONCE = 8

EXPECTED_REFUSALS = frozenset(
    ("INSUFFICIENT_POINTS", "NOT_RETURNABLE", "TENDER_NOT_ATTACHABLE", "VOIDED_BEFORE", "WORTH_NOTHING")
)


class Chooser(Protocol):
    """Says what a client does next."""

    name: str
    random: Random

    def next(self) -> Intent:
        """The next call."""

    def learn(self, intent: Intent, response: Message) -> None:
        """Takes in its answer."""


@dataclass
class Client:
    """`acked` counts final answers, `retried` repeated calls, `done_before` those among them that had been carried out
    though their answer never came; `surprises` are answers nobody should get.

    Between two calls it waits up to `longest_gap` seconds.
    """

    mesh: Mesh
    chooser: Chooser
    acks: AckFile
    longest_gap: float
    acked: int = 0
    retried: int = 0
    done_before: int = 0
    last_ack: float = 0.0
    surprises: list[str] = field(default_factory=list)

    async def run(self, stopping: asyncio.Event, most: int) -> None:
        """At most so many steps; ends between two steps when told to stop."""
        try:
            for _ in range(most):
                if stopping.is_set():
                    return
                await self._step()
                await asyncio.sleep(self.chooser.random.uniform(0, self.longest_gap))
        finally:
            self.acks.close()

    async def _step(self) -> None:
        intent, random = self.chooser.next(), self.chooser.random
        if isinstance(self.chooser, Shopper) and _is_plain_sale(intent) and random.random() < 0.2:
            more = [Intent("PostOrder", self.chooser.sale()) for _ in range(random.randint(1, MOST_AT_ONCE - 1))]
            await self._batch([intent, *more])
        else:
            self._keep(intent, await self._answered(intent))

    async def _answered(self, intent: Intent) -> Answer:
        """The final answer of a call."""
        give_up = time.monotonic() + ANSWERED_WITHIN_SECONDS
        while True:
            try:
                told = await make(self.mesh, intent, self._patience())
                self.done_before += told.replayed
                return told.answer
            except Refusal as refusal:
                await self._pause(refusal, give_up)

    async def _batch(self, sales: Sequence[Intent]) -> None:
        """Sends sales together; those that failed for the moment go again, together."""
        give_up = time.monotonic() + ANSWERED_WITHIN_SECONDS
        left = list(sales)
        while left:
            orders = [sale.request for sale in left if isinstance(sale.request, ledger.PostOrderRequest)]
            request = ledger.BatchPostOrdersRequest(orders=orders)
            try:
                response = await self.mesh.ledger.BatchPostOrders(request, timeout=self._patience())
            except Refusal as refusal:
                await self._pause(refusal, give_up)
                continue
            left = [sale for sale, result in zip(left, response.results, strict=True) if not self._posted(sale, result)]
            if left:
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)

    def _posted(self, sale: Intent, result: ledger.BatchPostOrdersResult) -> bool:
        if result.WhichOneof("result") == "posted":
            self.done_before += result.replayed
            self._keep(sale, Answer(result.posted.SerializeToString(deterministic=True)))
            return True
        if result.refusal.code not in {code.value for code in TRANSIENT}:
            self.surprises.append(f"batch item: {result.refusal.reason}: {result.refusal.message}")
            return True
        self.retried += 1
        return False

    async def _pause(self, refusal: Refusal, give_up: float) -> None:
        if not refusal.transient:
            self.surprises.append(str(refusal))
        if time.monotonic() > give_up:
            raise TimeoutError(f"not answered within {ANSWERED_WITHIN_SECONDS:g} s: {refusal}")
        self.retried += 1
        await asyncio.sleep(min(refusal.retry_after_seconds or 0.05, LONGEST_PAUSE_SECONDS))

    def _keep(self, intent: Intent, answer: Answer) -> None:
        """On disk before anything else happens."""
        self.acks.keep(Ack(intent.rpc, intent.request.SerializeToString(deterministic=True), answer))
        self.acked += 1
        self.last_ack = time.monotonic()
        if answer.refusal is None:
            self.chooser.learn(intent, _read(intent.rpc, answer.response))
        elif answer.refusal["reason"] not in EXPECTED_REFUSALS:
            self.surprises.append(f"{intent.rpc}: {answer.refusal}")

    def _patience(self) -> float:
        return HASTY_SECONDS if self.chooser.random.random() < 0.03 else CALL_SECONDS


def _read(rpc: str, response: bytes) -> Message:
    return RESPONSES[rpc].FromString(response)


def _is_plain_sale(intent: Intent) -> bool:
    """A sale that no points pay for."""
    return isinstance(intent.request, ledger.PostOrderRequest) and not intent.request.tenders
