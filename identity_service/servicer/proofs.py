"""loyalty.identity.v1.ProofService."""

from dataclasses import dataclass

from loyalty.identity.v1 import proof_service_pb2 as messages
from loyalty.identity.v1 import proof_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from identity_service.servicer.common import calling, tell_replayed
from identity_service.use_cases.app_keys import RegisterAppKey, RevokeAppKey
from identity_service.use_cases.issue_code import IssueCode
from identity_service.use_cases.set_pin import SetPin
from identity_service.use_cases.verify_proof import VerifyProof
from identity_service.wire import proofs as wire


@dataclass(frozen=True, slots=True)
class ProofServicer(stubs.ProofServiceServicer):
    """loyalty.identity.v1.ProofService."""

    set_pin: SetPin
    issue_code: IssueCode
    register_app_key: RegisterAppKey
    revoke_app_key: RevokeAppKey
    verify_proof: VerifyProof

    async def SetPin(self, request: messages.SetPinRequest, context: Context) -> messages.SetPinResponse:
        caller = calling()
        new = wire.pin_of(request, may_say_why=caller.is_headquarters)
        tell_replayed(context, await self.set_pin(caller, request.request_id, new))
        return messages.SetPinResponse()

    async def IssueOneTimeCode(
        self, request: messages.IssueOneTimeCodeRequest, context: Context
    ) -> messages.IssueOneTimeCodeResponse:
        issued = await self.issue_code(calling(), request.request_id, wire.code_wanted(request))
        tell_replayed(context, issued.replayed)
        return wire.code_message(issued)

    async def RegisterAppKey(
        self, request: messages.RegisterAppKeyRequest, context: Context
    ) -> messages.RegisterAppKeyResponse:
        key_id, replayed = await self.register_app_key(calling(), request.request_id, wire.app_key_of(request))
        tell_replayed(context, replayed)
        return messages.RegisterAppKeyResponse(key_id=key_id)

    async def RevokeAppKey(
        self, request: messages.RevokeAppKeyRequest, context: Context
    ) -> messages.RevokeAppKeyResponse:
        program_id, key_id = wire.revoked_key(request)
        tell_replayed(context, await self.revoke_app_key(calling(), request.request_id, program_id, key_id))
        return messages.RevokeAppKeyResponse()

    async def VerifyProof(self, request: messages.VerifyProofRequest, context: Context) -> messages.VerifyProofResponse:
        accepted = await self.verify_proof(calling(), request.request_id, wire.proof_question(request))
        return wire.accepted_message(accepted)
