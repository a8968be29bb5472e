"""Books of settlement with one month in them, cut and not closed: the same accounts and days, with few movements or
with very many. Rows are made by set-based SQL; what is kept by day is summed from the same movements."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from chassis.runtime.postgres import Database as Pool
from chassis.runtime.postgres import open_database
from settlement_service.domain.program_facts import ProgramFacts
from tests.bench.filling import without_indexes
from tests.bench.plan import Plan
from tests.support.servers import Databases

FEW = 10_000
"""Movements of the small month."""
PROGRAM, NAME = "bench", "2026-10"
FACTS = ProgramFacts(PROGRAM)
BRAND = ENTITY = "e7"
"""Any of them: the brands are called as their issuers."""

_FILL = Path(__file__).with_name("months.sql")
_ENTRIES = "journal_entry"
_TABLES = ("booked_event", "booked_movement", _ENTRIES)
_READY = (
    "INSERT INTO account_total SELECT program, entity_id, currency_code, account, counterparty, brand_id, sum(amount)"
    "  FROM account_day GROUP BY 1, 2, 3, 4, 5, 6",
    "INSERT INTO brand_total SELECT program, brand_id, kind, spent_at, sum(points), sum(outstanding), sum(debt)"
    "  FROM brand_day GROUP BY 1, 2, 3, 4",
    "INSERT INTO log_cursor VALUES (0, 999999999, '')",
    "INSERT INTO period_cut VALUES ('bench', 1, 0, 999999999, '2026-10', '2026-11-01')",
    "INSERT INTO reconciliation (program, reconciliation_id, kind, period_sequence, scope, up_to, compared, caller,"
    " run_time) VALUES ('bench', 'rec', 'LEDGER', 1, '', '{}', 1, 'bench', '2026-11-01')",
    "VACUUM ANALYZE",
)


@dataclass(frozen=True, slots=True)
class Month:
    """Books, as the service sees them and as their owner does."""

    pool: Pool
    owner: asyncpg.Connection


def sizes(plan: Plan) -> tuple[int, int]:
    """Movements of the two months."""
    return FEW, plan.month_movements


@asynccontextmanager
async def open_months(databases: Databases, plan: Plan) -> AsyncIterator[Sequence[Month]]:
    """Both, each in a database of its own."""
    async with AsyncExitStack() as opened:
        yield [await opened.enter_async_context(_month(databases, size)) for size in sizes(plan)]


@asynccontextmanager
async def _month(databases: Databases, movements: int) -> AsyncIterator[Month]:
    async with (
        databases.fresh("settlement") as database,
        open_database(SecretStr(database.url), application_name="bench", pool_size=2) as pool,
    ):
        owner = await asyncpg.connect(database.owner_url, command_timeout=600)
        try:
            await _fill(owner, movements)
            yield Month(pool, owner)
        finally:
            await owner.close()


async def _fill(owner: asyncpg.Connection, movements: int) -> None:
    await owner.execute("SET synchronous_commit = off; SET work_mem = '128MB'; SET maintenance_work_mem = '256MB'")
    # The trigger looks for closed periods among them, which there are none of.
    await owner.execute(f"ALTER TABLE {_ENTRIES} DISABLE TRIGGER USER")
    async with without_indexes(owner, *_TABLES):
        await owner.execute(_FILL.read_text().replace("$1::bigint", str(movements)))
    await owner.execute(f"ALTER TABLE {_ENTRIES} ENABLE TRIGGER USER")
    for statement in _READY:
        await owner.execute(statement)
