"""Past configurations, from the rules service (port `Revisions`)."""

import grpc
from loyalty.rules.v1 import rules_service_pb2 as messages
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from chassis.values.refusal import Code, Refusal
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.wire.programs import facts_of


class RevisionsPeer:
    """Asks for revisions by their hash."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = RulesServiceStub(channel)

    async def facts(self, program: str, revision: str) -> ProgramFacts | None:
        """As the port says."""
        try:
            response = await self._stub.GetProgram(messages.GetProgramRequest(program_id=program, revision=revision))
        except Refusal as refusal:
            if refusal.code is Code.NOT_FOUND:
                return None
            raise
        return facts_of(response.revision)
