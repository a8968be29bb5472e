"""What one budget that all sales share costs: the same sales with it and without, over all lanes."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from ledger_service.domain.commands import PostOrder
from ledger_service.domain.limits import LimitTerm
from tests.bench.desk import Desk
from tests.bench.engine import CALLERS, PARTITIONS
from tests.bench.figures import Spread, counted, fine, ratio, share, spread, table
from tests.bench.laps import drive
from tests.bench.plan import Plan
from tests.bench.rounds import Case, Measured, rates
from tests.support.engine import Engine, open_engine
from tests.support.pure_limits import budget
from tests.support.servers import Databases

HOT, NONE = "under one hot budget", "without a budget"
CALLS = CALLERS[-1]

_POT = budget("pot", 10**12, warn_at=(5_000, 8_000))
"""So much that it is never used up; it is drawn from again and again all the same while it is young."""


@asynccontextmanager
async def budget_cases(databases: Databases, redis_url: str, plan: Plan) -> AsyncIterator[list[Case]]:
    """Two cases, one right after the other, each over a database of its own."""
    members = [f"member-{number}" for number in range(plan.members)]
    async with AsyncExitStack() as opened:
        cases: list[Case] = []
        for name, limits in ((NONE, ()), (HOT, (_POT,))):
            database = await opened.enter_async_context(databases.fresh("ledger", LEDGER_PARTITIONS=PARTITIONS))
            engine = await opened.enter_async_context(open_engine(database.url, redis_url, owner=f"bench-{len(cases)}"))
            counter = _Counter(engine, members, limits)
            await counter.open()
            cases.append(counter.case(name, plan.most_calls))
        yield cases


def case_name(name: str) -> str:
    """The name of a case."""
    return f"engine, sales {name}, {CALLS} callers"


def by_none(measured: Measured) -> Spread:
    """Sales under the budget, by those without."""
    return ratio(*(rates(measured, case_name(name)) for name in (HOT, NONE)))


def budgets_table(measured: Measured) -> str:
    """Both, and what is left of the speed."""
    rows = []
    for name in (NONE, HOT):
        laps = measured[case_name(name)]
        times = [fine(spread([getattr(lap, which) for lap in laps])) for which in ("p50", "p99")]
        left = share(by_none(measured)) if name == HOT else ""
        rows.append((f"sales {name}", str(CALLS), counted(spread(rates(measured, case_name(name)))), *times, left))
    return table(("sales", "callers", "a second", "p50 ms", "p99 ms", "of without"), rows)


class _Counter:
    """Sells to many members under some limits."""

    def __init__(self, engine: Engine, members: list[str], limits: tuple[LimitTerm, ...]) -> None:
        self._engine = engine
        self._members = members
        self._limits = limits
        self._desk = Desk()

    async def open(self) -> None:
        """A sale to everybody, so that no wallet is new."""
        await asyncio.gather(*(self._engine.keeper.submit(self._sale(member)) for member in self._members))

    def case(self, name: str, most_calls: int) -> Case:
        return Case(case_name(name), lambda seconds: drive(self._once, CALLS, seconds, most_calls))

    async def _once(self) -> None:
        await self._engine.keeper.submit(self._sale(random.choice(self._members)))

    def _sale(self, member: str) -> PostOrder:
        sale = self._desk.sale(member)
        if not self._limits:
            return sale
        awards = tuple(replace(award, limits=self._limits) for award in sale.order.awards)
        return replace(sale, order=replace(sale.order, awards=awards))
