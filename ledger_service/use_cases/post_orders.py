"""Posting sales: stored answer → who and what (both peers at once) → the member's lane."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import PostOrder, RequestKey
from ledger_service.domain.fingerprints import order_intent, order_key
from ledger_service.domain.order import order_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.ports import Lanes, Members, Outcome, Rules
from ledger_service.use_cases.requests import OrderRequest, member_intent
from ledger_service.use_cases.together import together

T = TypeVar("T")


class PostOrders:
    """One sale or many; each has its own outcome. Sales of one member are applied in order of the list."""

    def __init__(self, admission: Admission, members: Members, rules: Rules, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._lanes = lanes

    async def __call__(self, caller: str, requests: Sequence[OrderRequest | Refusal]) -> Sequence[Outcome | Refusal]:
        """The outcome of each sale, in order; one that was refused on its way here stays so."""
        prepared = await asyncio.gather(*(_caught(self._prepare(caller, request)) for request in requests))
        # Queued in one go, in order of the list.
        return await asyncio.gather(*(_caught(self._commit(ready)) for ready in prepared))

    async def _prepare(self, caller: str, request: OrderRequest | Refusal) -> Outcome | PostOrder:
        if isinstance(request, Refusal):
            raise request
        document = request.document
        intent = order_intent(member_intent(request.member), document)
        asked = Asked(request.program, caller, request.request_id, intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        document_key = order_key(request.program, document.ref)
        try:
            return await self._command(asked, key, request, document_key)
        except Refusal:
            posted = await self._admission.posted(key, document_key, document.ref)
            if posted is None:
                raise
            return posted

    async def _command(self, asked: Asked, key: RequestKey, request: OrderRequest, document_key: bytes) -> PostOrder:
        document = request.document
        facts = self._admission.program_at(request.program, document.occur_time)
        evaluation, resolution = await together(
            self._rules.evaluate(request.program, document),
            self._members.resolve(request.program, request.member),
        )
        where = Where(
            document.location_id, evaluation.operator, evaluation.region, document.channel, evaluation.revision
        )
        origin = self._admission.origin(asked, key, facts, resolution, where, document.occur_time)
        return PostOrder(
            origin=origin,
            document_key=document_key,
            order_id=order_id_of(request.program, document.ref),
            document=document,
            awards=evaluation.awards,
        )

    async def _commit(self, ready: Outcome | PostOrder | Refusal) -> Outcome:
        if isinstance(ready, Refusal):
            raise ready
        return ready if isinstance(ready, Outcome) else await self._lanes.submit(ready)


async def _caught(work: Awaitable[T]) -> T | Refusal:
    try:
        return await work
    except Refusal as refusal:
        return refusal
