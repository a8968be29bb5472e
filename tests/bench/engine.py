"""The ledger's engine without gRPC and without peers: one command a transaction against group commit.

Commands are made inside the laps, in the engine's own process; that costs both sides the same per command.
"""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from deploy.local.stack import LocalStack
from ledger_service.domain.commands import Command, PostOrder, RedeemPoints
from ledger_service.domain.fingerprints import Fingerprints, order_key
from tests.bench.laps import Lap, drive
from tests.bench.plan import Plan
from tests.bench.rounds import Case
from tests.support.engine import Engine, open_engine
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.servers import Databases

CALLERS = (8, 32, 128)
ONE, GROUP = 1, 250
"""Commands a transaction at most."""
SPREAD, HOT = "many members", "one member"
SALES, REDEMPTIONS = "sales", "redemptions"
SHAPES = tuple(itertools.product((SALES, REDEMPTIONS), (SPREAD, HOT)))

_PROGRAM = "prg"
_PARTITIONS = "4"
_FUNDS = 10_000_000
_SALE_POINTS, _REDEEMED_POINTS = 40, 2
_TERMS = terms("linden", "4/5", {"north": "1"})
_KEYS = Fingerprints(b"k" * 32)


class Desk:
    """Makes commands, each with a request id of its own. Hot members are one for sales and one for redemptions."""

    def __init__(self, members: int) -> None:
        self._pure = PureLedger(_PROGRAM)
        self._members = [f"member-{number}" for number in range(members)]
        self._numbers = itertools.count(1)

    def funding(self) -> list[Command]:
        """Points for everybody who redeems."""
        return [self.sale(member, _FUNDS) for member in (*self._members, f"hot-{REDEMPTIONS}")]

    def command(self, kind: str, who: str) -> Command:
        """The next command of a shape."""
        member = f"hot-{kind}" if who == HOT else random.choice(self._members)
        return self.sale(member, _SALE_POINTS) if kind == SALES else self.redemption(member)

    def sale(self, member: str, points: int) -> PostOrder:
        """A sale with one line and one accrual."""
        document = f"d{next(self._numbers)}"
        lines, awards = [sold(1, points * 100, "north")], [award(1, points, "north")]
        command = self._pure.order_command(member, document, lines, awards)
        key = _KEYS.request(_PROGRAM, "till", document, [document, points])
        origin = replace(command.origin, request_id=document, request=key)
        order = replace(command.order, document_key=order_key(_PROGRAM, command.order.document.ref))
        return replace(command, origin=origin, order=order)

    def redemption(self, member: str) -> RedeemPoints:
        """A redemption of a few points."""
        request = f"r{next(self._numbers)}"
        key = _KEYS.request(_PROGRAM, "till", request, [member, _REDEEMED_POINTS])
        origin = replace(self._pure.origin(member), request_id=request, request=key)
        return RedeemPoints(origin, request.encode(), f"red_{request}", _REDEEMED_POINTS, _TERMS, None)


@asynccontextmanager
async def engine_cases(stack: LocalStack, plan: Plan) -> AsyncIterator[list[Case]]:
    """All cases; the two that are compared run one right after the other. Each way of committing has a database of
    its own with the same history."""
    databases = Databases(stack)
    async with AsyncExitStack() as opened:
        ways = []
        for batch in (ONE, GROUP):
            database = await opened.enter_async_context(databases.fresh("ledger", LEDGER_PARTITIONS=_PARTITIONS))
            opening = open_engine(database.url, stack.valkey.url, owner=f"bench-{batch}", batch_size=batch)
            engine, desk = await opened.enter_async_context(opening), Desk(plan.members)
            await asyncio.gather(*(engine.keeper.submit(sale) for sale in desk.funding()))
            ways.append((batch, engine, desk))
        yield [
            Case(case_name(kind, who, callers, batch), _lap(engine, desk, (kind, who), callers, plan.most_calls))
            for kind, who in SHAPES
            for callers in CALLERS
            for batch, engine, desk in ways
        ]


def case_name(kind: str, who: str, callers: int, batch: int) -> str:
    """The name of a case."""
    return f"engine, {kind} of {who}, {callers} callers, {batch} a transaction"


def _lap(
    engine: Engine, desk: Desk, shape: tuple[str, str], callers: int, most_calls: int
) -> Callable[[float], Awaitable[Lap]]:
    async def once() -> None:
        await engine.keeper.submit(desk.command(*shape))

    return lambda seconds: drive(once, callers, seconds, most_calls)
