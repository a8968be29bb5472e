"""Identity: whether a proof proves a member."""

from collections.abc import Awaitable, Callable

import grpc
from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceStub
from loyalty.type.v1 import proof_pb2

from chassis.runtime.caller import current_caller
from chassis.values.ids import made_id
from chassis.values.refusal import Refusal
from ledger_service.domain.proof import Proof
from ledger_service.use_cases.spend_ports import ProofQuestion
from ledger_service.wire.proofs import METHODS

PROOF_REFUSED, REQUEST_ID_REUSED = "PROOF_REFUSED", "REQUEST_ID_REUSED"
KeepRefused = Callable[[str, str, str, str], Awaitable[None]]
"""Keeps that a proof was refused: of a program, of a member, to a caller, at a location."""


class IdentityProofs:
    """See `use_cases.spend_ports.Proofs`."""

    def __init__(self, channel: grpc.aio.Channel, refused: KeepRefused | None = None) -> None:
        self._stub = ProofServiceStub(channel)
        self._refused = refused

    async def verify(self, question: ProofQuestion) -> Proof:
        """The proof as accepted; identity's PROOF_REFUSED if it proves nothing."""
        caller = current_caller().subject
        try:
            return await self._asked(question, question.use, caller)
        except Refusal as refusal:
            if refusal.reason == PROOF_REFUSED and self._refused is not None:
                await self._refused(question.program, question.member, caller, question.location_id)
            raise

    async def _asked(self, question: ProofQuestion, use: str, caller: str) -> Proof:
        """Of a use whose proof was another's, from whom she was parted since, as a use of her own."""
        request = messages.VerifyProofRequest(
            program_id=question.program,
            request_id=use,
            member_id=question.member,
            proof=proof_pb2.MemberProof(method=METHODS[question.given.method], value=question.given.value),
            purpose=messages.PROOF_PURPOSE_SPEND,
            location_id=question.location_id,
            caller=caller,
        )
        try:
            response = await self._stub.VerifyProof(request)
        except Refusal as refusal:
            if refusal.reason != REQUEST_ID_REUSED or use != question.use:
                raise
            return await self._asked(question, made_id("use", use, question.member), caller)
        return Proof(question.given.method, response.proof_id)
