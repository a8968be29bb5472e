"""The ledger's engine without gRPC and without peers: one command a transaction against group commit, and the ways
of spending.

Commands are made inside the laps, in the engine's own process; that costs both sides the same per command.
"""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from tests.bench.desk import Desk
from tests.bench.laps import drive
from tests.bench.plan import Plan
from tests.bench.rounds import Case
from tests.support.engine import Engine, open_engine
from tests.support.servers import Databases

CALLERS = (8, 32, 128)
ONE, GROUP = 1, 250
"""Commands a transaction at most."""
SPREAD, HOT = "many members", "one member"
SALES, REDEMPTIONS = "sales", "redemptions"
SHAPES = tuple(itertools.product((SALES, REDEMPTIONS), (SPREAD, HOT)))
CAPTURES, CHECKOUTS = "redemptions in two steps", "sales paid with points"
TWO_STEPS = (CAPTURES, CHECKOUTS)
"""Two commands each, one after the other: something is authorized, then captured."""

PARTITIONS = "4"

_FUNDS = 10_000_000


@dataclass
class _Shop:
    """An engine and who is served there. Hot members are one for sales and one for redemptions."""

    engine: Engine
    members: list[str]
    desk: Desk = field(default_factory=Desk)

    async def fund(self) -> None:
        """Points for everybody who spends."""
        rich = [*self.members, f"hot-{REDEMPTIONS}"]
        await asyncio.gather(*(self.engine.keeper.submit(self.desk.sale(member, _FUNDS)) for member in rich))

    async def once(self, kind: str, who: str) -> None:
        """The next of a shape."""
        member = f"hot-{kind}" if who == HOT else random.choice(self.members)
        if kind == SALES:
            await self.engine.keeper.submit(self.desk.sale(member))
        elif kind == REDEMPTIONS:
            await self.engine.keeper.submit(self.desk.redemption(member))
        elif kind == CAPTURES:
            await self.desk.capture(self.engine, member)
        else:
            await self.desk.checkout(self.engine, member)

    def case(self, kind: str, who: str, callers: int, batch: int, most_calls: int) -> Case:
        """A shape, kept going by so many callers."""
        name = case_name(kind, who, callers, batch)
        return Case(name, lambda seconds: drive(lambda: self.once(kind, who), callers, seconds, most_calls))


@asynccontextmanager
async def engine_cases(databases: Databases, redis_url: str, plan: Plan) -> AsyncIterator[list[Case]]:
    """All cases; the two that are compared run one right after the other. Each way of committing has a database of
    its own with the same history."""
    members = [f"member-{number}" for number in range(plan.members)]
    async with AsyncExitStack() as opened:
        ways: list[tuple[int, _Shop]] = []
        for batch in (ONE, GROUP):
            database = await opened.enter_async_context(databases.fresh("ledger", LEDGER_PARTITIONS=PARTITIONS))
            opening = open_engine(database.url, redis_url, owner=f"bench-{batch}", batch_size=batch)
            shop = _Shop(await opened.enter_async_context(opening), members)
            await shop.fund()
            ways.append((batch, shop))
        compared = [
            shop.case(kind, who, callers, batch, plan.most_calls)
            for kind, who in SHAPES
            for callers in CALLERS
            for batch, shop in ways
        ]
        _, grouped = ways[-1]
        steps = [
            grouped.case(kind, SPREAD, callers, GROUP, plan.most_calls) for kind in TWO_STEPS for callers in CALLERS
        ]
        yield [*compared, *steps]


def case_name(kind: str, who: str, callers: int, batch: int) -> str:
    """The name of a case."""
    return f"engine, {kind} of {who}, {callers} callers, {batch} a transaction"
