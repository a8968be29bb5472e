"""A second person decides: stored answer → the proposal and who made it → the member's lane."""

from collections.abc import Callable

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.adjustment import Adjustment
from ledger_service.domain.commands import DecideAdjustment
from ledger_service.domain.fingerprints import adjustment_key
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.people_ports import Adjustments
from ledger_service.use_cases.people_requests import DecideRequest
from ledger_service.use_cases.ports import Lanes, MemberRef, Members, Outcome, Outcomes


class DecideProposedAdjustment:
    """Neither the caller nor the operator that proposed it may decide."""

    def __init__(
        self, admission: Admission, outcomes: Outcomes, members: Members, adjustments: Adjustments, lanes: Lanes
    ) -> None:
        self._admission = admission
        self._outcomes = outcomes
        self._members = members
        self._adjustments = adjustments
        self._lanes = lanes

    async def __call__(self, caller: str, request: DecideRequest, covers_brand: Callable[[str], bool]) -> Outcome:
        """The outcome of the decision; `covers_brand` says which brands concern the caller, to whom there is no
        proposal of another."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        adjustment = await self._find(request, covers_brand)
        terms = adjustment.terms
        if caller == adjustment.caller or request.operator_id == terms.operator_id:
            raise refusals.second_person_needed(request.adjustment_id)
        resolution = await self._members.resolve(request.program, MemberRef(member_id=adjustment.home))
        where = Where(terms.location_id, terms.operator, terms.region, "", facts.revision)
        command = DecideAdjustment(
            origin=self._admission.origin(asked, key, facts, resolution, where, request.occur_time),
            adjustment_id=request.adjustment_id,
            terms=terms,
            approve=request.approve,
            operator_id=request.operator_id,
            burn_order=facts.policies.burn_order,
        )
        return await self._lanes.submit(command)

    async def _find(self, request: DecideRequest, covers_brand: Callable[[str], bool]) -> Adjustment:
        posted = await self._outcomes.of_document(adjustment_key(request.program, request.adjustment_id))
        # Read also where there is nothing to find: what is hidden must cost what is not there costs.
        home = "" if posted is None else posted.home
        found = await self._adjustments.find(request.program, home, request.adjustment_id)
        if found is not None and covers_brand(found.terms.brand):
            return found
        raise refusals.adjustment_not_found(request.adjustment_id)


def _intent(request: DecideRequest) -> Plain:
    return [
        "decide-adjustment",
        [request.adjustment_id, request.approve],
        [request.operator_id, moment(request.occur_time)],
    ]
