"""A ledger that exports movements and documents, a program with shops and agreements, and who reconciles."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import close_pb2, events_pb2, movement_pb2, read_requests_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as ledger_messages
from loyalty.rules.v1 import program_pb2
from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2
from loyalty.settlement.v1 import reconciliation_service_pb2_grpc as stubs
from loyalty.type.v1.money_pb2 import Ratio

from chassis.runtime.behaviour import Context
from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from deploy.local.secrets import EVERYTHING
from tests.integration.settlement.house import BRANDS, House
from tests.integration.settlement.ledger import FakeLedger
from tests.property.settlement.model import PROGRAM

if TYPE_CHECKING:
    from loyalty.settlement.v1.reconciliation_service_pb2_grpc import ReconciliationServiceAsyncStub

Reconciler: TypeAlias = "ReconciliationServiceAsyncStub"
"""The typed face of an asynchronous stub; it exists for type checkers only."""

RECONCILIATIONS = reconciliation_service_pb2.DESCRIPTOR.services_by_name["ReconciliationService"]
LEDGER, PRICES, TILLS = pb.RECONCILIATION_KIND_LEDGER, pb.RECONCILIATION_KIND_PRICES, pb.RECONCILIATION_KIND_TILLS


def shops() -> program_pb2.Program:
    """The four brands, each its own entity, with one shop in Chicago; everybody pays the face."""
    return program_pb2.Program(
        brands=[program_pb2.Brand(brand_id=brand, entity_id=brand) for brand in BRANDS],
        entities=[program_pb2.LegalEntity(entity_id=entity, name=entity.title()) for entity in (*BRANDS, "hq")],
        locations=[
            program_pb2.Location(
                location_id="loc_1", name="First", operator_entity_id="north", region="r", time_zone="America/Chicago"
            )
        ],
        agreements=[program_pb2.Agreement(agreement_id="agr_1", share_of_face=Ratio(numerator=1, denominator=1))],
    )


@dataclass
class ExportingLedger(FakeLedger):
    """Its log, and what it sums: rows that were tampered with show in the sums alone, as in the real one."""

    tampered: dict[tuple[str, int], int] = field(default_factory=dict)
    """Points of movements by home and sequence, as the tampered rows have them."""
    documents: list[close_pb2.StreamDocumentTotalsResponse] = field(default_factory=list)
    asked: list[close_pb2.StreamDocumentTotalsRequest] = field(default_factory=list)
    summed: int = 0

    def movement(self, home: str, sequence: int) -> movement_pb2.Movement:
        """A movement of the log itself."""
        [found] = [
            movement
            for events in self.log.values()
            for event in events
            for movement in event.movements
            if (movement.home_member_id, movement.sequence) == (home, sequence)
        ]
        return found

    async def ExportMovements(
        self, request: read_requests_pb2.ExportMovementsRequest, context: Context
    ) -> AsyncIterator[read_requests_pb2.ExportMovementsResponse]:
        """The movements up to a cursor, one event a message."""
        for place in request.up_to:
            for event in self.log[place.partition][: place.position]:
                yield read_requests_pb2.ExportMovementsResponse(movements=event.movements)
        yield read_requests_pb2.ExportMovementsResponse()

    async def GetLedgerTotals(
        self, request: ledger_messages.GetLedgerTotalsRequest, context: Context
    ) -> ledger_messages.GetLedgerTotalsResponse:
        """Sums over the rows."""
        self.summed += 1
        whole = self.log
        self.log = {partition: [self._rows(event) for event in events] for partition, events in whole.items()}
        try:
            return await super().GetLedgerTotals(request, context)
        finally:
            self.log = whole

    def _rows(self, event: events_pb2.Event) -> events_pb2.Event:
        rows = events_pb2.Event()
        rows.CopyFrom(event)
        for movement in rows.movements:
            key = (movement.home_member_id, movement.sequence)
            movement.points = self.tampered.get(key, movement.points)
        return rows

    async def StreamDocumentTotals(
        self, request: close_pb2.StreamDocumentTotalsRequest, context: Context
    ) -> AsyncIterator[close_pb2.StreamDocumentTotalsResponse]:
        """The documents of the span."""
        self.asked.append(request)
        for document in self.documents:
            moment = document.occur_time.ToMicroseconds()
            if request.start_time.ToMicroseconds() <= moment < request.end_time.ToMicroseconds():
                yield document

    def sell(self, number: str, moment: str, *lines: int) -> None:
        """A sale of the ledger."""
        occurred = Timestamp()
        occurred.FromJsonString(moment)
        self.documents.append(
            close_pb2.StreamDocumentTotalsResponse(
                kind=close_pb2.DOCUMENT_KIND_SALE,
                source="pos",
                document_id=number,
                order_id=f"ord_{number}",
                location_id="loc_1",
                occur_time=occurred,
                currency_code="USD",
                lines=[
                    close_pb2.DocumentLine(line_number=index, minor_units=paid)
                    for index, paid in enumerate(lines, start=1)
                ],
                total_minor_units=sum(lines),
                last_part=True,
            )
        )


@asynccontextmanager
async def reconciler(
    house: House,
    *roles: str,
    subject: str = "office",
    programs: Sequence[str] = EVERYTHING,
    locations: Sequence[str] = EVERYTHING,
) -> AsyncIterator[Reconciler]:
    """The service as a caller sees it; by default as finance."""
    token = house.servers.secrets.mint_token(
        subject, programs=programs, roles=roles or ("FINANCE",), locations=locations, brands=EVERYTHING
    )
    async with connect(PLAIN.peer(house.address), RECONCILIATIONS, lambda: token) as channel:
        yield stubs.ReconciliationServiceStub(channel)


async def run(
    stub: Reconciler, kind: pb.ReconciliationKind.ValueType = LEDGER, *, period: str = "", request_id: str = "run-1"
) -> pb.Reconciliation:
    """A run of LEDGER or PRICES."""
    request = reconciliation_service_pb2.RunReconciliationRequest(
        program_id=PROGRAM, kind=kind, period=period, request_id=request_id
    )
    return (await stub.RunReconciliation(request)).reconciliation
