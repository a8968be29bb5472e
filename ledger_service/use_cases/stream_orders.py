"""A till's offline day: sales one after another, several under way at once, acknowledged in order of arrival.

What a cut stream leaves behind: a sale whose commit runs is committed, one that only waits for it is forgotten; neither
was acknowledged, so the till sends both again, and the first is told what it was told before.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

from chassis.values.refusal import Refusal
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.refused_order import RefusedOrder, needs_a_person, without_member
from ledger_service.use_cases.admission import Admission
from ledger_service.use_cases.in_turn import InTurn
from ledger_service.use_cases.ports import Clock, Outcome, RefusedOrders
from ledger_service.use_cases.post_orders import PostOrders, asked_for
from ledger_service.use_cases.requests import OrderRequest

WINDOW = 64
"""How many sales of one stream are under way at once; the transport holds back what comes behind them."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One message of an upload; a sale that was refused on its way here stays so."""

    sequence: int
    order: OrderRequest | Refusal


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What became of one message. `kept_aside`: a person will look at it, it need not be sent again as it is."""

    sequence: int
    outcome: Outcome | Refusal
    kept_aside: bool = False


class StreamOrders:
    """Sales of one member are applied in order of arrival. What ends the stream is told after everything that came
    before it was acknowledged."""

    def __init__(
        self,
        post_orders: PostOrders,
        admission: Admission,
        refused: RefusedOrders,
        clock: Clock,
        window: int = WINDOW,
    ) -> None:
        self._post_orders = post_orders
        self._admission = admission
        self._refused = refused
        self._clock = clock
        self._window = window

    async def __call__(self, caller: str, uploads: AsyncIterator[Upload]) -> AsyncGenerator[Acknowledgement, None]:
        """One acknowledgement a message, in order of arrival. Reads on only while fewer than the window are open."""
        under_way = _UnderWay(asyncio.Semaphore(self._window))
        reading = asyncio.create_task(self._read(caller, uploads, under_way))
        try:
            while (task := await under_way.oldest()) is not None:
                yield await task
                under_way.close_oldest()
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, *under_way.forgotten(), return_exceptions=True)

    async def _read(self, caller: str, uploads: AsyncIterator[Upload], under_way: "_UnderWay") -> None:
        """Takes messages as long as there is room. Each begins at once and queues for its lane in its turn."""
        turn, in_turn = asyncio.Event(), InTurn()
        turn.set()
        try:
            while await under_way.room.acquire():
                upload = await anext(uploads, None)
                if upload is None:
                    return
                following = asyncio.Event()
                under_way.begin(asyncio.create_task(self._post(caller, upload, in_turn, turn, following)))
                turn = following
        finally:
            under_way.end()

    async def _post(
        self, caller: str, upload: Upload, in_turn: InTurn, turn: asyncio.Event, following: asyncio.Event
    ) -> Acknowledgement:
        ready = await self._post_orders.prepare(caller, upload.order, uploaded=True)
        await turn.wait()
        committing = asyncio.create_task(self._post_orders.commit(ready, in_turn))
        # Tasks begin in the order they were made in: who is woken here queues behind this one.
        following.set()
        outcome = await committing
        if isinstance(outcome, Outcome) or isinstance(upload.order, Refusal) or not needs_a_person(outcome):
            return Acknowledgement(upload.sequence, outcome)
        return await self._kept_aside(caller, upload.sequence, upload.order, outcome)

    async def _kept_aside(self, caller: str, sequence: int, request: OrderRequest, refusal: Refusal) -> Acknowledgement:
        """Keeps a refused sale for a person; if that fails for the moment the till has to send it again."""
        now = self._clock.now()
        refused = RefusedOrder(
            program=request.program,
            key=order_key(request.program, request.document.ref),
            fingerprint=self._admission.key_of(asked_for(caller, request)).fingerprint,
            caller=caller,
            request_id=request.request_id,
            document=request.document,
            refusal=without_member(refusal),
            first_time=now,
            last_time=now,
        )
        try:
            await self._refused.keep(refused)
        except Refusal as for_the_moment:
            return Acknowledgement(sequence, for_the_moment)
        return Acknowledgement(sequence, refusal, kept_aside=True)


class _UnderWay:
    """The open sales of a stream, oldest first, and room for more."""

    def __init__(self, room: asyncio.Semaphore) -> None:
        self.room = room
        self._tasks: deque[asyncio.Task[Acknowledgement]] = deque()
        self._changed = asyncio.Event()
        self._ended = False

    def begin(self, task: asyncio.Task[Acknowledgement]) -> None:
        """One more is open."""
        self._tasks.append(task)
        self._changed.set()

    def end(self) -> None:
        """No more will come."""
        self._ended = True
        self._changed.set()

    async def oldest(self) -> asyncio.Task[Acknowledgement] | None:
        """The oldest open one, once there is one; None after the last."""
        while not self._tasks and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        return self._tasks[0] if self._tasks else None

    def close_oldest(self) -> None:
        """The oldest was acknowledged."""
        self._tasks.popleft()
        self.room.release()

    def forgotten(self) -> Sequence[asyncio.Task[Acknowledgement]]:
        """Those that are left: ended all at once, so that none overtakes another."""
        for task in self._tasks:
            task.cancel()
        return tuple(self._tasks)
