"""Looking at the proof that an identifier is somebody's: a one-time code, which was sent to that very identifier.

Counted before it is judged, in a transaction of its own; used up in the transaction of what it is told for, so that it
serves one intent and none that came to nothing. What a person or another system has looked at is written down.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from identity_service.domain import proof_secrets as secrets
from identity_service.domain.audit import Claim
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.linked import IdentifierProof, IdentifierProofMethod
from identity_service.domain.members import MemberKey
from identity_service.domain.proof import Accepted, ProofMethod, ProofUse, Purpose, proof_id_of
from identity_service.domain.proof_refusals import proof_refused
from identity_service.domain.requests import RequestName
from identity_service.use_cases.person_ports import HeldCode, PersonChanges, PersonRegistry
from identity_service.use_cases.ports import Clock

_VERB = "verify_identifier"
"""Keeps the proofs of identifiers apart from others under the same request id."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A proof that was looked at. `code` is what it uses up; None if it uses up nothing."""

    proof: IdentifierProof
    use_hash: bytes
    code: HeldCode | None

    async def use_up(self, changes: PersonChanges, member: MemberKey, now: datetime) -> IdentifierProof:
        """The proof as the history keeps it, accepted for the member. Raises PROOF_REFUSED if another intent was faster
        with the code."""
        if self.code is None:
            return self.proof
        proof_id = proof_id_of(self.use_hash)
        accepted = Accepted(proof_id, member.member_id, ProofMethod.ONE_TIME_CODE, Purpose.VERIFY_IDENTIFIER)
        if not await changes.accept_code(self.use_hash, accepted, member, self.code, now):
            raise proof_refused()
        return replace(self.proof, reference=proof_id, code="")


@dataclass(frozen=True, slots=True)
class ProveIdentifier:
    """Shared by the use cases that are told such proofs."""

    registry: PersonRegistry
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, name: RequestName, claim: Claim, proof: IdentifierProof) -> Looked:
        """The proof, looked at. Raises PROOF_REFUSED. A repeat of an intent that was carried out needs none."""
        use_hash = ProofUse(name.program_id, name.caller, name.request_id).key_hash(_VERB)
        is_code = proof.method is IdentifierProofMethod.ONE_TIME_CODE
        if not is_code or await self.registry.was_carried_out(name.key_hash()):
            return Looked(proof, use_hash, None)
        salt = await self.registry.try_code(claim.fingerprint, self.clock.now())
        code = secrets.identifier_code_of(self.fingerprints.key, claim.fingerprint, salt or secrets.NO_SALT)
        if not secrets.same(code, proof.code) or salt is None:
            if await self.registry.was_carried_out(name.key_hash()):
                # A faster call of the same name has used the code up meanwhile.
                return Looked(proof, use_hash, None)
            raise proof_refused()
        return Looked(proof, use_hash, HeldCode(claim.fingerprint, salt))
