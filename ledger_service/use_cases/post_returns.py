"""Posting a return: stored answer → the sales and whose they are → the member's lane.

A return that comes before one of its sales is parked, if it says whose it is: the sale settles it.
"""

from chassis.values.refusal import Refusal
from ledger_service.domain import refusals
from ledger_service.domain.commands import AwaitedSale, PostReturn, RequestKey
from ledger_service.domain.fingerprints import order_key, return_intent, return_key
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.named_sales import NamedSales, locks_of, place_of, return_part
from ledger_service.use_cases.ports import Lanes, Outcome
from ledger_service.use_cases.requests import ReturnRequest, member_intent


class PostReturns:
    """Goods brought back, to any location of the program."""

    def __init__(self, admission: Admission, sales: NamedSales, lanes: Lanes) -> None:
        self._admission = admission
        self._sales = sales
        self._lanes = lanes

    async def __call__(self, caller: str, request: ReturnRequest) -> Outcome:
        """The outcome of the return; made anew if one of its sales came, or was claimed, meanwhile."""
        intent = return_intent(member_intent(request.member), request.document)
        asked = Asked(request.program, caller, request.request_id, intent)
        key, kept = await self._admission.kept(asked)
        return kept if kept is not None else await again(lambda: self._post(asked, key, request))

    async def _post(self, asked: Asked, key: RequestKey, request: ReturnRequest) -> Outcome:
        try:
            command = await self._command(asked, key, request)
        except Refusal:
            ref = request.document.ref
            posted = await self._admission.posted(key, return_key(request.program, ref), ref)
            if posted is None:
                raise
            return posted
        return await self._lanes.submit(command)

    async def _command(self, asked: Asked, key: RequestKey, request: ReturnRequest) -> PostReturn:
        program, document = request.program, request.document
        facts = self._admission.program_at(program, document.occur_time)
        place = place_of(facts, document.location_id)
        sales, missing = await self._sales.find(program, document.sales)
        if not missing:
            resolution = await self._sales.owner(program, request.member, sales)
        elif request.member is None:
            raise refusals.sale_not_found(missing[0])
        else:
            resolution = await self._sales.member(program, request.member, sales)
        where = Where(place.location_id, place.operator, place.region, document.channel, facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, document.occur_time)
        part = return_part(facts, document, sales)
        awaited = tuple(AwaitedSale(order_key(program, ref), ref, part.return_id) for ref in missing)
        return PostReturn(origin, part, awaited, locks_of(program, sales))
