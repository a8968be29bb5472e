"""Books built again from event zero are the live books to the byte, whoever built them and in whatever batches."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from deploy.local.databases import Database
from settlement_service.domain.admission import Delivery
from settlement_service.domain.event import Event
from settlement_service.store.journal import JournalStore
from settlement_service.store.verification import VerificationStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.book_events import BookEvents
from settlement_service.wire.events import delivery_of
from tests.integration.settlement.house import sql
from tests.integration.settlement.test_crashes import journal
from tests.property.settlement.model import PROGRAM
from tests.property.settlement.test_books import STEPS, played
from tests.support.servers import Databases
from tests.unit.settlement.messages import event_message

ORDERED = ("journal_entry", "journal_head")
"""Numbers and hashes of the journal follow the order in which partitions were booked."""


async def test_a_partition_built_again_is_the_same_to_the_byte(databases: Databases) -> None:
    events = random_history(7, steps=60)
    async with databases.fresh("settlement") as live, databases.fresh("settlement") as again:
        await build(live, events, [1] * len(events), processes=1)
        await build(again, events, [5, 1, 17, 40], processes=2)
        assert await journal(again) == await journal(live)


async def test_two_partitions_built_again_differ_in_nothing_but_the_order_of_their_entries(
    databases: Databases,
) -> None:
    first, second = random_history(3, steps=40), in_partition_one(random_history(11, steps=40))
    by_turns = [event for pair in zip(first, second, strict=False) for event in pair]
    async with databases.fresh("settlement") as live, databases.fresh("settlement") as again:
        await build(live, [*by_turns, *first, *second], [7], processes=2)
        await build(again, [*second, *first], [500], processes=1)
        books, rebuilt = await journal(live), await journal(again)
        assert {name: rows for name, rows in rebuilt.items() if name not in ORDERED} == {
            name: rows for name, rows in books.items() if name not in ORDERED
        }
        assert await content(again) == await content(live)


async def build(database: Database, events: Sequence[Event], sizes: Sequence[int], processes: int) -> None:
    """Books events in batches of these sizes over and over, by processes in turn. Each begins anew where it finds the
    cursor elsewhere; all of them are given everything."""
    deliveries = [delivery_of(event_message(event)) for event in events]
    async with open_database(SecretStr(database.url), application_name="test", pool_size=2) as pool:
        workers = [BookEvents(JournalStore(pool), BooksMoved()) for _ in range(processes)]
        for worker in workers:
            await worker.begin()
        for number, batch in enumerate(batches(deliveries, sizes)):
            worker = workers[number % processes]
            while (await worker(batch)).read_again:
                await worker.begin()
        checks = await VerificationStore(pool).run(PROGRAM)
    assert {check.description: check.findings for check in checks if check.violations} == {}


def batches(deliveries: Sequence[Delivery], sizes: Sequence[int]) -> list[Sequence[Delivery]]:
    """Cut into these sizes, again and again."""
    cut: list[Sequence[Delivery]] = []
    while deliveries:
        size = sizes[len(cut) % len(sizes)]
        cut.append(deliveries[:size])
        deliveries = deliveries[size:]
    return cut


def random_history(seed: int, steps: int) -> list[Event]:
    """Events of every kind under every policy, with periods that end."""
    random = Random(seed)
    names = [*STEPS, "earn", "redeem", "redeem"]
    history = [
        (random.choice(names), random.randrange(12), random.randint(1, 400), random.randrange(12)) for _ in range(steps)
    ]
    return played([("earn", 0, 300, 1), ("earn", 1, 300, 1), *history]).events


def in_partition_one(events: Sequence[Event]) -> list[Event]:
    """The same as another member's, in the other partition."""
    return [
        replace(
            event,
            partition=1,
            hash=bytes(reversed(event.hash)),
            movements=tuple(
                replace(
                    movement,
                    home="mem_2",
                    cause_id=movement.cause_id and f"{movement.cause_id}-2",
                    accrual=replace(movement.accrual, accrual_id=f"{movement.accrual.accrual_id}-2"),
                )
                for movement in event.movements
            ),
        )
        for event in events
    ]


async def content(database: Database) -> list[str]:
    """The journal without its numbers and hashes."""
    async with sql(database) as connection:
        rows = await connection.fetch(
            "SELECT (entity_id, currency_code, home_member_id, movement_sequence, accounts, counterparties, amounts,"
            " point_accounts, point_amounts, period_sequence)::text FROM journal_entry"
        )
    return sorted(row[0] for row in rows)
