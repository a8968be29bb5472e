"""How spending points and setting them aside begin: terms and member (both peers at once) → her proof, where the
program asks for one → counted, as the last before the lane."""

from dataclasses import dataclass

from ledger_service.domain.commands import Origin, RequestKey
from ledger_service.domain.proof import Proof, ProofDemand
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.pace import Pacing
from ledger_service.use_cases.ports import Members, ProgramFacts, Rules
from ledger_service.use_cases.requests import RedeemRequest
from ledger_service.use_cases.spend_requests import AuthorizeRequest
from ledger_service.use_cases.spending_proofs import SpendingProofs, Spent, worth
from ledger_service.use_cases.together import together


@dataclass(frozen=True, slots=True)
class ReadySpend:
    """What the command of a spend is made of: whose and where, on which terms, proven how."""

    origin: Origin
    terms: RedemptionTerms
    demand: ProofDemand | None
    proof: Proof | None


class Spends:
    """Shared by the use cases that spend at one brand."""

    def __init__(self, admission: Admission, members: Members, rules: Rules, proofs: SpendingProofs) -> None:
        self._admission = admission
        self._members = members
        self._rules = rules
        self._proofs = proofs

    async def __call__(
        self,
        asked: Asked,
        key: RequestKey,
        facts: ProgramFacts,
        request: RedeemRequest | AuthorizeRequest,
        paced: Pacing,
    ) -> ReadySpend:
        """The spend as it may go to the lane. Raises what rules, identity, the proof or the limits refuse."""
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
        origin = self._admission.origin(asked, key, facts, resolution, where, request.occur_time)
        await paced.spends(*here)
        return ReadySpend(origin, terms, demand, proof)
