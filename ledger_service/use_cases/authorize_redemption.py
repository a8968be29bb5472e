"""Setting points aside: stored answer → terms, member, proof and limits (`spends`) → the member's lane."""

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import AuthorizeRedemption, RequestKey
from ledger_service.domain.fingerprints import authorization_key
from ledger_service.domain.hold import authorization_id_of
from ledger_service.domain.policies import HoldPolicy
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.again import again
from ledger_service.use_cases.pace import Pacing
from ledger_service.use_cases.ports import Lanes, Outcome
from ledger_service.use_cases.requests import member_intent
from ledger_service.use_cases.spend_requests import AuthorizeRequest
from ledger_service.use_cases.spends import Spends


class AuthorizeRedemptionAtBrand:
    """One brand, hence one rate and one redeemer; both stay for every capture."""

    def __init__(self, admission: Admission, spends: Spends, lanes: Lanes) -> None:
        self._admission = admission
        self._spends = spends
        self._lanes = lanes

    async def __call__(self, caller: str, request: AuthorizeRequest) -> Outcome:
        """The outcome of the authorization."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        async with self._admission.pacing(asked) as paced:
            return await again(lambda: self._held(asked, key, request, paced))

    async def _held(self, asked: Asked, key: RequestKey, request: AuthorizeRequest, paced: Pacing) -> Outcome:
        facts = self._admission.program_at(request.program, request.occur_time)
        hold_seconds = _seconds(request.hold_seconds, facts.policies.holds)
        spend = await self._spends(asked, key, facts, request, paced)
        authorization_id = authorization_id_of(request.program, asked.caller, request.request_id)
        command = AuthorizeRedemption(
            origin=spend.origin,
            directory_key=authorization_key(request.program, authorization_id),
            authorization_id=authorization_id,
            points=request.points,
            terms=spend.terms,
            quoted=request.quoted,
            hold_seconds=hold_seconds,
            demand=spend.demand,
            proof=spend.proof,
        )
        return await self._lanes.submit(command)


def _seconds(asked: int, policy: HoldPolicy) -> int:
    if asked > policy.longest_seconds:
        raise refusals.hold_too_long(policy.longest_seconds)
    return asked or policy.default_seconds


def _intent(request: AuthorizeRequest) -> Plain:
    return [
        "authorize",
        member_intent(request.member),
        [request.location_id, request.brand, request.channel, request.currency],
        [request.points, request.quoted, request.hold_seconds],
        moment(request.occur_time),
    ]
