"""A ledger's history to be tampered with: each sabotage is done by the role that owns the tables, looked at by the
serving role, and rolled back."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import asyncpg

from chassis.runtime.clock import ManualClock
from chassis.runtime.postgres import Database
from deploy.local.stack import LocalStack
from ledger_service.store.auditor import PostgresAuditor
from tests.integration.ledger.house import House, Shop, connected
from tests.support.engine import open_engine
from tests.support.pure_ledger import NOON
from tests.support.servers import Databases

DAY = timedelta(days=1)

BO = "home = 'bo' AND granted = 20"
"""One of bo's accruals."""

NAMES = {
    "accruals": "an accrual's movements sum",
    "wallets": "a wallet's totals",
    "holds": "what accruals have set aside",
    "brands": "per brand",
    "transfers": "what left for another member",
    "redemptions": "a redemption's pieces",
    "returned": "what returns took back",
    "parked": "a parked return is awaited",
    "tenders": "an order lists exactly",
    "policies": "movements owe what their accruals say",
    "burns": "what is kept of each redeemed movement",
    "requests": "a refused request left no event",
    "once": "every accrual was born once",
    "crossings": "what is kept of the first spending",
    "periods": "every cut of a period",
    "privileges": "the serving role",
    "chains": "movements are chained",
    "log": "events are chained",
    "spending": "nothing was spent",
    "captures": "authorizations were captured",
    "limits": "what is counted against limits",
    "activity": "what is kept of members' days",
    "standings": "where members of one home stand",
}

Red = Mapping[str, tuple[str, ...]]


class OneConnection:
    """A pool of the one connection that sees the sabotage."""

    def __init__(self, raw: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._raw = raw

    async def acquire(self, **_: object) -> Any:
        return self._raw

    async def release(self, raw: Any) -> None:
        return


@dataclass
class Crime:
    """A ledger's database and who may look at it."""

    url: str

    async def after(self, *statements: str) -> Red:
        """The findings of every checker that is red after the statements."""
        async with connected(self.url) as raw:
            transaction = raw.transaction()
            await transaction.start()
            await raw.execute("SET LOCAL ROLE ledger_owner")
            for statement in statements:
                await raw.execute(statement)
            await raw.execute("SET LOCAL ROLE ledger_app")
            database = Database(cast("Any", OneConnection(raw)))
            checks = [check async for check in PostgresAuditor(database, database).checks("prg")]
            await transaction.rollback()
        assert len(checks) == len(NAMES)
        return {_name(check.description): check.findings for check in checks if check.violations}


def _name(description: str) -> str:
    [name] = [name for name, beginning in NAMES.items() if description.startswith(beginning)]
    return name


@asynccontextmanager
async def tampered_ledger(servers: LocalStack, databases: Databases, redis_url: str) -> AsyncIterator[Crime]:
    """Two members: one earned, spent, brought goods back, fell into debt, repaid, and let points lapse; the other
    has only earned. One redemption was refused."""
    shop, clock = Shop(), ManualClock(NOON)
    async with databases.fresh("ledger", LEDGER_PARTITIONS="1") as database:
        async with open_engine(database.url, redis_url, clock=clock) as engine:
            house = House(engine, database, clock)
            await house.done(shop.sale("ana", "a1", 40, 60, brand="harbor"))
            await house.done(shop.spend("ana", 90))
            await house.done(shop.back("ana", "r1", "a1", lines=[1]))
            await house.done(shop.sale("ana", "a2", 50, brand="peak", expire_time=NOON + 9 * DAY))
            await house.done(shop.sale("ana", "old", 7, expire_time=NOON + DAY))
            clock.advance(DAY)
            await house.done(shop.sale("ana", "a3", 3, available_time=NOON + 5 * DAY))
            await house.say(shop.spend("ana", 10_000))
            await house.done(shop.sale("bo", "b1", 20), shop.sale("bo", "b2", 5))
        yield Crime(servers.postgres.url(database.name))


async def caught(ledger: Crime, *statements: str) -> tuple[str, str]:
    """The one checker that is red, and its one finding."""
    [(name, [finding])] = (await ledger.after(*statements)).items()
    return name, finding
