"""What accruals, redemptions and holds cost on disk: the growth of the databases over so many of them, by relation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import asyncpg

from deploy.local.stack import LocalStack
from tests.bench.mesh import MeshLoad
from tests.bench.till import ORDERS_A_BATCH

_LIMIT_SECONDS = 60.0
_IN_FLIGHT = 32
"""Of redemptions and holds; sales come a hundred in a call, one call at a time."""

_SIZES = """
    SELECT relname, pg_table_size(oid) AS rows, pg_indexes_size(oid) AS indexes
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
_LOGGED = """
    SELECT (SELECT count(*) FROM accrual) AS accruals,
           coalesce(sum(pg_column_size(payload)), 0) AS payloads,
           coalesce(sum(pg_column_size(answer)), 0) AS answers
    FROM event
"""


class Size(NamedTuple):
    """Bytes of a relation: its rows (with what is stored out of line) and its indexes."""

    rows: float
    indexes: float

    @property
    def total(self) -> float:
        """Both."""
        return self.rows + self.indexes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The databases at one moment."""

    accruals: int
    payloads: int
    answers: int
    ledger: Mapping[str, Size] = field(default_factory=dict)
    books: Mapping[str, Size] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes for each of `count` things of a kind. `payloads` and `answers` are parts of the table `event`."""

    title: str
    count: int
    payloads: float
    answers: float
    ledger: Mapping[str, Size]
    books: Mapping[str, Size]


@dataclass(frozen=True, slots=True)
class Grown:
    """What was measured: per accrual of two shapes of orders (every line earns one), and per spending of some kinds."""

    earned: Sequence[Growth]
    spent: Sequence[Growth]


async def measure_growth(stack: LocalStack, load: MeshLoad) -> Grown:
    """Does as much of each as is planned, and looks at what it left."""
    earned = []
    for lines in (1, 10):
        calls = max(1, load.plan.growth_accruals // (lines * ORDERS_A_BATCH))
        before = await _snapshot(stack)
        await load.lap(f"BatchPostOrders {lines}", 1, _LIMIT_SECONDS, calls)
        await load.books()
        after = await _snapshot(stack)
        title = f"orders of {lines} line{'s' if lines > 1 else ''}"
        earned.append(growth(title, after.accruals - before.accruals, before, after))
    spent = []
    for title, call in (("redemption", "RedeemPoints"), ("hold", "Authorize"), ("hold, captured", "Capture")):
        before = await _snapshot(stack)
        lap = await load.lap(call, _IN_FLIGHT, _LIMIT_SECONDS, load.plan.growth_spendings)
        await load.books()
        spent.append(growth(title, lap.calls, before, await _snapshot(stack)))
    return Grown(earned, spent)


def growth(title: str, count: int, before: Snapshot, after: Snapshot) -> Growth:
    """The difference for each of `count`."""
    return Growth(
        title=title,
        count=count,
        payloads=(after.payloads - before.payloads) / count,
        answers=(after.answers - before.answers) / count,
        ledger=_grown(before.ledger, after.ledger, count),
        books=_grown(before.books, after.books, count),
    )


def _grown(before: Mapping[str, Size], after: Mapping[str, Size], count: int) -> Mapping[str, Size]:
    return {
        name: Size((size.rows - before[name].rows) / count, (size.indexes - before[name].indexes) / count)
        for name, size in after.items()
    }


def added(sizes: Mapping[str, Size]) -> Size:
    """All relations together."""
    return Size(sum(size.rows for size in sizes.values()), sum(size.indexes for size in sizes.values()))


async def _snapshot(stack: LocalStack) -> Snapshot:
    sizes: dict[str, Mapping[str, Size]] = {}
    for service in ("ledger", "settlement"):
        connection = await asyncpg.connect(stack.database(service).owner_url)
        try:
            rows = await connection.fetch(_SIZES)
            sizes[service] = {row["relname"]: Size(row["rows"], row["indexes"]) for row in rows}
            if service == "ledger":
                logged = await connection.fetchrow(_LOGGED)
        finally:
            await connection.close()
    assert logged is not None
    return Snapshot(
        logged["accruals"], int(logged["payloads"]), int(logged["answers"]), sizes["ledger"], sizes["settlement"]
    )
