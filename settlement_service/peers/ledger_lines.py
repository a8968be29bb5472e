"""The ledger's movements and documents, for reconciliation (ports `LedgerExport`, `LedgerDocuments`)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

import grpc
from loyalty.ledger.v1 import close_pb2, read_requests_pb2
from loyalty.ledger.v1.ledger_service_pb2_grpc import LedgerServiceStub

from settlement_service.domain.line_comparison import LedgerLine
from settlement_service.domain.till_totals import TillDay, TillDocument
from settlement_service.wire.ledger_lines import ledger_line, till_document
from settlement_service.wire.positions import vector_message


class LedgerLinesPeer:
    """Reads streams of the ledger."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LedgerServiceStub(channel)

    async def movements(self, program: str, up_to: Mapping[int, int]) -> AsyncIterator[Sequence[LedgerLine]]:
        """As the port says. An empty cursor is spelled out: none at all would ask for everything."""
        request = read_requests_pb2.ExportMovementsRequest(program_id=program, up_to=vector_message(up_to or {0: 0}))
        async for part in self._stub.ExportMovements(request):
            if part.movements:
                yield [ledger_line(movement) for movement in part.movements]

    async def documents(
        self, program: str, day: TillDay, start: datetime, end: datetime
    ) -> AsyncIterator[TillDocument]:
        """As the port says."""
        request = close_pb2.StreamDocumentTotalsRequest(
            program_id=program, source=day.source, location_id=day.location_id
        )
        request.start_time.FromDatetime(start)
        request.end_time.FromDatetime(end)
        parts: list[close_pb2.StreamDocumentTotalsResponse] = []
        async for part in self._stub.StreamDocumentTotals(request):
            parts.append(part)
            if part.last_part:
                if not part.not_carried_out:
                    yield till_document(parts)
                parts = []
