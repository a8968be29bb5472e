"""Setting points aside: stored answer → terms and member (both peers at once) → her proof, where the
program asks for one → the member's lane."""

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import AuthorizeRedemption, RequestKey
from ledger_service.domain.fingerprints import authorization_key
from ledger_service.domain.hold import authorization_id_of
from ledger_service.domain.policies import HoldPolicy
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.again import again
from ledger_service.use_cases.pace import Pacing
from ledger_service.use_cases.ports import Lanes, Members, Outcome, Rules
from ledger_service.use_cases.requests import member_intent
from ledger_service.use_cases.spend_requests import AuthorizeRequest
from ledger_service.use_cases.spending_proofs import SpendingProofs, Spent, worth
from ledger_service.use_cases.together import together


class AuthorizeRedemptionAtBrand:
    """One brand, hence one rate and one redeemer; both stay for every capture."""

    def __init__(
        self, admission: Admission, members: Members, rules: Rules, proofs: SpendingProofs, lanes: Lanes
    ) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._proofs = proofs
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
        terms, resolution = await together(
            self._rules.redemption_terms(
                request.program, request.location_id, request.brand, request.currency, request.occur_time
            ),
            self._members.resolve(request.program, request.member),
        )
        here = (resolution.root, request.location_id, terms.operator)
        where = Where(request.location_id, terms.operator, terms.region, request.channel, terms.revision)
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
        authorization_id = authorization_id_of(request.program, asked.caller, request.request_id)
        command = AuthorizeRedemption(
            origin=self._admission.origin(asked, key, facts, resolution, where, request.occur_time),
            directory_key=authorization_key(request.program, authorization_id),
            authorization_id=authorization_id,
            points=request.points,
            terms=terms,
            quoted=request.quoted,
            hold_seconds=hold_seconds,
            demand=demand,
            proof=proof,
        )
        await paced.spends(*here)
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
