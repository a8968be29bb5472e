"""Setting a PIN: who proves herself, or a person of headquarters says why."""

import os
from dataclasses import dataclass
from functools import partial

from identity_service.domain import proof_secrets as secrets
from identity_service.domain.audit import Action, AuditRecord
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import MemberKey, MemberRef
from identity_service.domain.proof import GivenProof, Purpose
from identity_service.domain.requests import Outcome, RequestName
from identity_service.use_cases.ports import Changes, Clock
from identity_service.use_cases.proof_ports import KeptPin, PinDesk, ProofChanges, ProofStore
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.resolve_one import resolved
from identity_service.use_cases.set_profile import require_member
from identity_service.use_cases.verify_proof import ProofQuestion, VerifyProof


@dataclass(frozen=True, slots=True)
class NewPin:
    """A PIN to be set. `proof` is None where a person says the `reason`, which is empty otherwise. It tells this intent
    from another, and is kept nowhere."""

    program_id: str
    member: str | Identifier
    pin: str
    proof: GivenProof | None
    reason: str

    def __repr__(self) -> str:
        return f"NewPin({self.program_id})"


@dataclass(frozen=True, slots=True)
class SetPin:
    """The use case. The PIN is no part of the intent: it is not kept to be compared."""

    proofs: ProofStore
    resolve: ResolveMembers
    verify: VerifyProof
    fingerprints: Fingerprints
    clock: Clock
    desk: PinDesk

    async def __call__(self, caller: Caller, request_id: str, new: NewPin) -> bool:
        """Whether it was set by an earlier call of the same name. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND,
        MEMBER_ERASED, PROOF_REFUSED, TOO_FREQUENT or REQUEST_ID_REUSED."""
        found = await resolved(self.resolve, caller, MemberRef(new.program_id, new.member))
        root = MemberKey.of(new.program_id, found.root_member_id)
        if new.proof is not None:
            question = ProofQuestion(new.program_id, root.member_id, new.proof, Purpose.SET_PIN)
            await self.verify(caller, request_id, question, verb="set_pin")
        name = RequestName(new.program_id, caller.subject, request_id)
        method = None if new.proof is None else new.proof.method.name
        intent = self.fingerprints.of_intent("set_pin", [new.program_id, root.member_id, method, new.reason])
        salt = os.urandom(secrets.SALT_BYTES)
        hashing = partial(secrets.pin_verifier, self.fingerprints.key, root, new.pin, salt)
        with self.desk.attempt(caller.subject):
            async with self.desk.turn(caller.subject) as hashed:
                verifier = await hashed(hashing)

        async def work(changes: Changes, proofs: ProofChanges) -> bool:
            now = self.clock.now()
            kept = await changes.claim_request(name.key_hash(), name.program_id, intent, now)
            if kept is not None:
                kept.outcome_for(name, intent)
                return True
            await require_member(changes, root)
            await proofs.put_pin(root, KeptPin(salt, verifier), now)
            # Without the words of who set it: the record stays when the member is erased.
            detail = {"proof": method}
            await changes.append_audit(AuditRecord(Action.PIN_SET, root, detail, caller, request_id, now))
            await changes.settle_request(name.key_hash(), root, Outcome(root.member_id, False, 0))
            return False

        return await self.proofs.change(work)
