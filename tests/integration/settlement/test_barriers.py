"""A period's barrier stands in each partition: what lies before it belongs to the period, what follows to the next."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.domain.event import Event
from tests.integration.settlement.house import House, neighbours, open_house, settlement, sql
from tests.integration.settlement.ledger import FakeLedger
from tests.integration.settlement.test_intake import reached, until_parked
from tests.property.settlement.model import PROGRAM, World, basket_under_every_policy, worked_basket
from tests.unit.settlement.messages import event_message


def barrier(position: int, partition: int, period: str = "2026-01") -> Event:
    """The event that ends a period."""
    world = World()
    world.cut()
    return replace(
        world.events[0], position=position, partition=partition, subject_id=period, hash=bytes([position]) * 32
    )


async def test_events_on_both_sides_of_barriers_at_different_places(house: House) -> None:
    other = World("mem_2", partition=1)
    await house.post([*other.earn_once(), *other.earn_once(), *other.earn_once()])
    await house.post([*basket_under_every_policy().events, barrier(4, 1)])
    late = other.earn_once()[-1]
    await house.post([replace(late, position=5)])
    assert await periods(house, "booked_event") == {
        (0, 1): 1, (0, 2): 1, (0, 3): 1, (0, 4): 2, (0, 5): 2, (0, 6): 2, (0, 7): 2,
        (1, 1): 1, (1, 2): 1, (1, 3): 1, (1, 4): 1, (1, 5): 2,
    }  # fmt: skip
    async with house.sql() as connection:
        cuts = await connection.fetch("SELECT sequence, partition, position, period FROM period_cut ORDER BY partition")
    assert [tuple(cut) for cut in cuts] == [(1, 0, 3, "2026-01"), (1, 1, 4, "2026-01")]
    assert {check.violations for check in await house.checks()} == {0}


async def test_a_service_that_begins_behind_a_barrier_knows_its_period(servers: LocalStack, books: Database) -> None:
    events = basket_under_every_policy().events
    ledger = FakeLedger()
    async with neighbours(servers, ledger) as peers:
        async with settlement(servers, books, ledger, peers) as house:
            await house.post(events[:3])
        async with settlement(servers, books, ledger, peers) as house:
            await house.post(events[3:])
            assert {check.violations for check in await house.checks()} == {0}


async def test_two_services_agree_on_the_period_of_every_event(servers: LocalStack, books: Database) -> None:
    ledger = FakeLedger()
    async with (
        neighbours(servers, ledger) as peers,
        settlement(servers, books, ledger, peers) as one,
        settlement(servers, books, ledger, peers) as other,
    ):
        for event in basket_under_every_policy().events:
            await one.post([event])
        assert {check.violations for check in await other.checks()} == {0}


async def test_a_barrier_of_another_program_ends_nothing_here(house: House) -> None:
    events = worked_basket().events
    foreign = event_message(barrier(2, 0))
    foreign.program_id = "elsewhere"
    house.ledger.add([event_message(events[0]), foreign])
    await house.post([replace(event, position=event.position + 1) for event in events[1:]])
    assert {period for place, period in (await periods(house, "booked_event")).items() if place != (0, 2)} == {1}


@pytest.mark.parametrize("subject", ["", "2026-13", "2026-1", "January"])
async def test_a_barrier_that_names_no_month_is_parked(servers: LocalStack, books: Database, subject: str) -> None:
    ledger = FakeLedger()
    ledger.add([event_message(barrier(1, 0, period=subject))])
    async with open_house(servers, books, ledger):
        await until_parked(books)
    async with sql(books) as connection:
        assert "names a month" in await connection.fetchval("SELECT reason FROM parked_event")


async def test_an_event_for_a_closed_period_is_parked_and_the_others_flow(servers: LocalStack, books: Database) -> None:
    async with sql(books) as connection:
        await connection.execute(
            "INSERT INTO closed_period (program, period, sequence, cut_positions, figures_hash)"
            " VALUES ($1, '2026-01', 1, ARRAY[0, 0], sha256(''))",
            PROGRAM,
        )
    ledger = FakeLedger()
    ledger.add(map(event_message, worked_basket().events))
    async with open_house(servers, books, ledger) as house:
        await until_parked(books)
        ledger.add([event_message(barrier(1, 1))])
        assert await reached(house, {1: 1}) == {0: 0, 1: 1}
    async with sql(books) as connection:
        assert "period_is_open" in await connection.fetchval("SELECT reason FROM parked_event")


async def periods(house: House, table: str) -> dict[tuple[int, int], int]:
    """The period of each row, by its place in the log."""
    async with house.sql() as connection:
        rows: Sequence[tuple[int, int, int]] = [
            tuple(row) for row in await connection.fetch(f"SELECT partition, position, period_sequence FROM {table}")
        ]
    return {(partition, position): period for partition, position, period in rows}
