"""Making a one-time code, for a service to deliver."""

import os
from dataclasses import dataclass
from datetime import datetime

from identity_service.domain import proof_secrets as secrets
from identity_service.domain import refusals
from identity_service.domain.caller import Caller
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import Identifier
from identity_service.domain.members import MemberKey, MemberRef
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.proof import CODE_LIFE, Purpose
from identity_service.domain.requests import Outcome, RequestName
from identity_service.domain.standing import Standing
from identity_service.use_cases.ports import Changes, Clock
from identity_service.use_cases.proof_ports import KeptCode, ProofChanges, ProofStore
from identity_service.use_cases.resolve_members import ResolveMembers
from identity_service.use_cases.resolve_one import resolved
from identity_service.use_cases.set_profile import require_member


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """A code for a purpose, to be sent to a phone or address: a verified one, unless the code is to verify it."""

    program_id: str
    deliver_to: Identifier
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code. `replayed`: it was made by an earlier call of the same name."""

    code: str
    expire_time: datetime
    replayed: bool

    def __repr__(self) -> str:
        return f"IssuedCode(until {self.expire_time})"


@dataclass(frozen=True, slots=True)
class IssueCode:
    """The use case. Only a salt is kept: the code is made from it whenever it is needed."""

    proofs: ProofStore
    resolve: ResolveMembers
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock

    async def __call__(self, caller: Caller, request_id: str, wanted: CodeWanted) -> IssuedCode:
        """The code. Raises PROGRAM_NOT_FOUND, MEMBER_NOT_FOUND (also if the identifier is not verified, or a fresh
        link),
        MEMBER_ERASED or REQUEST_ID_REUSED."""
        found = await resolved(self.resolve, caller, MemberRef(wanted.program_id, wanted.deliver_to))
        home = MemberKey.of(wanted.program_id, found.member_id)
        root = MemberKey.of(wanted.program_id, found.root_member_id)
        name = RequestName(wanted.program_id, caller.subject, request_id)
        fingerprint = self.fingerprints.of_identifier(wanted.program_id, wanted.deliver_to)
        asked = [wanted.program_id, fingerprint.hex(), wanted.purpose.value]
        intent = self.fingerprints.of_intent("issue_code", asked)
        salt = os.urandom(secrets.SALT_BYTES)

        async def work(changes: Changes, proofs: ProofChanges) -> tuple[KeptCode, bool]:
            now = self.clock.now()
            kept = await changes.claim_request(name.key_hash(), name.program_id, intent, now)
            # Locked before it is looked at: an erasure comes afterwards and takes the code along, or has come before.
            await require_member(changes, root)
            slot = _Slot(proofs, root, wanted.purpose, fingerprint)
            if not (slot.is_to_verify or self._is_hers(await proofs.standing(fingerprint), home, now)):
                raise refusals.member_not_found(wanted.program_id, None)
            if kept is not None:
                kept.outcome_for(name, intent)
                known = await slot.code()
                if known is None or known.request_hash != name.key_hash():
                    raise refusals.request_id_reused(request_id)
                return known, True
            made = KeptCode(salt, name.key_hash(), now + CODE_LIFE)
            await slot.put(made)
            await changes.settle_request(name.key_hash(), root, Outcome(root.member_id, False, 0))
            return made, False

        code, replayed = await self.proofs.change(work)
        return IssuedCode(self._text(root, wanted, fingerprint, code.salt), code.expire_time, replayed)

    def _is_hers(self, found: Standing | None, home: MemberKey, now: datetime) -> bool:
        """Whether an identifier was verified and is no fresh link."""
        if found is None or found.member != home or not found.verified:
            return False
        return found.proves(self.programs.fresh_link(home.program_id), now)

    def _text(self, root: MemberKey, wanted: CodeWanted, fingerprint: bytes, salt: bytes) -> str:
        if wanted.purpose is Purpose.VERIFY_IDENTIFIER:
            return secrets.identifier_code_of(self.fingerprints.key, fingerprint, salt)
        return secrets.code_of(self.fingerprints.key, root, wanted.purpose, salt)


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where the newest code of its kind is kept: of a member and purpose, or of the identifier it is to verify."""

    proofs: ProofChanges
    root: MemberKey
    purpose: Purpose
    fingerprint: bytes

    @property
    def is_to_verify(self) -> bool:
        return self.purpose is Purpose.VERIFY_IDENTIFIER

    async def code(self) -> KeptCode | None:
        if self.is_to_verify:
            return await self.proofs.identifier_code(self.fingerprint)
        return await self.proofs.code(self.root, self.purpose)

    async def put(self, code: KeptCode) -> None:
        if self.is_to_verify:
            await self.proofs.put_identifier_code(self.fingerprint, code)
        else:
            await self.proofs.put_code(self.root, self.purpose, code)
