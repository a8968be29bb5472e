"""Spending points: stored answer → terms, member, proof and limits (`spends`) → the member's lane."""

from chassis.values.canonical import Plain
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RedeemPoints, RequestKey
from ledger_service.domain.fingerprints import redemption_key
from ledger_service.domain.redemption import redemption_id_of
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.again import again
from ledger_service.use_cases.pace import Pacing
from ledger_service.use_cases.ports import Lanes, Outcome
from ledger_service.use_cases.requests import RedeemRequest, member_intent
from ledger_service.use_cases.spends import Spends


class RedeemPointsAtBrand:
    """One brand, hence one rate and one redeemer."""

    def __init__(self, admission: Admission, spends: Spends, lanes: Lanes) -> None:
        self._admission = admission
        self._spends = spends
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
        spend = await self._spends(asked, key, facts, request, paced)
        redemption_id = redemption_id_of(request.program, asked.caller, request.request_id)
        command = RedeemPoints(
            origin=spend.origin,
            directory_key=redemption_key(request.program, redemption_id),
            redemption_id=redemption_id,
            points=request.points,
            terms=spend.terms,
            quoted=request.quoted,
            demand=spend.demand,
            proof=spend.proof,
        )
        return await self._lanes.submit(command)


def _intent(request: RedeemRequest) -> Plain:
    return [
        "redeem",
        member_intent(request.member),
        [request.location_id, request.brand, request.channel, request.currency],
        [request.points, request.quoted],
        moment(request.occur_time),
    ]
