"""Setting more points aside: stored answer → the authorization → its member's proof, where the
program asks for one → her lane."""

from chassis.values.canonical import Plain
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import IncreaseHold, RequestKey
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.again import again
from ledger_service.use_cases.authorizations import Authorizations
from ledger_service.use_cases.pace import Pacing
from ledger_service.use_cases.ports import Lanes, Outcome
from ledger_service.use_cases.spend_requests import Covers, IncreaseRequest
from ledger_service.use_cases.spending_proofs import SpendingProofs, Spent, worth


class IncreaseAHold:
    """More points under the same terms, until the same time-out."""

    def __init__(
        self, admission: Admission, authorizations: Authorizations, proofs: SpendingProofs, lanes: Lanes
    ) -> None:
        self._admission = admission
        self._authorizations = authorizations
        self._proofs = proofs
        self._lanes = lanes

    async def __call__(self, caller: str, request: IncreaseRequest, covers: Covers) -> Outcome:
        """The outcome of the increase."""
        intent: Plain = ["increase", request.authorization_id, request.points, moment(request.occur_time)]
        asked = Asked(request.program, caller, request.request_id, intent)
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        async with self._admission.pacing(asked) as paced:
            return await again(lambda: self._increased(asked, key, request, covers, paced))

    async def _increased(
        self, asked: Asked, key: RequestKey, request: IncreaseRequest, covers: Covers, paced: Pacing
    ) -> Outcome:
        facts = self._admission.program_at(request.program, request.occur_time)
        found = await self._authorizations.find(request.program, request.authorization_id, covers)
        here = (found.resolution.root, found.where.location_id, found.where.operator)
        origin = self._admission.origin(asked, key, facts, found.resolution, found.where, request.occur_time)
        spending = found.spending
        spent = Spent(
            facts,
            found.resolution,
            worth(spending.points + request.points, spending.terms),
            spending.location_id,
            request.occur_time,
            key,
            request.proof,
            hold_id=request.authorization_id,
            proven=spending.proof,
        )
        demand, proof = await self._proofs(spent, lambda: paced.tries(*here))
        await paced.spends(*here)
        return await self._lanes.submit(
            IncreaseHold(origin, request.authorization_id, request.points, demand=demand, proof=proof)
        )
