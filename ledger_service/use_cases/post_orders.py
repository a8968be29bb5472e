"""Posting sales: stored answer → who and what (both peers at once) → the member's lane."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import TypeVar

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import OrderPart, PostOrder, RequestKey
from ledger_service.domain.fingerprints import order_intent, order_key
from ledger_service.domain.order import anonymous_home, order_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.ports import Lanes, Members, Outcome, Resolution, Rules
from ledger_service.use_cases.requests import OrderRequest, member_intent
from ledger_service.use_cases.together import together

T = TypeVar("T")

Ready = Outcome | PostOrder | Refusal
"""A sale on its way to the lane, or what became of it before."""


class PostOrders:
    """One sale or many; each has its own outcome. Sales of one member are applied in order of the list."""

    def __init__(self, admission: Admission, members: Members, rules: Rules, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._lanes = lanes

    async def __call__(self, caller: str, requests: Sequence[OrderRequest | Refusal]) -> Sequence[Outcome | Refusal]:
        """The outcome of each sale, in order; one that was refused on its way here stays so."""
        prepared = await asyncio.gather(*(self.prepare(caller, request) for request in requests))
        # Queued in one go, in order of the list.
        return await asyncio.gather(*map(self.commit, prepared))

    async def prepare(self, caller: str, request: OrderRequest | Refusal, uploaded: bool = False) -> Ready:
        """Everything that comes before the lane. `uploaded`: a time that lies ahead is set to that of its arrival."""
        return request if isinstance(request, Refusal) else await _caught(self._prepare(caller, request, uploaded))

    async def commit(self, ready: Ready) -> Outcome | Refusal:
        """The outcome of a sale. Of several, those of one member are queued in the order in which this is begun."""
        return await _caught(self._lanes.submit(ready)) if isinstance(ready, PostOrder) else ready

    async def _prepare(self, caller: str, request: OrderRequest, uploaded: bool) -> Outcome | PostOrder:
        asked = asked_for(caller, request)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
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
        evaluation, resolution = await together(self._rules.evaluate(program, document), self._resolve(request))
        where = Where(
            document.location_id, evaluation.operator, evaluation.region, document.channel, evaluation.revision
        )
        origin = self._admission.origin(asked, key, facts, resolution, where, document.occur_time)
        awards = () if request.member is None else evaluation.awards
        order_id = order_id_of(program, document.ref)
        return PostOrder(origin, OrderPart(document_key, order_id, document, awards, request.tenders), clamped)

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
