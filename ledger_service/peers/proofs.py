"""Identity: whether a proof proves a member."""

import grpc
from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.identity.v1.proof_service_pb2_grpc import ProofServiceStub
from loyalty.type.v1 import proof_pb2

from ledger_service.domain.proof import Proof
from ledger_service.use_cases.spend_ports import ProofQuestion
from ledger_service.wire.proofs import METHODS


class IdentityProofs:
    """See `use_cases.spend_ports.Proofs`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = ProofServiceStub(channel)

    async def verify(self, question: ProofQuestion) -> Proof:
        """The proof as accepted; identity's PROOF_REFUSED if it proves nothing."""
        request = messages.VerifyProofRequest(
            program_id=question.program,
            request_id=question.use,
            member_id=question.member,
            proof=proof_pb2.MemberProof(method=METHODS[question.given.method], value=question.given.value),
            purpose=messages.PROOF_PURPOSE_SPEND,
            location_id=question.location_id,
        )
        response = await self._stub.VerifyProof(request)
        return Proof(question.given.method, response.proof_id)
