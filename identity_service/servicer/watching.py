"""loyalty.identity.v1.WatchService."""

from dataclasses import dataclass

from loyalty.identity.v1 import watch_service_pb2 as messages
from loyalty.identity.v1 import watch_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from identity_service.servicer.common import calling
from identity_service.use_cases.tell_of_spends import TellOfSpends
from identity_service.wire import watching as wire


@dataclass(frozen=True, slots=True)
class WatchServicer(stubs.WatchServiceServicer):
    """loyalty.identity.v1.WatchService."""

    tell_of_spends: TellOfSpends

    async def TellOfSpends(
        self, request: messages.TellOfSpendsRequest, _context: Context
    ) -> messages.TellOfSpendsResponse:
        return wire.told_message(await self.tell_of_spends(calling(), *wire.spends_of(request)))
