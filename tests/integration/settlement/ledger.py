"""A small ledger: serves a log of given events and sums its movements by itself, as the real one would.

It can also misbehave: `mischief` gets the messages of each stream and gives what is sent instead.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from loyalty.ledger.v1 import close_pb2, events_pb2, integrity_pb2, movement_pb2
from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.rules.v1 import program_pb2
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.runtime.behaviour import Context

if TYPE_CHECKING:
    Policy: TypeAlias = program_pb2.SettlementPolicy.ValueType
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
    cuts: dict[str, close_pb2.PeriodCut] = field(default_factory=dict)
    open_holds: int = 0
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
        return totals_of(movements, request.up_to, self.wrong_by)

    async def CutPeriod(self, request: close_pb2.CutPeriodRequest, context: Context) -> close_pb2.CutPeriodResponse:
        """A barrier in every partition, once a period."""
        cut = self.cuts.get(request.period)
        if cut is None:
            cut = self.cut_period(request.program_id, request.period)
        return close_pb2.CutPeriodResponse(cut=cut)

    def cut_period(self, program: str, period: str) -> close_pb2.PeriodCut:
        """Commits the barriers, at the time of the latest event."""
        moment = Timestamp(seconds=1_767_225_600)
        for events in self.log.values():
            if events and events[-1].post_time.ToMicroseconds() > moment.ToMicroseconds():
                moment.CopyFrom(events[-1].post_time)
        barriers = [
            events_pb2.Event(
                program_id=program,
                position=LogPosition(partition=partition, position=len(events) + 1),
                event_type=events_pb2.EVENT_TYPE_PERIOD_CUT,
                subject_id=period,
                occur_time=moment,
                post_time=moment,
                hash=sha256(f"{period} {partition}".encode()).digest(),
            )
            for partition, events in self.log.items()
        ]
        self.add(barriers)
        cut = close_pb2.PeriodCut(
            sequence=len(self.cuts) + 1,
            period=period,
            barriers=[barrier.position for barrier in barriers],
            cut_time=moment,
        )
        self.cuts[period] = cut
        return cut

    async def GetCloseFacts(
        self, request: close_pb2.GetCloseFactsRequest, context: Context
    ) -> close_pb2.GetCloseFactsResponse:
        """Nothing is open but holds."""
        holds = close_pb2.OpenPoints(count=self.open_holds, points=10 * self.open_holds)
        return close_pb2.GetCloseFactsResponse(up_to=self.head, open_holds=holds)

    def _after(self, sent: dict[int, int]) -> Iterator[messages.StreamEventsResponse]:
        for partition, events in self.log.items():
            for event in events[sent.get(partition, 0) :]:
                yield messages.StreamEventsResponse(event=event)
        yield messages.StreamEventsResponse(progress=messages.Progress(positions=self.head))


def totals_of(
    movements: Sequence[movement_pb2.Movement],
    up_to: Iterable[LogPosition] = (),
    wrong_by: dict[str, int] | None = None,
) -> messages.GetLedgerTotalsResponse:
    """What movements come to."""
    return messages.GetLedgerTotalsResponse(
        up_to=up_to,
        brands=[*_brands(movements, wrong_by or {})],
        obligations=[*_obligations(movements)],
        carrying=[*_carrying(movements)],
        own_prices=[*_own_prices(movements)],
    )


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
    sums: dict[tuple[str, str, str, Policy, str], int] = defaultdict(int)
    for movement in movements:
        frozen = (movement.accrual.settlement_policy, movement.accrual.reserve_entity_id)
        for owed in movement.obligations:
            pair = (owed.debtor_entity_id, owed.creditor_entity_id, owed.amount.currency_code)
            sums[*pair, *frozen] += owed.amount.minor_units
    for (debtor, creditor, currency, policy, reserve), amount in sums.items():
        yield integrity_pb2.ObligationTotal(
            debtor_entity_id=debtor,
            creditor_entity_id=creditor,
            currency_code=currency,
            minor_units=amount,
            settlement_policy=policy,
            reserve_entity_id=reserve,
        )


def _own_prices(movements: Sequence[movement_pb2.Movement]) -> Iterator[integrity_pb2.OwnPriceTotal]:
    """What redeemers bear of the prices of points under RESERVE that they fund themselves."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for movement in movements:
        if movement.accrual.reserve_entity_id and movement.place_entity_id:
            owed = sum(each.amount.minor_units for each in movement.obligations)
            key = (movement.place_entity_id, movement.price.currency_code, movement.accrual.reserve_entity_id)
            sums[key] += movement.price.minor_units - owed
    for (entity, currency, reserve), amount in sums.items():
        yield integrity_pb2.OwnPriceTotal(
            entity_id=entity, currency_code=currency, minor_units=amount, reserve_entity_id=reserve
        )


def _carrying(movements: Sequence[movement_pb2.Movement]) -> Iterator[integrity_pb2.CarryingTotal]:
    sums: dict[tuple[str, str, Policy, str], list[int]] = defaultdict(lambda: [0, 0])
    for movement in movements:
        frozen = (movement.accrual.settlement_policy, movement.accrual.reserve_entity_id)
        for change in movement.carrying:
            parts = sums[change.entity_id, change.currency_code, *frozen]
            parts[0] += change.liability_minor_units
            parts[1] += change.receivable_minor_units
    for (entity, currency, policy, reserve), (liability, receivable) in sums.items():
        yield integrity_pb2.CarryingTotal(
            entity_id=entity,
            currency_code=currency,
            liability_minor_units=liability,
            receivable_minor_units=receivable,
            settlement_policy=policy,
            reserve_entity_id=reserve,
        )
