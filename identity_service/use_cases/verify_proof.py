"""Looking at a proof for one use: accepted once, and for that use for ever."""

from dataclasses import dataclass, replace

from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.members import MemberKey, MemberRef, Resolution
from identity_service.domain.proof import Accepted, GivenProof, ProofUse, Purpose, proof_id_of
from identity_service.domain.proof_refusals import proof_refused
from identity_service.use_cases.check_proof import CheckProof
from identity_service.use_cases.ports import Clock
from identity_service.use_cases.proof_ports import ProofStore
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.resolve_one import resolved


@dataclass(frozen=True, slots=True)
class ProofQuestion:
    """Does this prove the member? `location_id` may be empty. `caller` was given the proof; empty: who asks."""

    program_id: str
    member_id: str
    given: GivenProof
    purpose: Purpose
    location_id: str = ""
    caller: str = ""


@dataclass(frozen=True, slots=True)
class VerifyProof:
    """The use case."""

    proofs: ProofStore
    resolve: ResolveMembers
    check: CheckProof
    clock: Clock

    async def __call__(
        self, caller: Caller, request_id: str, question: ProofQuestion, verb: str = "verify"
    ) -> Accepted:
        """The proof as accepted. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND, REQUEST_ID_REUSED, PROOF_REFUSED or
        TOO_FREQUENT."""
        found = await resolved(self.resolve, caller, MemberRef(question.program_id, question.member_id))
        use_hash = ProofUse(question.program_id, caller.subject, request_id).key_hash(verb)
        return (
            await self._accepted_before(use_hash, request_id, found, question)
            or await self._accepted_now(use_hash, found, replace(question, caller=question.caller or caller.subject))
            # Another call of the same use may have been a moment faster.
            or await self._accepted_before(use_hash, request_id, found, question)
            or _refuse()
        )

    async def _accepted_before(
        self, use_hash: bytes, request_id: str, found: Resolution, question: ProofQuestion
    ) -> Accepted | None:
        known = await self.proofs.accepted(use_hash)
        if known is None:
            return None
        same = known.method is question.given.method and known.purpose is question.purpose
        # The root may have been merged into another since; its wallet has that home.
        if not same or known.member_id not in found.home_member_ids:
            raise refusals.request_id_reused(request_id)
        return known

    async def _accepted_now(self, use_hash: bytes, found: Resolution, question: ProofQuestion) -> Accepted | None:
        used = await self.check(question.program_id, found, question.given, question.purpose, question.caller)
        if used is None:
            return None
        root = MemberKey.of(question.program_id, found.root_member_id)
        proof = Accepted(proof_id_of(use_hash), root.member_id, question.given.method, question.purpose)
        kept = await self.proofs.accept(use_hash, proof, root, used, question.location_id, self.clock.now())
        return proof if kept else None


def _refuse() -> Accepted:
    raise proof_refused()
