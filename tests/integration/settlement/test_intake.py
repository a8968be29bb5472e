"""At-least-once delivery, exactly-once effect: whatever the stream does, each event is booked once and in order."""

import asyncio
from collections.abc import Callable

import pytest
from loyalty.ledger.v1 import events_pb2
from loyalty.settlement.v1 import settlement_service_pb2 as messages
from loyalty.type.v1.log_position_pb2 import LogPosition

from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.use_cases.book_events import TRIES
from settlement_service.wire.event_digest import digest_of
from tests.integration.settlement.house import House, neighbours, open_house, settlement, sql
from tests.integration.settlement.ledger import FakeLedger, Mischief, Responses
from tests.property.settlement.model import PROGRAM, World, worked_basket
from tests.unit.settlement.messages import event_message

AFTER_ALL = {"north": -96, "peak": -144, "linden": 240}


def twice(_streams: int, responses: Responses) -> Responses:
    return [response for response in responses for _ in range(2)]


def with_a_gap(streams: int, responses: Responses) -> Responses:
    return responses if streams > 1 else responses[:1] + responses[2:]


def backwards(streams: int, responses: Responses) -> Responses:
    return responses if streams > 2 else responses[::-1]


def cut_short(_streams: int, responses: Responses) -> Responses:
    return responses[:2]


def progress_ahead(streams: int, responses: Responses) -> Responses:
    return responses if streams > 1 else responses[-1:] + responses


@pytest.mark.parametrize("mischief", [twice, with_a_gap, backwards, cut_short, progress_ahead])
async def test_a_bad_stream_is_read_again_until_every_event_is_booked_once(
    servers: LocalStack, books: Database, mischief: Mischief
) -> None:
    ledger = FakeLedger(mischief=mischief)
    ledger.add(event_message(event) for event in worked_basket().events)
    async with open_house(servers, books, ledger) as house:
        assert await house.net() == AFTER_ALL
        assert {check.violations for check in await house.checks()} == {0}


async def test_the_worked_basket_has_its_positions_after_each_step(house: House) -> None:
    positions = []
    for event in worked_basket().events:
        await house.post([event])
        positions.append(await house.net())
    assert positions == [
        {},
        {"north": -32, "harbor": -157, "peak": -51, "linden": 240},
        {"north": -32, "harbor": -64, "peak": -144, "linden": 240},
        {"north": -96, "peak": -144, "linden": 240},
    ]


async def test_a_restarted_service_goes_on_one_event_before_its_cursor(servers: LocalStack, books: Database) -> None:
    events = worked_basket().events
    ledger = FakeLedger()
    async with neighbours(servers, ledger) as peers:
        async with settlement(servers, books, ledger, peers) as house:
            await house.post(events[:2])
        async with settlement(servers, books, ledger, peers) as house:
            await house.post(events[2:])
            assert await house.net() == AFTER_ALL
    assert ledger.asked_after == [{}, {0: 1, 1: 0}]


async def test_two_services_on_one_database_book_each_event_once(servers: LocalStack, books: Database) -> None:
    ledger = FakeLedger()
    async with (
        neighbours(servers, ledger) as peers,
        settlement(servers, books, ledger, peers) as one,
        settlement(servers, books, ledger, peers) as other,
    ):
        for event in worked_basket().events:
            await one.post([event])
        assert await other.net() == AFTER_ALL
        assert {check.violations for check in await other.checks()} == {0}


async def test_an_event_that_cannot_be_booked_is_parked_and_stops_only_its_partition(
    servers: LocalStack, books: Database
) -> None:
    ledger = spoiled(lambda message: setattr(message.movements[0], "kind", 99))
    async with open_house(servers, books, ledger) as house:
        await until_parked(books)
        ledger.add(event_message(event) for event in World("mem_2", partition=1).earn_once())
        assert await reached(house, {1: 1}) == {0: 1, 1: 1}
        async with house.sql() as connection:
            [parked] = await connection.fetch("SELECT partition, position, reason, encoded FROM parked_event")
        assert (parked["partition"], parked["position"]) == (0, 2)
        assert "unknown kind 99" in parked["reason"]
        assert parked["encoded"] == ledger.log[0][1].SerializeToString()


async def test_an_event_that_was_altered_on_its_way_is_parked_and_booked_once_it_comes_whole(
    servers: LocalStack, books: Database
) -> None:
    ledger = FakeLedger()
    log = [event_message(event) for event in worked_basket().events]
    for message in log:
        message.digest = digest_of(message)
    whole = log[1].SerializeToString()
    log[1].movements[0].points += 1
    ledger.add(log)
    async with neighbours(servers, ledger) as peers:
        async with settlement(servers, books, ledger, peers) as house:
            await until_parked(books)
            ledger.add(event_message(event) for event in World("mem_2", partition=1).earn_once())
            assert await reached(house, {1: 1}) == {0: 1, 1: 1}
        async with sql(books) as connection:
            assert "altered on its way" in await connection.fetchval("SELECT reason FROM parked_event")
        log[1].ParseFromString(whole)
        ledger.log[0][1] = log[1]
        async with settlement(servers, books, ledger, peers) as house:
            assert (await house.net()).get("linden") == AFTER_ALL["linden"]
            assert {check.violations for check in await house.checks()} == {0}


async def test_a_parked_event_is_tried_a_few_times_before_it_stops_its_partition(
    servers: LocalStack, books: Database
) -> None:
    ledger = spoiled(lambda message: setattr(message.movements[0], "kind", 99))
    async with open_house(servers, books, ledger):
        await until_parked(books)
    assert ledger.streams == TRIES


async def test_reading_behind_a_parked_event_says_that_the_books_are_behind(
    servers: LocalStack, books: Database
) -> None:
    ledger = spoiled(lambda message: setattr(message.movements[0], "kind", 99))
    async with open_house(servers, books, ledger) as house:
        await until_parked(books)
        with pytest.raises(Refusal, match="BOOKS_BEHIND"):
            await reached(house, {0: 2})


async def test_a_parked_event_that_can_be_booked_after_all_is_resolved(servers: LocalStack, books: Database) -> None:
    ledger = spoiled(lambda message: setattr(message.movements[0], "kind", 99))
    async with neighbours(servers, ledger) as peers:
        async with settlement(servers, books, ledger, peers):
            await until_parked(books)
        ledger.log[0][1:] = [event_message(event) for event in worked_basket().events[1:]]
        async with settlement(servers, books, ledger, peers) as house:
            assert await house.net() == AFTER_ALL
            assert {check.violations for check in await house.checks()} == {0}


async def test_a_movement_booked_before_is_refused_by_the_books_and_stops_its_partition(
    servers: LocalStack, books: Database
) -> None:
    ledger = spoiled(lambda message: setattr(message.movements[0], "sequence", 1))
    async with open_house(servers, books, ledger):
        await until_parked(books)
    async with sql(books) as connection:
        assert "booked_movement_pkey" in await connection.fetchval("SELECT reason FROM parked_event")
        assert await connection.fetchval("SELECT position FROM log_cursor WHERE partition = 0") == 1


async def test_a_log_that_holds_another_event_than_was_booked_is_noticed(servers: LocalStack, books: Database) -> None:
    events = worked_basket().events
    ledger = FakeLedger()
    async with neighbours(servers, ledger) as peers:
        async with settlement(servers, books, ledger, peers) as house:
            await house.post(events[:2])
        ledger.log[0][1].hash = bytes(32)
        async with settlement(servers, books, ledger, peers):
            await until_parked(books)
    async with sql(books) as connection:
        assert "another event" in await connection.fetchval("SELECT reason FROM parked_event")


async def test_the_log_of_other_programs_does_not_show_in_the_books(house: House) -> None:
    foreign = [event_message(event) for event in worked_basket().events]
    for message in foreign:
        message.program_id = "elsewhere"
    house.ledger.add(foreign)
    assert await house.net() == {}


def spoiled(spoil: Callable[[events_pb2.Event], None]) -> FakeLedger:
    """A ledger whose second event in partition 0 is spoiled."""
    ledger = FakeLedger()
    log = [event_message(event) for event in worked_basket().events]
    spoil(log[1])
    ledger.add(log)
    return ledger


async def until_parked(books: Database) -> None:
    """Waits until an event is parked."""
    async with sql(books) as connection, asyncio.timeout(10):
        while not await connection.fetchval("SELECT EXISTS (SELECT FROM parked_event)"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def reached(house: House, positions: dict[int, int]) -> dict[int, int]:
    """How far the books are once they have reached `positions`; BOOKS_BEHIND after a second or so."""
    at_least = [LogPosition(partition=partition, position=position) for partition, position in positions.items()]
    async with house.stub() as stub:
        answer = await stub.GetPositions(
            messages.GetPositionsRequest(program_id=PROGRAM, at_least=at_least), timeout=1.5
        )
    return {place.partition: place.position for place in answer.up_to}
