"""Judging a proof: whatever is wrong with it, the same work and no word of it.

Two steps of the database with the slow part between them: the attempt is counted first, so that no crash and no second
process makes one more of it; then the secret is checked; then it is used up and the proof kept, in one transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakValueDictionary

from identity_service.domain import proof_secrets as secrets
from identity_service.domain.fingerprints import Fingerprints
from identity_service.domain.identifiers import IdentifierKind, MalformedIdentifierError, normalized
from identity_service.domain.members import MemberKey, Resolution
from identity_service.domain.programs import ProgramDirectory
from identity_service.domain.proof import CODE_ATTEMPTS, GivenProof, ProofMethod, Purpose
from identity_service.use_cases.ports import Clock, Registry
from identity_service.use_cases.proof_ports import KeptPin, PinDesk, ProofStore, UsedUp

_NOTHING = UsedUp()
_NO_PIN = KeptPin(secrets.NO_SALT, bytes(32))


@dataclass(frozen=True, slots=True)
class CheckProof:
    """Shared by the use cases that are given proofs."""

    proofs: ProofStore
    registry: Registry
    programs: ProgramDirectory
    fingerprints: Fingerprints
    clock: Clock
    desk: PinDesk
    _turns: MutableMapping[MemberKey, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def __call__(
        self, program_id: str, resolution: Resolution, given: GivenProof, purpose: Purpose, caller: str
    ) -> UsedUp | None:
        """What the proof uses up if it proves the member; None if it does not. `caller` was given it. Refuses
        TOO_FREQUENT."""
        root = MemberKey.of(program_id, resolution.root_member_id)
        checks: Mapping[ProofMethod, Callable[[], Awaitable[UsedUp | None]]] = {
            ProofMethod.CARD_IN_HAND: lambda: self._card(root, given.value),
            ProofMethod.APP_TOKEN: lambda: self._token(root, resolution, given.value, purpose),
            ProofMethod.ONE_TIME_CODE: lambda: self._code(root, given.value, purpose),
            ProofMethod.PIN: lambda: self._pin(root, given.value, caller),
        }
        return await checks[given.method]()

    async def _card(self, root: MemberKey, number: str) -> UsedUp | None:
        try:
            card = normalized(IdentifierKind.CARD, number)
        except MalformedIdentifierError:
            return None
        fingerprint = self.fingerprints.of_identifier(root.program_id, card)
        return _NOTHING if await self._root_of(fingerprint) == root else None

    async def _token(self, root: MemberKey, resolution: Resolution, token: str, purpose: Purpose) -> UsedUp | None:
        key_id = secrets.key_id_in(token)
        key = await self.proofs.app_key(root.program_id, key_id)
        if key is None or await self._root_of(key.installation) != root:
            return None
        audience = secrets.audience_of(root.program_id, purpose)
        now = self.clock.now()
        members = {resolution.member_id, *resolution.home_member_ids}
        read = secrets.read_token(token, key.public_key, key_id, audience, members, now)
        return None if read is None else UsedUp(nonce=read.nonce, nonce_expire_time=read.expire_time)

    async def _code(self, root: MemberKey, told: str, purpose: Purpose) -> UsedUp | None:
        now = self.clock.now()
        allowed = await self.proofs.attempt(root, ProofMethod.ONE_TIME_CODE, now)
        salt = await self.proofs.try_code(root, purpose, now, CODE_ATTEMPTS) if allowed else None
        code = secrets.code_of(self.fingerprints.key, root, purpose, salt or secrets.NO_SALT)
        return UsedUp(code_salt=salt) if secrets.same(code, told) and salt is not None else None

    async def _pin(self, root: MemberKey, told: str, caller: str) -> UsedUp | None:
        # One at a time of a member: who guesses at one PIN waits for himself, and others' are checked in between.
        with self.desk.attempt(caller):
            async with self._turns.setdefault(root, asyncio.Lock()), self.desk.turn(caller) as hashed:
                # Counted when it is looked at: who leaves the line has guessed nothing.
                allowed = await self.proofs.attempt(root, ProofMethod.PIN, self.clock.now())
                kept = await self.proofs.pin(root)
                pin = kept or _NO_PIN
                work = partial(secrets.pin_verifier, self.fingerprints.key, root, told, pin.salt)
                verifier = await hashed(work)
        if secrets.same(verifier.hex(), pin.verifier.hex()) and allowed and kept is not None:
            return _NOTHING
        self.desk.was_wrong(caller)
        return None

    async def _root_of(self, fingerprint: bytes) -> MemberKey | None:
        """The root of the member that an identifier points to; of a fresh link nobody's."""
        found = await self.proofs.standing(fingerprint)
        if found is None:
            return None
        member, fresh = found.member, self.programs.fresh_link(found.member.program_id)
        if not found.proves(fresh, self.clock.now()):
            return None
        if not found.merged:
            return member
        followed = await self.registry.follow({member})
        return MemberKey.of(member.program_id, followed[member].root_member_id)
