"""Sums beyond 64 bits: every amount fits, their total does not. The books go on; only a read that would have to tell
the total is refused."""

from fractions import Fraction

import pytest
from loyalty.ledger.v1 import events_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as messages

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Code, Refusal
from tests.integration.settlement.house import House
from tests.property.settlement.lots import Lot
from tests.property.settlement.model import PROGRAM, USD, World, worked_basket
from tests.unit.settlement.messages import event_message

POINTS = 6 * 10**18
MINOR_UNITS = POINTS * 4 // 5


async def test_overflowing_totals_of_one_program_do_not_stop_the_books_of_another(house: House) -> None:
    large = large_events()
    for message in large:
        message.program_id = "elsewhere"
    house.ledger.add(in_one_partition([*large, *map(event_message, worked_basket().events)]))
    assert await house.net() == {"north": -96, "peak": -144, "linden": 240}
    async with house.sql() as connection:
        assert await connection.fetchval("SELECT count(*) FROM parked_event") == 0


async def test_books_whose_totals_overflow_pass_every_checker(house: House) -> None:
    house.ledger.add(large_events())
    await booked(house)
    assert {check.violations for check in await house.checks()} == {0}


async def test_running_totals_beyond_64_bits_are_exact(house: House) -> None:
    house.ledger.add(large_events())
    await booked(house)
    async with house.sql() as connection:
        points = await connection.fetchval("SELECT points FROM brand_total WHERE kind = 'EARNED'")
        owed = await connection.fetchval("SELECT balance FROM account_total WHERE account = 'due_to'")
    assert 2 * MINOR_UNITS > INT64_MAX
    assert (int(points), int(owed)) == (2 * POINTS, -2 * MINOR_UNITS)


@pytest.mark.parametrize(("brand", "figure"), [("north", "brand.north.earned"), ("", "brand.linden.cross_in")])
async def test_brand_books_that_do_not_fit_are_refused_with_their_figure(house: House, brand: str, figure: str) -> None:
    house.ledger.add(large_events())
    await booked(house)
    async with house.stub() as stub:
        with pytest.raises(Refusal) as refused:
            await stub.GetBrandBooks(messages.GetBrandBooksRequest(program_id=PROGRAM, brand_id=brand))
    assert told(refused.value) == (Code.OUT_OF_RANGE, "AMOUNT_OUT_OF_RANGE", figure)


async def test_books_of_a_brand_beside_the_one_that_does_not_fit_are_told(house: House) -> None:
    house.ledger.add(large_events())
    await booked(house)
    async with house.stub() as stub:
        answer = await stub.GetBrandBooks(messages.GetBrandBooksRequest(program_id=PROGRAM, brand_id="peak"))
    assert [books.brand_id for books in answer.brands] == ["peak"]


async def test_positions_that_do_not_fit_are_refused_with_their_figure(house: House) -> None:
    house.ledger.add(large_events())
    await booked(house)
    async with house.stub() as stub:
        with pytest.raises(Refusal) as refused:
            await stub.GetPositions(messages.GetPositionsRequest(program_id=PROGRAM))
    assert told(refused.value) == (Code.OUT_OF_RANGE, "AMOUNT_OUT_OF_RANGE", "obligation.north.linden.USD")


async def test_the_journal_is_listed_whatever_its_totals_are(house: House) -> None:
    house.ledger.add(large_events())
    await booked(house)
    async with house.stub() as stub:
        answer = await stub.ListJournalEntries(messages.ListJournalEntriesRequest(program_id=PROGRAM))
    credited = [posting.credit_minor_units for entry in answer.entries for posting in entry.postings]
    assert max(credited) == MINOR_UNITS


def large_events() -> list[events_pb2.Event]:
    """Two members of one partition: each earned at North and spent all of it at Linden."""
    events: list[events_pb2.Event] = []
    for name in ("one", "other"):
        world = World(f"mem_{name}")
        world.earn((Lot(f"large-{name}", "north", "north", (("north", 10_000),), Fraction(4, 5), USD), POINTS))
        world.redeem("linden", POINTS, Fraction(4, 5))
        events += map(event_message, world.events)
    return in_one_partition(events)


def in_one_partition(events: list[events_pb2.Event]) -> list[events_pb2.Event]:
    """The events, one after the other in partition 0."""
    for position, event in enumerate(events, start=1):
        event.position.partition, event.position.position = 0, position
    return events


async def booked(house: House) -> None:
    """Waits until all is booked, by a read that tells no total of North."""
    async with house.stub() as stub:
        request = messages.GetBrandBooksRequest(program_id=PROGRAM, brand_id="peak", at_least=house.ledger.head)
        await stub.GetBrandBooks(request, timeout=10)


def told(refusal: Refusal) -> tuple[Code, str, str]:
    """Code, reason and the figure it names."""
    return refusal.code, refusal.reason, refusal.metadata["what"]
