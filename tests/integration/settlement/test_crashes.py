"""The consumer dies at every step of a batch, and another takes over: the books are as if nothing had happened."""

from collections.abc import Sequence

import pytest
from pydantic import SecretStr

from chassis.runtime.postgres import open_database
from deploy.local.databases import Database
from settlement_service.domain.admission import Delivery
from settlement_service.store.journal import JournalStore
from settlement_service.store.verification import VerificationStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.book_events import BookEvents
from settlement_service.wire.events import delivery_of
from tests.integration.settlement.house import sql
from tests.property.settlement.model import PROGRAM, basket_under_every_policy
from tests.support.mortal import Died, MortalPool
from tests.support.servers import Databases
from tests.unit.settlement.messages import event_message

AFTER_COMMIT = 100
"""As a step: the transaction is committed and nobody is told."""


@pytest.mark.parametrize("step", [*range(16), AFTER_COMMIT])
async def test_whenever_the_consumer_dies_each_event_is_booked_once(
    databases: Databases, step: int, journal_of_reference: dict[str, list[str]]
) -> None:
    async with (
        databases.fresh("settlement") as books,
        open_database(SecretStr(books.url), application_name="test", pool_size=2) as pool,
    ):
        mortal = JournalStore(MortalPool(pool, step))
        with pytest.raises(Died):
            await consume(mortal)
        await consume(JournalStore(pool))
        assert await journal(books) == journal_of_reference
        assert {check.violations for check in await VerificationStore(pool).run(PROGRAM)} == {0}


@pytest.fixture
async def journal_of_reference(books: Database) -> dict[str, list[str]]:
    """What an undisturbed consumer writes."""
    async with open_database(SecretStr(books.url), application_name="test", pool_size=2) as pool:
        await consume(JournalStore(pool))
    return await journal(books)


async def consume(store: JournalStore) -> None:
    """A consumer's life: begins at the cursor and books two batches."""
    book_events = BookEvents(store, BooksMoved())
    await book_events.begin()
    for batch in (deliveries()[:4], deliveries()[3:]):
        assert not (await book_events(batch)).read_again


def deliveries() -> Sequence[Delivery]:
    """The worked basket with a period's end and other policies, from the wire."""
    return [delivery_of(event_message(event)) for event in basket_under_every_policy().events]


TABLES = (
    "log_cursor",
    "booked_event",
    "booked_movement",
    "period_cut",
    "journal_entry",
    "journal_head",
    "account_total",
    "account_day",
    "brand_total",
    "brand_day",
    "cohort_total",
    "cohort_sale",
    "place_total",
)


async def journal(books: Database) -> dict[str, list[str]]:
    """Everything that intake writes, the journal with its hashes among it, row by row as text."""
    async with sql(books) as connection:
        return {
            table: sorted(row[0] for row in await connection.fetch(f"SELECT t::text FROM {table} AS t"))
            for table in TABLES
        }
