"""Ending the waiting of a parked return: stored answer → the return and its right sales → the member's lane."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RequestKey, ResolveParkedReturn, ReturnPart
from ledger_service.domain.fingerprints import return_key, return_lines
from ledger_service.domain.order import PostedReturn
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.named_sales import NamedSales
from ledger_service.use_cases.ports import Lanes, Outcome, ProgramFacts, Resolution
from ledger_service.use_cases.return_ports import StoredReturns
from ledger_service.use_cases.return_requests import ResolveReturnRequest

Covers = Callable[[str], bool]
"""Whether the caller may act for a location."""


class Resolved(NamedTuple):
    """The outcome, and the return as it is for good."""

    outcome: Outcome
    posted: PostedReturn


class ResolveParkedReturns:
    """A person's word about a return that found no sale."""

    def __init__(self, admission: Admission, returns: StoredReturns, sales: NamedSales, lanes: Lanes) -> None:
        self._admission = admission
        self._returns = returns
        self._sales = sales
        self._lanes = lanes

    async def __call__(self, caller: str, request: ResolveReturnRequest, covers: Covers) -> Resolved:
        """The outcome; RETURN_NOT_FOUND without a trace if there is no such return where the caller may act."""
        program, return_id = request.program, request.return_id
        key, kept = await self._admission.kept(asked := _asked(caller, request))
        outcome = kept if kept is not None else await again(lambda: self._ended(asked, key, request, covers))
        resolved = await self._returns.posted(program, return_id)
        if resolved is None:
            raise refusals.return_not_found(return_id)
        return Resolved(outcome, resolved)

    async def _ended(self, asked: Asked, key: RequestKey, request: ResolveReturnRequest, covers: Covers) -> Outcome:
        return await self._lanes.submit(await self._command(asked, key, request, covers))

    async def _command(
        self, asked: Asked, key: RequestKey, request: ResolveReturnRequest, covers: Covers
    ) -> ResolveParkedReturn:
        program = request.program
        facts = self._admission.program_at(program, request.occur_time)
        parked = await self._returns.posted(program, request.return_id)
        if parked is None or not covers(parked.document.location_id):
            raise refusals.return_not_found(request.return_id)
        resolution = await self._sales.wallet_of(program, parked.home)
        corrected = await self._corrected(facts, parked, request, resolution) if request.corrected else None
        place = facts.places.get(parked.document.location_id)
        operator, region = (place.operator, place.region) if place else ("", "")
        where = Where(parked.document.location_id, operator, region, parked.document.channel, facts.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        return ResolveParkedReturn(
            origin, request.return_id, parked.home, request.reject, corrected, request.operator_id
        )

    async def _corrected(
        self, facts: ProgramFacts, parked: PostedReturn, request: ResolveReturnRequest, owner: Resolution
    ) -> ReturnPart:
        """The return with its right lines, by the policy that it was parked with."""
        document = replace(parked.document, lines=request.corrected)
        sales = await self._sales.posted(request.program, document.sales)
        await self._sales.check(request.program, sales, owner.root)
        return ReturnPart(
            program=request.program,
            document_key=return_key(request.program, document.ref),
            document=document,
            sales=sales,
            policy=parked.policy or facts.policies.returns,
            place_entity=parked.place_entity,
        )


def _asked(caller: str, request: ResolveReturnRequest) -> Asked:
    intent: Plain = [
        "resolve-return",
        [request.return_id, request.reject, return_lines(request.corrected)],
        [request.operator_id, moment(request.occur_time)],
    ]
    return Asked(request.program, caller, request.request_id, intent)
