"""Posting a return: stored answer → the sales and whose they are → the member's lane."""

import asyncio

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.commands import PostReturn, RequestKey
from ledger_service.domain.fingerprints import order_key, return_intent, return_key
from ledger_service.domain.order import DocumentRef, ReturnDocument, SaleHomes
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.ports import Lanes, MemberRef, Members, Outcome, Outcomes, Resolution
from ledger_service.use_cases.requests import ReturnRequest, member_intent


class PostReturns:
    """Goods brought back, to any location of the program."""

    def __init__(self, admission: Admission, outcomes: Outcomes, members: Members, lanes: Lanes) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._members = members
        self._lanes = lanes

    async def __call__(self, caller: str, request: ReturnRequest) -> Outcome:
        """The outcome of the return."""
        document = request.document
        intent = return_intent(member_intent(request.member), document)
        asked = Asked(request.program, caller, request.request_id, intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        document_key = return_key(request.program, document.ref)
        try:
            command = await self._command(asked, key, request, document_key)
        except Refusal:
            posted = await self._admission.posted(key, document_key, document.ref)
            if posted is None:
                raise
            return posted
        return await self._lanes.submit(command)

    async def _command(self, asked: Asked, key: RequestKey, request: ReturnRequest, document_key: bytes) -> PostReturn:
        document = request.document
        facts = self._admission.program_at(request.program, document.occur_time)
        place = facts.places.get(document.location_id)
        if place is None:
            raise refusals.location_not_found(request.program, document.location_id)
        sales = await self._sales(request.program, document)
        resolution = await self._owner(request, sales)
        where = Where(place.location_id, place.operator, place.region, document.channel, facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, document.occur_time)
        return PostReturn(origin, document_key, document, sales)

    async def _sales(self, program: str, document: ReturnDocument) -> SaleHomes:
        """The home under which each named sale was posted."""
        refs = document.sales
        found = await asyncio.gather(*(self._outcomes.of_document(order_key(program, ref)) for ref in refs))
        homes: dict[DocumentRef, str] = {}
        for ref, posted in zip(refs, found, strict=True):
            if posted is None:
                raise refusals.sale_not_found(ref)
            homes[ref] = posted.home
        return homes

    async def _owner(self, request: ReturnRequest, sales: SaleHomes) -> Resolution:
        """Whose wallet the sales lie in: one root for all of them, and for the named member if there is one."""
        resolutions = {
            home: await self._members.resolve(request.program, MemberRef(member_id=home))
            for home in dict.fromkeys(sales.values())
        }
        first = next(iter(resolutions.values()))
        root = first.root
        if request.member is not None:
            root = (await self._members.resolve(request.program, request.member)).root
        for ref, home in sales.items():
            if resolutions[home].root != root:
                raise refusals.other_members_order(ref)
        return first
