"""Posting sales: stored answer → who and what → the member's lane."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import OrderPart, PostOrder, RequestKey
from ledger_service.domain.facts import NOTHING_READ
from ledger_service.domain.fingerprints import order_intent, order_key
from ledger_service.domain.order import anonymous_home, order_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.in_turn import InTurn
from ledger_service.use_cases.member_facts import Judging
from ledger_service.use_cases.ports import Members, Outcome, Resolution
from ledger_service.use_cases.requests import OrderRequest, member_intent
from ledger_service.use_cases.stale_facts import FactLanes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadySale:
    """A sale on its way to the lane, and how it is judged again if what it was judged by has changed."""

    command: PostOrder
    judge_again: Callable[[], Awaitable[PostOrder | Outcome]]


Ready = Outcome | ReadySale | Refusal
"""A sale on its way to the lane, or what became of it before."""


class PostOrders:
    """One sale or many; each has its own outcome. Sales of one member are applied in order of the list."""

    def __init__(self, admission: Admission, members: Members, judging: Judging, lanes: FactLanes) -> None:
        self._admission = admission
        self._members = members
        self._judging = judging
        self._lanes = lanes

    async def __call__(self, caller: str, requests: Sequence[OrderRequest | Refusal]) -> Sequence[Outcome | Refusal]:
        """The outcome of each sale, in order; one that was refused on its way here stays so."""
        prepared = await asyncio.gather(*(self.prepare(caller, request) for request in requests))
        # Queued in one go, in order of the list.
        in_turn = InTurn()
        return await asyncio.gather(*(self.commit(ready, in_turn) for ready in prepared))

    async def prepare(self, caller: str, request: OrderRequest | Refusal, uploaded: bool = False) -> Ready:
        """Everything that comes before the lane. `uploaded`: a time that lies ahead is set to that of its arrival."""
        return request if isinstance(request, Refusal) else await _caught(self._prepare(caller, request, uploaded))

    async def commit(self, ready: Ready, in_turn: InTurn) -> Outcome | Refusal:
        """The outcome of a sale. Of several of one call, those of one member are applied in the order in which this is
        begun: what comes behind one that may have to be judged again waits for it."""
        if not isinstance(ready, ReadySale):
            return ready
        command = ready.command
        async with in_turn.of(command.origin.wallet, command.rests_on != NOTHING_READ):
            return await _caught(self._lanes.submit(command, ready.judge_again))

    async def _prepare(self, caller: str, request: OrderRequest, uploaded: bool) -> Outcome | ReadySale:
        asked = asked_for(caller, request)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept

        async def judged() -> PostOrder | Outcome:
            return await self._judged(asked, key, request, uploaded)

        made = await judged()
        return made if isinstance(made, Outcome) else ReadySale(made, judged)

    async def _judged(
        self, asked: Asked, key: RequestKey, request: OrderRequest, uploaded: bool
    ) -> PostOrder | Outcome:
        document = request.document
        document_key = order_key(request.program, document.ref)
        try:
            return await self._command(asked, key, request, document_key, uploaded)
        except Refusal:
            posted = await self._admission.posted(key, document_key, document.ref)
            if posted is None:
                raise
            return posted

    async def _command(
        self, asked: Asked, key: RequestKey, request: OrderRequest, document_key: bytes, uploaded: bool
    ) -> PostOrder:
        program, document = request.program, request.document
        clamped = False
        if uploaded:
            facts, when = self._admission.program_on_arrival(program, document.occur_time)
            clamped = when != document.occur_time
            document = replace(document, occur_time=when)
        else:
            facts = self._admission.program_at(program, document.occur_time)
        judged = await self._judging.judge(facts, document, self._resolve(request))
        evaluation = judged.evaluation
        where = Where(
            document.location_id, evaluation.operator, evaluation.region, document.channel, evaluation.revision
        )
        origin = self._admission.origin(asked, key, facts, judged.resolution, where, document.occur_time)
        order = OrderPart(
            document_key=document_key,
            order_id=order_id_of(program, document.ref),
            document=document,
            awards=() if request.member is None else evaluation.awards,
            tenders=request.tenders,
            local_day=evaluation.local_day,
            read=evaluation.read,
            kept=judged.kept,
        )
        return PostOrder(origin, order, clamped)

    async def _resolve(self, request: OrderRequest) -> Resolution:
        """Who bought. A sale that names nobody is judged like any other, for what is wrong with it, and is its own
        home."""
        if request.member is not None:
            return await self._members.resolve(request.program, request.member)
        home = anonymous_home(request.program, request.document.ref)
        return Resolution(home, home, (home,), merge_seq=0, home_location_id="")


def asked_for(caller: str, request: OrderRequest) -> Asked:
    """What a sale asks for. Its time is that of its document, also where another is taken for it."""
    intent = order_intent(member_intent(request.member), request.document, request.tenders)
    return Asked(request.program, caller, request.request_id, intent)


async def _caught(work: Awaitable[T]) -> T | Refusal:
    try:
        return await work
    except Refusal as refusal:
        return refusal
