"""The ledger's part in a close (port `LedgerPeriods`)."""

from datetime import UTC

import grpc
from loyalty.ledger.v1 import close_pb2 as messages
from loyalty.ledger.v1.ledger_service_pb2_grpc import LedgerServiceStub

from settlement_service.domain.checklist import ItemKind, OpenFact
from settlement_service.domain.periods import Cut
from settlement_service.wire.positions import vector_of


class LedgerPeriodsPeer:
    """Asks the ledger service."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = LedgerServiceStub(channel)

    async def cut(self, program: str, period: str) -> Cut:
        """As the port says."""
        response = await self._stub.CutPeriod(messages.CutPeriodRequest(program_id=program, period=period))
        cut = response.cut
        return Cut(cut.sequence, cut.period, vector_of(cut.barriers), cut.cut_time.ToDatetime(UTC))

    async def open_facts(self, program: str) -> list[OpenFact]:
        """As the port says."""
        facts = await self._stub.GetCloseFacts(messages.GetCloseFactsRequest(program_id=program))
        return [
            _documents(ItemKind.PARKED_RETURNS, facts.parked_returns),
            _points(ItemKind.ANNOUNCED_RETURNS, facts.announced_returns),
            _points(ItemKind.OPEN_HOLDS, facts.open_holds),
            _points(ItemKind.OPEN_DEBTS, facts.debts),
            _points(ItemKind.PENDING_POINTS, facts.pending),
            _documents(ItemKind.PROPOSED_ADJUSTMENTS, facts.proposed_adjustments),
            _documents(ItemKind.TRANSFERS_UNDER_WAY, facts.transfers_under_way),
        ]


def _documents(kind: ItemKind, documents: messages.OpenDocuments) -> OpenFact:
    if not documents.count:
        return OpenFact(kind, 0, "")
    since = documents.oldest_time.ToDatetime(UTC).isoformat(timespec="seconds")
    return OpenFact(kind, documents.count, f"the oldest since {since}: {', '.join(documents.first_ids)}")


def _points(kind: ItemKind, points: messages.OpenPoints) -> OpenFact:
    return OpenFact(kind, points.count, f"{points.points} points" if points.count else "")
