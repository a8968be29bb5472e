"""What the use cases about proofs need of the world."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from identity_service.domain.members import MemberKey
from identity_service.domain.proof import Accepted, ProofMethod, Purpose
from identity_service.domain.standing import Standing
from identity_service.use_cases.ports import Changes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeptPin:
    """What a PIN is checked by."""

    salt: bytes
    verifier: bytes


@dataclass(frozen=True, slots=True)
class KeptCode:
    """The newest code for a purpose, and the request it was made for."""

    salt: bytes
    request_hash: bytes
    expire_time: datetime


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key that still signs; `installation` is the fingerprint of the identifier that says whose it is."""

    public_key: bytes
    installation: bytes


@dataclass(frozen=True, slots=True)
class UsedUp:
    """What an accepted proof uses up: a code by its salt, or a token by its nonce; both None for what stays good."""

    code_salt: bytes | None = None
    nonce: bytes | None = None
    nonce_expire_time: datetime | None = None


Hashed = Callable[[Callable[[], bytes]], Awaitable[bytes]]
"""What some slow work gives, done beside everything else."""


class PinDesk(Protocol):
    """Where PINs are hashed, slowly and few at a time. Callers take turns: none waits behind all that another asks."""

    def attempt(self, caller: str) -> AbstractContextManager[None]:
        """Lets the caller try one before anything is hashed. Refuses TOO_FREQUENT: too many of this caller's are under
        way, or were wrong."""
        ...

    def was_wrong(self, caller: str) -> None:
        """The attempt proved nothing."""
        ...

    def turn(self, caller: str) -> AbstractAsyncContextManager[Hashed]:
        """Waits for the caller's turn."""
        ...


class ProofChanges(Protocol):
    """The tables of proofs inside one transaction, beside `Changes`."""

    async def put_pin(self, member: MemberKey, pin: KeptPin, now: datetime) -> None:
        """Sets the PIN, and forgets the attempts at the one before."""
        ...

    async def put_code(self, member: MemberKey, purpose: Purpose, code: KeptCode) -> None:
        """Makes a new code in the place of the one before."""
        ...

    async def code(self, member: MemberKey, purpose: Purpose) -> KeptCode | None:
        """The newest code."""
        ...

    async def put_identifier_code(self, fingerprint: bytes, code: KeptCode) -> None:
        """Makes a new code to verify an identifier, in the place of the one before."""
        ...

    async def identifier_code(self, fingerprint: bytes) -> KeptCode | None:
        """The newest code to verify an identifier."""
        ...

    async def standing(self, fingerprint: bytes) -> Standing | None:
        """How an identifier points to a member; None if it points to nobody."""
        ...

    async def put_app_key(self, program_id: str, key_id: str, key: KeptKey, member: MemberKey, now: datetime) -> None:
        """Lets an app sign with this key, and with no other any more."""
        ...

    async def owner_of_app_key(self, program_id: str, key_id: str) -> MemberKey | None:
        """Whose key it is; None if there is none."""
        ...

    async def revoke_app_key(self, program_id: str, key_id: str, now: datetime) -> bool:
        """Takes a key back; False if it was so already."""
        ...


class ProofStore(Protocol):
    """What members can prove themselves with."""

    async def change(self, work: Callable[[Changes, ProofChanges], Awaitable[T]]) -> T:
        """Runs `work` in one transaction, as `Registry.change` does."""
        ...

    async def accepted(self, use_hash: bytes) -> Accepted | None:
        """The proof that was accepted for a use."""
        ...

    async def attempt(self, member: MemberKey, method: ProofMethod, now: datetime) -> bool:
        """Counts an attempt before it is judged; False if none is allowed now."""
        ...

    async def pin(self, member: MemberKey) -> KeptPin | None:
        """What the member's PIN is checked by."""
        ...

    async def try_code(self, member: MemberKey, purpose: Purpose, now: datetime, most: int) -> bytes | None:
        """The salt of a code that is still good and was tried fewer than `most` times; this is one more of them."""
        ...

    async def app_key(self, program_id: str, key_id: str) -> KeptKey | None:
        """A key that still signs."""
        ...

    async def standing(self, fingerprint: bytes) -> Standing | None:
        """How an identifier points to a member; None if it points to nobody."""
        ...

    async def accept(
        self, use_hash: bytes, proof: Accepted, member: MemberKey, used: UsedUp, location_id: str, now: datetime
    ) -> bool:
        """Keeps that the proof was accepted, and uses up what it uses up; all or nothing. False if that was used up
        before, or the use has a proof already."""
        ...
