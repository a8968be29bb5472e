"""Spending points: stored answer → terms and member (both peers at once) → her proof, where
the program asks for one → the member's lane."""

from chassis.values.canonical import Plain
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RedeemPoints, RequestKey
from ledger_service.domain.fingerprints import redemption_key
from ledger_service.domain.redemption import redemption_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.pace import Pacing
from ledger_service.use_cases.ports import Lanes, Members, Outcome, Rules
from ledger_service.use_cases.requests import RedeemRequest, member_intent
from ledger_service.use_cases.spending_proofs import SpendingProofs, Spent, worth
from ledger_service.use_cases.together import together


class RedeemPointsAtBrand:
    """One brand, hence one rate and one redeemer."""

    def __init__(
        self, admission: Admission, members: Members, rules: Rules, proofs: SpendingProofs, lanes: Lanes
    ) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._proofs = proofs
        self._lanes = lanes

    async def __call__(self, caller: str, request: RedeemRequest) -> Outcome:
        """The outcome of the redemption."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        async with self._admission.pacing(asked) as paced:
            return await again(lambda: self._spent(asked, key, request, paced))

    async def _spent(self, asked: Asked, key: RequestKey, request: RedeemRequest, paced: Pacing) -> Outcome:
        facts = self._admission.program_at(request.program, request.occur_time)
        terms, resolution = await together(
            self._rules.redemption_terms(
                request.program, request.location_id, request.brand, request.currency, request.occur_time
            ),
            self._members.resolve(request.program, request.member),
        )
        here = (resolution.root, request.location_id, terms.operator)
        where = Where(request.location_id, terms.operator, terms.region, request.channel, terms.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        spent = Spent(
            facts,
            resolution,
            worth(request.points, terms),
            request.location_id,
            request.occur_time,
            key,
            request.proof,
            request.member,
        )
        demand, proof = await self._proofs(spent, lambda: paced.tries(*here))
        redemption_id = redemption_id_of(request.program, asked.caller, request.request_id)
        directory_key = redemption_key(request.program, redemption_id)
        await paced.spends(*here)
        return await self._lanes.submit(
            RedeemPoints(origin, directory_key, redemption_id, request.points, terms, request.quoted, demand, proof)
        )


def _intent(request: RedeemRequest) -> Plain:
    return [
        "redeem",
        member_intent(request.member),
        [request.location_id, request.brand, request.channel, request.currency],
        [request.points, request.quoted],
        moment(request.occur_time),
    ]
