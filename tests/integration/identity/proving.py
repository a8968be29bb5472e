"""A desk at which members prove themselves."""

import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceStub
from loyalty.type.v1 import member_pb2, proof_pb2

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.refusal import Refusal
from tests.integration.identity.calls import card, email, enroll
from tests.integration.identity.house import House, Stub

if TYPE_CHECKING:
    from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceAsyncStub

Proofs: TypeAlias = "ProofServiceAsyncStub"

PROOFS = messages.DESCRIPTOR.services_by_name["ProofService"]
SPEND, SET_PIN = messages.PROOF_PURPOSE_SPEND, messages.PROOF_PURPOSE_SET_PIN
CARD, APP = proof_pb2.PROOF_METHOD_CARD_IN_HAND, proof_pb2.PROOF_METHOD_APP_TOKEN
CODE, PIN = proof_pb2.PROOF_METHOD_ONE_TIME_CODE, proof_pb2.PROOF_METHOD_PIN
REFUSED = ("PERMISSION_DENIED", "PROOF_REFUSED", "the proof does not prove the member")


def fresh(name: str) -> str:
    return f"{name}-{uuid4().hex[:12]}"


def said(refusal: Refusal) -> tuple[str, str, str]:
    return refusal.code.name, refusal.reason, refusal.message


async def refused(call: Awaitable[object]) -> Refusal:
    with pytest.raises(Refusal) as raised:
        await call
    return raised.value


@dataclass
class App:
    """An installation with its key."""

    private: Ed25519PrivateKey
    key_id: str
    member_id: str

    def token(self, algorithm: str = "EdDSA", signed_with: Any = None, kid: str = "", **claims: Any) -> str:
        now = int(time.time())
        said = {"aud": "loyalty/grove/spend", "sub": self.member_id, "iat": now, "exp": now + 120, "jti": uuid4().hex}
        key = self.private if signed_with is None else signed_with
        return jwt.encode({**said, **claims}, key, algorithm, headers={"kid": kid or self.key_id})


def app_of(name: str) -> member_pb2.Identifier:
    """An installation of an app."""
    return member_pb2.Identifier(kind=member_pb2.IDENTIFIER_KIND_APP, value=f"app-{name}")


@dataclass
class Desk:
    """The service as another service and headquarters see it, and one member with a card, an app and an address."""

    house: House
    service: Proofs
    headquarters: Proofs
    till: Stub

    async def member(self) -> tuple[str, str]:
        """A new member's id, and the name in all its identifiers."""
        name = fresh("m").replace("-", "")
        answer = await self.till.EnrollMember(enroll(email(name), card(name), app_of(name)))
        async with self.house.sql(owner=True) as sql:
            await sql.execute(
                "UPDATE identifier_value SET verify_ordinal = ordinal WHERE member_id = $1", answer.member.member_id
            )
        return answer.member.member_id, name

    async def app(self, member_id: str, installation: member_pb2.Identifier) -> App:
        """An installation whose key is registered."""
        private = Ed25519PrivateKey.generate()
        request = messages.RegisterAppKeyRequest(
            program_id="grove",
            request_id=fresh("key"),
            installation=installation,
            public_key=private.public_key().public_bytes_raw(),
        )
        key_id = (await self.service.RegisterAppKey(request)).key_id
        assert (await self.service.RegisterAppKey(request)).key_id == key_id
        return App(private, key_id, member_id)

    async def set_pin(self, member_id: str, pin: str, **proof: Any) -> None:
        request = messages.SetPinRequest(program_id="grove", request_id=fresh("pin"), pin=pin, **proof)
        request.member.member_id = member_id
        await (self.service if proof.get("proof") else self.headquarters).SetPin(request)

    async def issue(self, name: str, purpose: Any = SPEND, request_id: str = "") -> str:
        request = messages.IssueOneTimeCodeRequest(
            program_id="grove", request_id=request_id or fresh("code"), deliver_to=email(name), purpose=purpose
        )
        return (await self.service.IssueOneTimeCode(request)).code

    async def verify(
        self, member_id: str, method: Any, value: str, use: str = "", purpose: Any = SPEND, caller: str = ""
    ) -> str:
        """The proof's id."""
        request = messages.VerifyProofRequest(
            program_id="grove",
            request_id=use or fresh("use"),
            member_id=member_id,
            proof=proof_pb2.MemberProof(method=method, value=value),
            purpose=purpose,
            location_id="mall-1",
            caller=caller,
        )
        return (await self.service.VerifyProof(request)).proof_id


@asynccontextmanager
async def open_desk(house: House, till: Stub) -> AsyncIterator[Desk]:
    """A desk over connections of its own."""
    async with AsyncExitStack() as opened:

        async def proofs(role: str) -> Proofs:
            token = house.servers.secrets.mint_token(role.lower(), programs=["*"], roles=[role])
            channel = connect(PLAIN.peer(house.address), PROOFS, lambda: token)
            return ProofServiceStub(await opened.enter_async_context(channel))

        yield Desk(house, await proofs("SERVICE"), await proofs("HEADQUARTERS_ADMIN"), till)
