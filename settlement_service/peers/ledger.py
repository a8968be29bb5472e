"""The ledger service: its log, and its own sums (port `LedgerTotals`)."""

from collections.abc import AsyncIterator, Mapping, Sequence

import grpc
from loyalty.ledger.v1 import events_pb2, movement_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1.ledger_service_pb2_grpc import LedgerServiceStub

from settlement_service.domain.admission import Delivery
from settlement_service.domain.reconciliation import Figures
from settlement_service.use_cases.ports import LogProgress
from settlement_service.wire.events import delivery_of
from settlement_service.wire.positions import vector_message, vector_of
from settlement_service.wire.totals import figures_of

MOST_MOVEMENTS = 1_000
"""In a message: an event may have any number, and each has about a kilobyte."""


class LedgerLog:
    """Follows the log of every program."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LedgerServiceStub(channel)

    async def follow(self, after: Mapping[int, int]) -> AsyncIterator[Delivery | LogProgress]:
        """Events after the given positions, in order of each partition, then each new one. Ends when the ledger ends
        the stream; raises Refusal when it breaks."""
        request = messages.StreamEventsRequest(after=vector_message(after), most_movements=MOST_MOVEMENTS)
        ahead: list[movement_pb2.Movement] = []
        async for response in self._stub.StreamEvents(request):
            match response.WhichOneof("message"):
                case "progress":
                    yield LogProgress(vector_of(response.progress.positions))
                case "ahead":
                    ahead += response.ahead.movements
                case _:
                    yield delivery_of(_whole(response.event, ahead))
                    ahead = []


def _whole(event: events_pb2.Event, ahead: Sequence[movement_pb2.Movement]) -> events_pb2.Event:
    """The event with the movements that came ahead of it."""
    if ahead:
        own = list(event.movements)
        del event.movements[:]
        event.movements.extend([*ahead, *own])
    return event


class LedgerTotalsPeer:
    """Asks for the ledger's sums."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LedgerServiceStub(channel)

    async def totals(self, program: str, up_to: Mapping[int, int]) -> Figures:
        """As the port says. No position at all would ask for the figures of now, so an empty cursor is spelled out."""
        request = messages.GetLedgerTotalsRequest(program_id=program, up_to=vector_message(up_to or {0: 0}))
        response = await self._stub.GetLedgerTotals(request)
        return figures_of(response)
