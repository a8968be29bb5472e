"""Spending points: stored answer → terms and member (both peers at once) → the member's lane."""

from chassis.values.canonical import Plain
from ledger_service.domain.accrual import moment
from ledger_service.domain.commands import RedeemPoints
from ledger_service.domain.fingerprints import redemption_key
from ledger_service.domain.redemption import redemption_id_of
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.ports import Lanes, Members, Outcome, Rules
from ledger_service.use_cases.requests import RedeemRequest, member_intent
from ledger_service.use_cases.together import together


class RedeemPointsAtBrand:
    """One brand, hence one rate and one redeemer."""

    def __init__(self, admission: Admission, members: Members, rules: Rules, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._lanes = lanes

    async def __call__(self, caller: str, request: RedeemRequest) -> Outcome:
        """The outcome of the redemption."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        terms, resolution = await together(
            self._rules.redemption_terms(
                request.program, request.location_id, request.brand, request.currency, request.occur_time
            ),
            self._members.resolve(request.program, request.member),
        )
        where = Where(request.location_id, terms.operator, terms.region, request.channel, terms.revision)
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        redemption_id = redemption_id_of(request.program, caller, request.request_id)
        directory_key = redemption_key(request.program, redemption_id)
        command = RedeemPoints(origin, directory_key, redemption_id, request.points, terms, request.quoted)
        return await self._lanes.submit(command)


def _intent(request: RedeemRequest) -> Plain:
    return [
        "redeem",
        member_intent(request.member),
        [request.location_id, request.brand, request.channel, request.currency],
        [request.points, request.quoted],
        moment(request.occur_time),
    ]
