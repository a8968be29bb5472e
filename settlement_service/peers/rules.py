"""The rules service: which programs exist and which brands they have."""

from collections.abc import AsyncIterator

import grpc
from loyalty.rules.v1 import rules_service_pb2 as messages
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from settlement_service.use_cases.ports import ProgramTold
from settlement_service.wire.programs import facts_of


class RulesFeed:
    """Follows the revisions of every program."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = RulesServiceStub(channel)

    async def follow(self) -> AsyncIterator[ProgramTold | None]:
        """Each program as it is told; None once everything that exists has been. Ends when the service ends it."""
        async for response in self._stub.StreamProgramRevisions(messages.StreamProgramRevisionsRequest()):
            if response.HasField("caught_up"):
                yield None
                continue
            yield ProgramTold(facts_of(response.revision))
