"""loyalty.ledger.v1.PoolingService."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from loyalty.ledger.v1 import pooling_service_pb2 as messages
from loyalty.ledger.v1 import pooling_service_pb2_grpc as stubs

from chassis.runtime.behaviour import Context
from chassis.values.rounding import Ratio
from ledger_service.domain.import_refusals import import_out_of_order
from ledger_service.servicer.common import admit, annotate
from ledger_service.use_cases.change_pooling import ChangePooling, ReadPoolings
from ledger_service.use_cases.compare_shadow import CompareShadow, Item
from ledger_service.wire import poolings as wire


@dataclass(frozen=True, slots=True)
class PoolingServicer(stubs.PoolingServiceServicer):
    """loyalty.ledger.v1.PoolingService."""

    change_pooling: ChangePooling
    compare_shadow: CompareShadow
    reads: ReadPoolings

    async def ChangePooling(
        self, request: messages.ChangePoolingRequest, _context: Context
    ) -> messages.ChangePoolingResponse:
        """Moves an existing program on."""
        move = wire.change_of(request)
        caller = admit(move.program)
        annotate(request_id=move.request_id)
        change = await self.change_pooling(move._replace(caller=caller.subject))
        return messages.ChangePoolingResponse(change=wire.change_message(change))

    async def GetPooling(self, request: messages.GetPoolingRequest, _context: Context) -> messages.GetPoolingResponse:
        """How far one is."""
        program, source = wire.get_of(request)
        admit(program)
        return messages.GetPoolingResponse(pooling=wire.pooling_message(await self.reads.get(program, source)))

    async def CompareShadow(
        self, stream: AsyncIterator[messages.CompareShadowRequest], _context: Context
    ) -> messages.CompareShadowResponse:
        """Replays traffic."""
        first = await anext(stream, None)
        if first is None or first.WhichOneof("content") != "header":
            raise import_out_of_order("the first message must be the header")
        program, source, ratio = wire.header_of(first)
        admit(program)
        annotate(request_id=first.request_id)
        replayed = await self.compare_shadow(program, source, ratio, _items(program, ratio, stream))
        pooling = wire.pooling_message(replayed.pooling)
        return messages.CompareShadowResponse(pooling=pooling, repeated_items=replayed.repeated)

    async def GetShadowReport(
        self, request: messages.GetShadowReportRequest, _context: Context
    ) -> messages.GetShadowReportResponse:
        """What the comparisons came to."""
        program, source, differences = wire.report_of(request)
        admit(program)
        return wire.report_message(await self.reads.report(program, source, differences))

    async def AcceptShadowReport(
        self, request: messages.AcceptShadowReportRequest, _context: Context
    ) -> messages.AcceptShadowReportResponse:
        """Accepts them by name."""
        program, request_id, source, item, name = wire.accept_of(request)
        caller = admit(program)
        annotate(request_id=request_id)
        found = await self.change_pooling.accept(caller.subject, program, request_id, source, item, name)
        return messages.AcceptShadowReportResponse(pooling=wire.pooling_message(found))


async def _items(
    program: str, ratio: Ratio, stream: AsyncIterator[messages.CompareShadowRequest]
) -> AsyncIterator[Item]:
    async for message in stream:
        if message.WhichOneof("content") != "item":
            raise import_out_of_order("every message behind the header must be an item")
        yield wire.item_of(program, ratio, message.item)
