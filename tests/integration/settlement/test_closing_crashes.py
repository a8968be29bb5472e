"""Whoever closes a month dies at every step of it, or does it while everything goes on: there is one close or none."""

import asyncio
from datetime import UTC, datetime

import asyncpg
from loyalty.type.v1.money_pb2 import Ratio as RatioMessage
from pydantic import SecretStr

from chassis.runtime.postgres import Database as Pool
from chassis.runtime.postgres import open_database
from chassis.values.rounding import Ratio
from deploy.local.databases import Database
from deploy.local.stack import LocalStack
from settlement_service.domain.breakage.estimates import estimates_of
from settlement_service.domain.checklist import Situation, checklist_of
from settlement_service.domain.command import command_of
from settlement_service.domain.month_end import month_end_entries, month_end_voucher
from settlement_service.domain.program_facts import ProgramFacts, SettlementTerms
from settlement_service.store.periods import PeriodsStore
from settlement_service.use_cases.period_ports import Signing
from tests.integration.settlement.closing import JANUARY, Desk, lot, month, program
from tests.integration.settlement.house import House, open_house, sql
from tests.property.settlement.model import PROGRAM
from tests.support.mortal import Died, MortalPool
from tests.support.servers import Databases

HALF = RatioMessage(numerator=1, denominator=2)
HALF_RATIO = Ratio(1, 2)
NOW = datetime(2026, 2, 3, tzinfo=UTC)
FACTS = ProgramFacts(PROGRAM, "rev_1", settlement=SettlementTerms(voucher_share_of_face=HALF_RATIO))
SEALED = ("voucher", "journal_entry", "journal_head", "account_total", "account_day", "period_balance", "period_brand",
          "cohort_allocation", "breakage_estimate", "closed_period", "number_series", "request_key")  # fmt: skip


def sign(situation: Situation) -> Signing:
    entries = month_end_entries(situation, FACTS.settlement.voucher_share_of_face)
    voucher = month_end_voucher(situation, FACTS, entries, "office", "A. Auditor") if entries else None
    items = checklist_of(situation, FACTS, 0)
    return Signing(voucher, ["north"], estimates_of(FACTS), items, "A. Auditor", "office", "", NOW)


async def close(pool: Pool) -> bool:
    command = command_of(PROGRAM, "office", "close-1", "ClosePeriod", [JANUARY])
    return await PeriodsStore(pool).close(command, JANUARY, FACTS.month_bounds(JANUARY), sign)


async def sealed(database: Database) -> dict[str, list[str]]:
    """Everything that closing writes, row by row."""
    async with sql(database) as connection:
        return {
            table: sorted(row[0] for row in await connection.fetch(f"SELECT t::text FROM {table} AS t"))
            for table in SEALED
        }


async def ready(house: House) -> Desk:
    """A month that may be signed off."""
    desk = Desk(house)
    await desk.post(month())
    await desk.begin()
    await desk.reconciled()
    return desk


async def test_whenever_the_one_who_closes_dies_there_is_one_close(servers: LocalStack, databases: Databases) -> None:
    """Every statement of the transaction in turn; each death leaves nothing, and the last one after the commit leaves
    all of it, so that sending the command again finds it done."""
    async with databases.fresh("settlement") as books, open_house(servers, books, program=program(HALF)) as house:
        desk = await ready(house)
        before = await sealed(books)
        async with open_database(SecretStr(books.url), application_name="test", pool_size=2) as pool:
            step = 0
            while True:
                mortal = MortalPool(pool, step)
                try:
                    await close(mortal)
                except Died:
                    if await sealed(books) != before:
                        break
                    step += 1
            assert step > 15
            after = await sealed(books)
            assert len(after["closed_period"]) == len(after["voucher"]) == 1
            assert not await close(pool)
            assert await sealed(books) == after
        assert await desk.violations() == {}


async def test_two_who_close_at_once_make_one_close(servers: LocalStack, books: Database) -> None:
    async with open_house(servers, books, program=program(HALF)) as house:
        desk = await ready(house)
        signed = await asyncio.gather(*(desk.close(request=f"close-{number}") for number in range(4)))
        assert len({period.figures_hash for period in signed}) == 1
        assert len({period.signed_name for period in signed}) == 1
        async with house.sql() as connection:
            assert await connection.fetchval("SELECT count(*) FROM voucher") == 1
        assert await desk.violations() == {}


async def test_a_month_is_closed_while_events_and_adjustments_come_in(servers: LocalStack, books: Database) -> None:
    async with open_house(servers, books, program=program(HALF)) as house:
        desk, world = Desk(house), month()
        await desk.post(world)
        closed = False

        async def trade() -> int:
            rounds = 0
            while not closed or rounds < 20:
                world.earn((lot(f"x{rounds}", "north"), 10))
                await desk.post(world, days=5)
                rounds += 1
            return rounds

        trading = asyncio.create_task(trade())
        await asyncio.sleep(0.2)
        try:
            signed = await desk.whole_close()
        finally:
            closed = True
        rounds = await trading
        async with house.sql() as connection:
            inside = await in_period(connection, 1)
            assert inside + await in_period(connection, 2) == 4 + rounds
        assert len(signed.figures_hash) == 32
        assert inside >= 4
        assert await desk.violations() == {}


async def in_period(connection: asyncpg.Connection, sequence: int) -> int:
    found = await connection.fetchval(
        "SELECT count(*) FROM booked_event WHERE period_sequence = $1 AND event_type <> 'PERIOD_CUT'", sequence
    )
    return int(found)
