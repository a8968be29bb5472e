"""What closing a month costs: the transaction of `ClosePeriod`, its checks among it, over months of the same accounts
with few and with very many movements. A close is undone by the owner of the database outside what is measured.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from settlement_service.domain.breakage.estimates import estimates_of
from settlement_service.domain.checklist import Situation, checklist_of, in_the_way
from settlement_service.domain.command import command_of
from settlement_service.store.periods import PeriodsStore
from settlement_service.use_cases.period_ports import Signing
from tests.bench.laps import Lap
from tests.bench.months import FACTS, NAME, PROGRAM, Month
from tests.bench.rounds import InTurn

CLOSING = "ClosePeriod"

_UNDO = ("closed_period", "period_balance", "period_brand", "request_key", "cohort_allocation", "breakage_estimate")


def closing_case(names: Sequence[str], months: Sequence[Month]) -> InTurn:
    """The months, closed in turn."""

    async def laps(seconds: float) -> list[Lap]:
        latencies: list[list[float]] = [[] for _ in months]
        ends = time.perf_counter() + seconds * len(months)
        while time.perf_counter() < ends or not all(latencies):
            for month, its in zip(months, latencies, strict=True):
                its.append(await _close(month))
        return [Lap.of(its, sum(its)) for its in latencies]

    return InTurn(names, laps)


async def _close(month: Month) -> float:
    """Seconds that it took."""
    command = command_of(PROGRAM, "bench", "close", CLOSING, [])
    bounds = FACTS.month_bounds(NAME)
    periods = PeriodsStore(month.pool)
    begun = time.perf_counter()
    closed = await periods.close(command, NAME, bounds, _sign)
    took = time.perf_counter() - begun
    assert closed
    for table in _UNDO:
        await month.owner.execute(f"DELETE FROM {table}")
    return took


def _sign(situation: Situation) -> Signing:
    items = checklist_of(situation, FACTS, 0)
    assert in_the_way(items) == (), in_the_way(items)
    return Signing(None, [], estimates_of(FACTS), items, "bench", "bench", "", datetime.now(UTC))
