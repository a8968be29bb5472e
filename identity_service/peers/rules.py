"""The rules service: which programs exist, with their locations and brands (port `ProgramFeed`)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import grpc
from loyalty.rules.v1 import program_pb2
from loyalty.rules.v1 import rules_service_pb2 as messages
from loyalty.rules.v1.rules_service_pb2_grpc import RulesServiceStub

from identity_service.domain.programs import Place, Places
from identity_service.domain.standing import FRESH_LINK
from identity_service.use_cases.ports import EverythingTold, ProgramTold


class RulesFeed:
    """Follows the revisions of every program; of each it tells which locations and brands it has."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = RulesServiceStub(channel)

    async def follow(self) -> AsyncIterator[ProgramTold | EverythingTold]:
        """As the port says; ends when the rules service ends the stream."""
        async for response in self._stub.StreamProgramRevisions(messages.StreamProgramRevisionsRequest()):
            if response.HasField("caught_up"):
                yield EverythingTold()
            else:
                program = response.revision.program
                locations = {
                    location.location_id: Place(location.region, location.operator_entity_id)
                    for location in program.locations
                }
                brands = frozenset(brand.brand_id for brand in program.brands)
                told = Places(locations, brands, fresh_link_of(program.policies.redemption))
                yield ProgramTold(response.revision.program_id, told)


def fresh_link_of(told: program_pb2.RedemptionPolicy) -> timedelta:
    """The usual span of a rules service that knows of none."""
    return timedelta(hours=told.fresh_link_hours) if told.HasField("fresh_link_hours") else FRESH_LINK
