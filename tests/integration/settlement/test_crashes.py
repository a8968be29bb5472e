"""The consumer dies at every step of a batch, and another takes over: the books are as if nothing had happened."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.runtime.postgres import Connection, Isolation, open_database
from chassis.runtime.postgres import Database as Pool
from chassis.runtime.statements import Statement
from deploy.local.databases import Database
from settlement_service.domain.admission import Delivery
from settlement_service.store.journal import JournalStore
from settlement_service.store.verification import VerificationStore
from settlement_service.use_cases.arrivals import BooksMoved
from settlement_service.use_cases.book_events import BookEvents
from settlement_service.wire.events import delivery_of
from tests.integration.settlement.house import sql
from tests.property.settlement.model import PROGRAM, worked_basket
from tests.support.servers import Databases
from tests.unit.settlement.messages import event_message

AFTER_COMMIT = 100
"""As a step: the transaction is committed and nobody is told."""


class Died(Exception):  # noqa: N818  stands for the end of a process
    """The process is gone."""


class Mortal(Connection):
    """A connection whose process dies at the given statement."""

    __slots__ = ("left",)

    def __init__(self, raw: object, left: int) -> None:
        super().__init__(raw)  # type: ignore[arg-type]
        self.left = left

    async def fetch(self, statement: Statement, *arguments: object) -> list[asyncpg.Record]:
        self._step()
        return await super().fetch(statement, *arguments)

    async def execute(self, statement: Statement, *arguments: object) -> int:
        self._step()
        return await super().execute(statement, *arguments)

    def _step(self) -> None:
        if self.left == 0:
            raise Died
        self.left -= 1


class MortalPool(Pool):
    """A pool that dies once, at a step of its first transaction."""

    def __init__(self, pool: Pool, step: int) -> None:
        super().__init__(pool._pool)
        self.step: int | None = step

    @asynccontextmanager
    async def transaction(
        self, *, isolation: Isolation = "read_committed", readonly: bool = False
    ) -> AsyncIterator[Connection]:
        step, self.step = self.step, None
        async with super().transaction(isolation=isolation, readonly=readonly) as connection:
            yield connection if step is None else Mortal(connection._raw, step)
        if step is not None:
            raise Died


@pytest.mark.parametrize("step", [*range(10), AFTER_COMMIT])
async def test_whenever_the_consumer_dies_each_event_is_booked_once(
    databases: Databases, step: int, journal_of_reference: list[asyncpg.Record]
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
async def journal_of_reference(books: Database) -> list[asyncpg.Record]:
    """What an undisturbed consumer writes."""
    async with open_database(SecretStr(books.url), application_name="test", pool_size=2) as pool:
        await consume(JournalStore(pool))
    return await journal(books)


async def consume(store: JournalStore) -> None:
    """A consumer's life: begins at the cursor and books two batches."""
    book_events = BookEvents(store, BooksMoved())
    await book_events.begin()
    for batch in (deliveries()[:3], deliveries()[2:]):
        assert not (await book_events(batch)).read_again


def deliveries() -> Sequence[Delivery]:
    """The worked basket, from the wire."""
    return [delivery_of(event_message(event)) for event in worked_basket().events]


async def journal(books: Database) -> list[asyncpg.Record]:
    """The whole journal with its hashes, and the running totals."""
    async with sql(books) as connection:
        entries = await connection.fetch("SELECT * FROM journal_entry ORDER BY entry_number")
        totals = await connection.fetch(
            "SELECT * FROM account_total ORDER BY entity_id, account, counterparty, brand_id"
        )
        brands = await connection.fetch("SELECT * FROM brand_total ORDER BY brand_id, kind, spent_at")
    return [*entries, *totals, *brands]
