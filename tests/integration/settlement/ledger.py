"""A small ledger: serves a log of given events and sums its movements by itself, as the real one would.

It can also misbehave: `mischief` gets the messages of each stream and gives what is sent instead.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc
from loyalty.ledger.v1 import events_pb2, integrity_pb2, movement_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.runtime.behaviour import Context

if TYPE_CHECKING:
    # It serves what settlement calls; a type checker would want every rpc.
    LedgerServiceServicer = object
else:
    from loyalty.ledger.v1.ledger_service_pb2_grpc import LedgerServiceServicer

Responses = list[messages.StreamEventsResponse]
Mischief = Callable[[int, Responses], Responses]
"""(how many streams there were before, what would be sent) -> what is sent; then the stream breaks."""


@dataclass
class FakeLedger(LedgerServiceServicer):
    """Events by partition, in order from position 1."""

    log: dict[int, list[events_pb2.Event]] = field(default_factory=lambda: {0: [], 1: []})
    mischief: Mischief | None = None
    streams: int = 0
    asked_after: list[dict[int, int]] = field(default_factory=list)
    wrong_by: dict[str, int] = field(default_factory=dict)
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, events: Iterable[events_pb2.Event]) -> None:
        """Commits events and tells the streams."""
        for event in events:
            self.log[event.position.partition].append(event)
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    def cut(self) -> None:
        """Breaks every stream now."""
        self.mischief = self.mischief or (lambda _streams, responses: responses)
        self.add(())

    @property
    def head(self) -> list[LogPosition]:
        """The last position of each partition."""
        return [LogPosition(partition=partition, position=len(events)) for partition, events in self.log.items()]

    async def StreamEvents(
        self, request: messages.StreamEventsRequest, context: Context
    ) -> AsyncIterator[messages.StreamEventsResponse]:
        """Everything after the cursor, one partition after the other, then what comes."""
        sent = {place.partition: place.position for place in request.after}
        self.asked_after.append(dict(sent))
        self.streams += 1
        while True:
            grown = self._grown
            responses = list(self._after(sent))
            sent = {partition: len(events) for partition, events in self.log.items()}
            if self.mischief is not None:
                for response in self.mischief(self.streams - 1, responses):
                    yield response
                await context.abort(grpc.StatusCode.UNAVAILABLE, "mischief")
            for response in responses:
                yield response
            await grown.wait()

    async def GetLedgerTotals(
        self, request: messages.GetLedgerTotalsRequest, context: Context
    ) -> messages.GetLedgerTotalsResponse:
        """Sums over the movements up to the cursor."""
        movements = [
            movement
            for place in request.up_to
            for event in self.log[place.partition][: place.position]
            if event.program_id == request.program_id
            for movement in event.movements
        ]
        return messages.GetLedgerTotalsResponse(
            up_to=request.up_to,
            brands=[*_brands(movements, self.wrong_by)],
            obligations=[*_obligations(movements)],
            carrying=[*_carrying(movements)],
        )

    def _after(self, sent: dict[int, int]) -> Iterator[messages.StreamEventsResponse]:
        for partition, events in self.log.items():
            for event in events[sent.get(partition, 0) :]:
                yield messages.StreamEventsResponse(event=event)
        yield messages.StreamEventsResponse(progress=messages.Progress(positions=self.head))


def _brands(
    movements: Sequence[movement_pb2.Movement], wrong_by: dict[str, int]
) -> Iterator[integrity_pb2.BrandTotals]:
    points: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    last: dict[str, dict[str, int]] = defaultdict(dict)
    for movement in movements:
        kind = movement_pb2.MovementKind.Name(movement.kind).removeprefix("MOVEMENT_KIND_")
        points[movement.accrual.brand_id][kind] += movement.points
        last[movement.accrual.brand_id][movement.accrual_id] = movement.remaining_after + movement.held_after
    for brand, totals in points.items():
        yield integrity_pb2.BrandTotals(
            brand_id=brand,
            totals=[integrity_pb2.KindTotal(kind=kind, points=total) for kind, total in totals.items()],
            closing_points=sum(last[brand].values()) + wrong_by.get(brand, 0),
            receivable_points=sum(max(0, -remaining) for remaining in last[brand].values()),
        )


def _obligations(movements: Sequence[movement_pb2.Movement]) -> Iterator[integrity_pb2.ObligationTotal]:
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for movement in movements:
        for owed in movement.obligations:
            pair = (owed.debtor_entity_id, owed.creditor_entity_id, owed.amount.currency_code)
            sums[pair] += owed.amount.minor_units
    for (debtor, creditor, currency), amount in sums.items():
        yield integrity_pb2.ObligationTotal(
            debtor_entity_id=debtor, creditor_entity_id=creditor, currency_code=currency, minor_units=amount
        )


def _carrying(movements: Sequence[movement_pb2.Movement]) -> Iterator[integrity_pb2.CarryingTotal]:
    liability: dict[tuple[str, str], int] = defaultdict(int)
    receivable: dict[tuple[str, str], int] = defaultdict(int)
    for movement in movements:
        for change in movement.carrying:
            liability[change.entity_id, change.currency_code] += change.liability_minor_units
            receivable[change.entity_id, change.currency_code] += change.receivable_minor_units
    for entity, currency in liability:
        yield integrity_pb2.CarryingTotal(
            entity_id=entity,
            currency_code=currency,
            liability_minor_units=liability[entity, currency],
            receivable_minor_units=receivable[entity, currency],
        )
