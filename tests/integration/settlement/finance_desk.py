"""StatementService as finance people call it, and histories that are cut into periods."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from loyalty.settlement.v1 import statement_pb2, statement_service_pb2
from loyalty.settlement.v1 import statement_service_pb2 as messages
from loyalty.settlement.v1.statement_service_pb2_grpc import StatementServiceStub

from chassis.runtime.channel import connect
from chassis.runtime.transport import PLAIN
from chassis.values.money import Money
from deploy.local.secrets import EVERYTHING
from settlement_service.domain.event import PERIOD_CUT, Event, Kind, Movement
from tests.integration.settlement.house import House
from tests.property.settlement.model import PROGRAM
from tests.unit.settlement.events import event

if TYPE_CHECKING:
    from loyalty.settlement.v1.statement_service_pb2_grpc import StatementServiceAsyncStub

Desk: TypeAlias = "StatementServiceAsyncStub"
"""The typed face of an asynchronous stub; it exists for type checkers only."""

STATEMENTS = statement_service_pb2.DESCRIPTOR.services_by_name["StatementService"]

SHOPS = (("south", "fresh", "L-1"), ("south", "fresh", "L-2"), ("south", "corner", "L-3"), ("west", "corner", "L-4"))
"""Region, operator, location."""


@asynccontextmanager
async def finance(
    house: House,
    *roles: str,
    programs: Sequence[str] = EVERYTHING,
    brands: Sequence[str] = EVERYTHING,
    regions: Sequence[str] = EVERYTHING,
    locations: Sequence[str] = EVERYTHING,
) -> AsyncIterator[Desk]:
    """The service as a caller sees it; by default as finance."""
    token = house.servers.secrets.mint_token(
        "office",
        programs=programs,
        roles=roles or ("FINANCE",),
        brands=brands,
        regions=regions,
        locations=locations,
    )
    async with connect(PLAIN.peer(house.address), STATEMENTS, lambda: token) as channel:
        yield StatementServiceStub(channel)


def in_periods(events: Iterable[Event], every: int, months: Sequence[str] = ("2026-01", "2026-02")) -> Iterator[Event]:
    """Events of partition 0, spread over the shops, with a period's end in both partitions after so many of them."""
    position, left = 0, list(months)
    for number, each in enumerate(events):
        if left and number and number % every == 0:
            position += 1
            month = left.pop(0)
            yield _cut(month, 0, position)
            yield _cut(month, 1, len(months) - len(left))
        position += 1
        yield _placed(each, position)


def _cut(month: str, partition: int, position: int) -> Event:
    return replace(event(partition=partition, position=position), event_type=PERIOD_CUT, subject_id=month)


def _placed(each: Event, position: int) -> Event:
    region, operator, location = SHOPS[position % len(SHOPS)]
    return replace(
        each,
        position=position,
        hash=sha256(f"0/{position}".encode()).digest(),
        region=region,
        operator=operator,
        location_id=location,
        movements=tuple(_earned_somewhere(movement) for movement in each.movements),
    )


def _earned_somewhere(movement: Movement) -> Movement:
    place = sum(movement.accrual.accrual_id.encode()) % len(SHOPS)
    region, operator, location = SHOPS[place]
    accrual = replace(movement.accrual, region=region, operator=operator, location=location)
    spent = movement.kind in (Kind.REDEEMED, Kind.RESTORED) and movement.price is not None
    value = Money(movement.price.currency_code, abs(movement.price.minor_units)) if spent and movement.price else None
    return replace(movement, accrual=accrual, value=value)


async def statement(stub: Desk, entity: str, period: str = "") -> statement_pb2.Statement:
    """A statement."""
    request = messages.GetStatementRequest(program_id=PROGRAM, entity_id=entity, period=period)
    return (await stub.GetStatement(request)).statement


async def explained(
    stub: Desk, figure: str, *, period: str = "", as_of: str = "", page: int = 7
) -> tuple[int, list[statement_pb2.FigureLine]]:
    """A figure as the totals have it, and every line behind it."""
    request = messages.ExplainFigureRequest(program_id=PROGRAM, figure=figure, page_size=page)
    if period:
        request.period = period
    if as_of:
        request.as_of.period = as_of
    answer = await stub.ExplainFigure(request)
    value, lines = answer.value, list(answer.lines)
    while answer.next_page_token:
        request.page_token = answer.next_page_token
        answer = await stub.ExplainFigure(request)
        lines += answer.lines
    return value, lines


async def exported(stub: Desk, **question: object) -> tuple[bytes, list[messages.ExportJournalResponse]]:
    """A journal's file, and the messages it came in."""
    request = messages.ExportJournalRequest(program_id=PROGRAM, **question)  # type: ignore[arg-type]
    pieces = [piece async for piece in stub.ExportJournal(request)]
    return b"".join(piece.data for piece in pieces), pieces
