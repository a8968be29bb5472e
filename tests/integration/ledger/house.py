"""What the tests of the engine share: ledgers to try things on, commands in crowds, and a look behind the curtain."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from chassis.runtime.clock import ManualClock
from chassis.values.refusal import Refusal
from deploy.local.databases import Database
from ledger_service.domain.commands import Command, PostOrder, PostReturn, RedeemPoints
from ledger_service.domain.order import (
    DocumentRef,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
)
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.use_cases.ports import Outcome
from tests.support.engine import Engine
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1", "peak": "1"})
DEAD_VALKEY = "redis://127.0.0.1:1/0"
"""Nobody listens there."""

Heard = Outcome | Refusal | BaseException


@dataclass
class House:
    """An engine over a database of its own, with a clock that stands still."""

    engine: Engine
    database: Database
    clock: ManualClock

    async def say(self, *commands: Command) -> list[Heard]:
        """All commands at once, in order; what each heard back."""
        return await crowd(self.engine, commands)

    async def done(self, *commands: Command) -> list[Outcome]:
        """All commands at once; each must be applied."""
        heard = await self.say(*commands)
        assert [one for one in heard if not isinstance(one, Outcome)] == []
        return [one for one in heard if isinstance(one, Outcome)]

    async def owner(self, *statements: str) -> None:
        """Runs statements as the role that owns the tables."""
        await as_role(self.database.owner_url, *statements)

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """What a query finds, as the serving role sees it."""
        return await rows_of(self.database, query)

    async def broken(self) -> list[str]:
        """Descriptions of the checks that do not hold."""
        return [check.description for check in await self.engine.broken("prg")]


async def crowd(engine: Engine, commands: Iterable[Command]) -> list[Heard]:
    """All commands at once, in order; what each heard back."""
    return list(await asyncio.gather(*map(engine.keeper.submit, commands), return_exceptions=True))


async def as_role(url: str, *statements: str) -> None:
    """Runs statements on a connection of their own."""
    async with connected(url) as connection:
        for statement in statements:
            await connection.execute(statement)


async def rows_of(database: Database, query: str) -> list[tuple[object, ...]]:
    """What a query finds, as the serving role sees it."""
    async with connected(database.url) as connection:
        return [tuple(row) for row in await connection.fetch(query)]


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection for the block."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


class Shop:
    """Makes commands, each with a request of its own."""

    def __init__(self) -> None:
        self.pure = PureLedger()

    def sale(self, member: str, document: str, *points: int, brand: str = "north", **more: object) -> PostOrder:
        """A sale whose lines earn these points, a piece of 1.00 for each."""
        lines = [sold(number, 100, brand) for number in range(1, len(points) + 1)]
        awards = [award(number, each, brand, **more) for number, each in enumerate(points, start=1)]  # type: ignore[arg-type]
        return self.pure.order_command(member, document, lines, awards)

    def spend(self, member: str, points: int, at: RedemptionTerms = LINDEN) -> RedeemPoints:
        """Points for goods at Linden."""
        origin = self.pure.origin(member)
        redemption_id = f"red-{origin.request_id}"
        return RedeemPoints(origin, redemption_id.encode(), redemption_id, points, at, None)

    def back(self, member: str, document: str, sale: str, lines: Sequence[int] = (1,)) -> PostReturn:
        """Whole lines of a sale come back."""
        ref = DocumentRef("till", sale)
        shares = (ReturnLine(n, (ReturnedShare(ref, n, ReturnBasis.WHOLE, None),)) for n in lines)
        returned = ReturnDocument(DocumentRef("till", document), "shop", "store", NOON, tuple(shares))
        return PostReturn(self.pure.origin(member), self.pure.return_part(returned, {ref: member}))
