"""What closing a month costs: the transaction of `ClosePeriod`, its checks among it, over months of the same accounts
with few and with very many movements. A close is undone by the owner of the database outside what is measured.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from chassis.runtime.postgres import Database as Pool
from chassis.runtime.postgres import open_database
from settlement_service.domain.breakage.estimates import estimates_of
from settlement_service.domain.checklist import Situation, checklist_of, in_the_way
from settlement_service.domain.command import command_of
from settlement_service.domain.cut_off import month_moments
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.store.periods import PeriodsStore
from settlement_service.use_cases.period_ports import Signing
from tests.bench.figures import Spread, fine, ratio, spread, table
from tests.bench.laps import Lap
from tests.bench.plan import Plan
from tests.bench.rounds import InTurn, Measured
from tests.support.servers import Databases

FEW = 10_000
_MOST = 100_000
GOAL = 1.5
"""Closing a month of very many movements, by closing one of few."""

_MONTH = "2026-10"
_FACTS = ProgramFacts("bench")
_FILL = Path(__file__).with_name("closing.sql")
_READY = (
    "INSERT INTO account_total SELECT program, entity_id, currency_code, account, counterparty, brand_id, sum(amount)"
    "  FROM account_day GROUP BY 1, 2, 3, 4, 5, 6",
    "INSERT INTO log_cursor VALUES (0, 999999999, '')",
    "INSERT INTO period_cut VALUES ('bench', 1, 0, 999999999, '2026-10', '2026-11-01')",
    "INSERT INTO reconciliation (program, reconciliation_id, kind, period_sequence, scope, up_to, compared, caller,"
    " run_time) VALUES ('bench', 'rec', 'LEDGER', 1, '', '{}', 1, 'bench', '2026-11-01')",
)
_UNDO = ("closed_period", "period_balance", "period_brand", "request_key", "cohort_allocation", "breakage_estimate")


def many(plan: Plan) -> int:
    """Movements of the large month."""
    return min(_MOST, plan.accruals)


def case_name(movements: int) -> str:
    """The name of a case."""
    return f"settlement, closing a month of {movements:,} movements"


@asynccontextmanager
async def closing_cases(databases: Databases, plan: Plan) -> AsyncIterator[InTurn]:
    """Both months, each in books of its own, closed in turn."""
    sizes = (FEW, many(plan))
    async with AsyncExitStack() as opened:
        months = [await opened.enter_async_context(_month(databases, size)) for size in sizes]

        async def laps(seconds: float) -> list[Lap]:
            latencies: list[list[float]] = [[] for _ in months]
            ends = time.perf_counter() + seconds * len(months)
            while time.perf_counter() < ends or not all(latencies):
                for month, its in zip(months, latencies, strict=True):
                    its.append(await month.close())
            return [Lap.of(its, sum(its)) for its in latencies]

        yield InTurn([case_name(size) for size in sizes], laps)


def by_few(measured: Measured, plan: Plan) -> Spread:
    """How many times as long the large month takes."""
    few, large = ([lap.p50 for lap in measured[case_name(size)]] for size in (FEW, many(plan)))
    return ratio(large, few)


def closing_table(measured: Measured, plan: Plan) -> str:
    """Both, and how much longer the larger one takes."""
    few, large = (spread([lap.p50 for lap in measured[case_name(size)]]) for size in (FEW, many(plan)))
    rows = [(f"{FEW:,}", fine(few), ""), (f"{many(plan):,}", fine(large), fine(by_few(measured, plan)))]
    return table(("movements", "ms", "times as long"), rows)


class _Month:
    """A month that is closed again and again."""

    def __init__(self, pool: Pool, owner: asyncpg.Connection) -> None:
        self._periods = PeriodsStore(pool)
        self._owner = owner

    async def close(self) -> float:
        """Seconds that it took."""
        command = command_of("bench", "bench", "close", "ClosePeriod", [])
        begun = time.perf_counter()
        closed = await self._periods.close(command, _MONTH, month_moments(_MONTH, _FACTS.settlement.time_zone), _sign)
        took = time.perf_counter() - begun
        assert closed
        for name in _UNDO:
            await self._owner.execute(f"DELETE FROM {name}")
        return took


@asynccontextmanager
async def _month(databases: Databases, movements: int) -> AsyncIterator[_Month]:
    async with (
        databases.fresh("settlement") as database,
        open_database(SecretStr(database.url), application_name="bench", pool_size=2) as pool,
    ):
        owner = await asyncpg.connect(database.owner_url, command_timeout=600)
        try:
            await owner.execute("SET synchronous_commit = off; SET work_mem = '128MB'")
            await owner.execute(_FILL.read_text().replace("$1::bigint", str(movements)))
            for statement in _READY:
                await owner.execute(statement)
            await owner.execute("VACUUM ANALYZE")
            yield _Month(pool, owner)
        finally:
            await owner.close()


def _sign(situation: Situation) -> Signing:
    items = checklist_of(situation, _FACTS, 0)
    assert in_the_way(items) == (), in_the_way(items)
    return Signing(None, [], estimates_of(_FACTS), items, "bench", "bench", "", datetime.now(UTC))
