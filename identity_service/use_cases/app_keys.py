"""Keys that a member's apps sign proofs with: registered, and taken back."""

from dataclasses import dataclass

from chassis.values.ids import made_id
from identity_service.domain.audit import Action, AuditRecord
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import MemberKey, MemberRef
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.proof_refusals import app_key_not_found
from identity_service.domain.requests import Outcome, RequestName
from identity_service.use_cases.admission import admit
from identity_service.use_cases.ports import Changes, Clock
from identity_service.use_cases.proof_ports import KeptKey, ProofChanges, ProofStore
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.resolve_one import resolved
from identity_service.use_cases.set_profile import require_member


@dataclass(frozen=True, slots=True)
class NewAppKey:
    """An installation's Ed25519 public key, 32 bytes."""

    program_id: str
    installation: Identifier
    public_key: bytes


@dataclass(frozen=True, slots=True)
class RegisterAppKey:
    """The use case. One installation has one key."""

    proofs: ProofStore
    resolve: ResolveMembers
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, new: NewAppKey) -> tuple[str, bool]:
        """The key's id, and whether it was registered by an earlier call of the same name. Raises PROGRAM_NOT_FOUND,
        MEMBER_NOT_FOUND, MEMBER_ERASED or REQUEST_ID_REUSED."""
        found = await resolved(self.resolve, caller, MemberRef(new.program_id, new.installation))
        member = MemberKey.of(new.program_id, found.member_id)
        key = KeptKey(new.public_key, self.fingerprints.of_identifier(new.program_id, new.installation))
        name = RequestName(new.program_id, caller.subject, request_id)
        asked = [new.program_id, key.installation.hex(), new.public_key.hex()]
        intent = self.fingerprints.of_intent("register_app_key", asked)
        # Registered anew after it was taken back, the same key has another id.
        key_id = made_id("key", *asked, name.caller, name.request_id)

        async def work(changes: Changes, proofs: ProofChanges) -> bool:
            now = self.clock.now()
            kept = await changes.claim_request(name.key_hash(), name.program_id, intent, now)
            if kept is not None:
                kept.outcome_for(name, intent)
                return True
            await require_member(changes, member)
            await proofs.put_app_key(new.program_id, key_id, key, member, now)
            record = AuditRecord(Action.APP_KEY_REGISTERED, member, {"key_id": key_id}, caller, request_id, now)
            await changes.append_audit(record)
            await changes.settle_request(name.key_hash(), member, Outcome(member.member_id, False, 0))
            return False

        return key_id, await self.proofs.change(work)


@dataclass(frozen=True, slots=True)
class RevokeAppKey:
    """The use case."""

    proofs: ProofStore
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, program_id: str, key_id: str) -> bool:
        """Whether it was taken back by an earlier call of the same name. Raises PROGRAM_NOT_FOUND, APP_KEY_NOT_FOUND or
        REQUEST_ID_REUSED."""
        admit(caller, program_id, self.programs)
        name = RequestName(program_id, caller.subject, request_id)
        intent = self.fingerprints.of_intent("revoke_app_key", [program_id, key_id])

        async def work(changes: Changes, proofs: ProofChanges) -> bool:
            now = self.clock.now()
            kept = await changes.claim_request(name.key_hash(), program_id, intent, now)
            if kept is not None:
                kept.outcome_for(name, intent)
                return True
            member = await proofs.owner_of_app_key(program_id, key_id)
            if member is None:
                raise app_key_not_found(program_id, key_id)
            await changes.lock_member(member)
            if await proofs.revoke_app_key(program_id, key_id, now):
                record = AuditRecord(Action.APP_KEY_REVOKED, member, {"key_id": key_id}, caller, request_id, now)
                await changes.append_audit(record)
            await changes.settle_request(name.key_hash(), member, Outcome(member.member_id, False, 0))
            return False

        return await self.proofs.change(work)
