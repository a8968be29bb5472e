"""Announcing a return: stored answer → the sales and whose they are → the member's lane."""

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import OpenReturn, RequestKey
from ledger_service.domain.fingerprints import announcement_key, return_intent
from ledger_service.domain.order import return_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.named_sales import NamedSales, locks_of, place_of, return_part
from ledger_service.use_cases.ports import Lanes, Outcome
from ledger_service.use_cases.requests import ReturnRequest, member_intent


class OpenReturns:
    """Goods that are on their way back. Their sales must have come."""

    def __init__(self, admission: Admission, sales: NamedSales, lanes: Lanes) -> None:
        self._admission = admission
        self._sales = sales
        self._lanes = lanes

    async def __call__(self, caller: str, request: ReturnRequest) -> Outcome:
        """The outcome of the announcement; made anew if one of its sales was claimed meanwhile."""
        intent = ["open", return_intent(member_intent(request.member), request.document)]
        asked = Asked(request.program, caller, request.request_id, intent)
        key, kept = await self._admission.kept(asked)
        return kept if kept is not None else await again(lambda: self._open(asked, key, request))

    async def _open(self, asked: Asked, key: RequestKey, request: ReturnRequest) -> Outcome:
        ref = request.document.ref
        directory_key = announcement_key(request.program, return_id_of(request.program, ref))
        try:
            command = await self._command(asked, key, request, directory_key)
        except Refusal:
            opened = await self._admission.posted(key, directory_key, ref)
            if opened is None:
                raise
            return opened
        return await self._lanes.submit(command)

    async def _command(self, asked: Asked, key: RequestKey, request: ReturnRequest, directory_key: bytes) -> OpenReturn:
        program, document = request.program, request.document
        facts = self._admission.program_at(program, document.occur_time)
        place = place_of(facts, document.location_id)
        sales = await self._sales.posted(program, document.sales)
        resolution = await self._sales.owner(program, request.member, sales)
        where = Where(place.location_id, place.operator, place.region, document.channel, facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, document.occur_time)
        return OpenReturn(origin, directory_key, return_part(facts, document, sales), locks_of(program, sales))
