"""Histories made by set-based SQL, for cases that need more of them than could be posted in the time of a run.

Rows are copies of what one sale and one redemption of the ledger left, under other keys: accruals with their births,
redemptions, burns, expiries, sales and directory entries, wallets and homes. All checkers of balances hold for them;
movements are not chained by hash, all lie in the two events of what was copied, and obligations are left out.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from chassis.values.ids import bucket_of
from deploy.local.databases import Database
from tests.bench.desk import PROGRAM, Desk
from tests.bench.lots import (
    ACCRUALS,
    BIRTHS,
    BURNS,
    EXPIRIES,
    FILLED,
    HOMES,
    KEYS,
    LOTS,
    ORDERS,
    REDEMPTIONS,
    SPENDINGS,
    WALLETS,
    Copy,
    statement,
)
from tests.support.engine import Engine

POINTS = 1_000
"""Points of every accrual; each is spent or expires as a whole."""

_TEMPLATE = "template"
_SESSION = "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'"
_INDEXES = """
    SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indexrelid::regclass::text AS name,
           c.conname AS constraint, pg_get_constraintdef(c.oid) AS constraint_definition
    FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'p'
    WHERE i.indrelid = $1::text::regclass
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Members with the same history. Of so many movements each, `open_accruals` still have their points; of the others
    every `expired_every`-th expired and the rest was spent."""

    name: str
    members: int
    movements: int
    open_accruals: int
    expired_every: int = 4
    rolling_months: int = 0

    @property
    def accruals(self) -> int:
        """Accruals of a member: what is open has one movement, what is closed two."""
        return (self.movements + self.open_accruals) // 2

    @property
    def names(self) -> list[str]:
        """The members."""
        return [f"{self.name}-{number}" for number in range(self.members)]


async def fill(database: Database, engine: Engine, desk: Desk, groups: Sequence[Group]) -> None:
    """Gives members histories, in a database whose engine has done nothing yet; ready to be measured afterwards."""
    await engine.keeper.submit(desk.sale(_TEMPLATE, POINTS))
    await engine.keeper.submit(desk.redemption(_TEMPLATE, POINTS))
    first, second = [await asyncpg.connect(database.owner_url, command_timeout=600) for _ in range(2)]
    try:
        await _lots(first, groups)
        await second.execute(_SESSION)
        # Two halves of about the same size, on two sessions.
        await asyncio.gather(
            _copy(first, [ACCRUALS], [ORDERS]),
            _copy(second, [BIRTHS, SPENDINGS, EXPIRIES], [BURNS], [REDEMPTIONS], KEYS[:2], KEYS[2:]),
        )
        await first.execute(WALLETS, POINTS)
        await first.execute(HOMES)
        await first.execute("DROP TABLE lot, filled")
        # Now, because it would otherwise come by itself while something is measured.
        await first.execute("VACUUM (ANALYZE)")
    finally:
        await asyncio.gather(first.close(), second.close())


async def _lots(connection: asyncpg.Connection, groups: Sequence[Group]) -> None:
    await connection.execute(_SESSION)
    await connection.execute(FILLED)
    members = (
        (
            bucket_of(PROGRAM, name),
            name,
            group.accruals,
            group.accruals - group.open_accruals,
            group.expired_every,
            group.rolling_months,
        )
        for group in groups
        for name in group.names
    )
    await connection.copy_records_to_table("filled", records=members)
    await connection.execute(LOTS)


async def _copy(connection: asyncpg.Connection, *tables: Sequence[Copy]) -> None:
    """Fills one table after the other, each without its indexes."""
    for copies in tables:
        table = copies[0].table
        async with without_indexes(connection, table):
            row = await connection.prepare(f"SELECT * FROM {table}")
            columns = [attribute.name for attribute in row.get_attributes()]
            for copy in copies:
                await connection.execute(statement(copy, columns))


@asynccontextmanager
async def without_indexes(connection: asyncpg.Connection, *tables: str) -> AsyncIterator[None]:
    """Tables without their indexes, which are built afterwards over the whole of what was filled in meanwhile."""
    found = [(table, index) for table in tables for index in await connection.fetch(_INDEXES, table)]
    for table, index in found:
        constraint = f"ALTER TABLE {table} DROP CONSTRAINT {index['name']}"
        await connection.execute(constraint if index["constraint"] else f"DROP INDEX {index['name']}")
    yield
    for table, index in found:
        constraint = f"ALTER TABLE {table} ADD CONSTRAINT {index['name']} {index['constraint_definition']}"
        await connection.execute(constraint if index["constraint"] else index["definition"])
