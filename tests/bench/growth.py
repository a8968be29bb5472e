"""What an accrual costs on disk: the growth of the databases over a known number of them, by relation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import asyncpg

from deploy.local.stack import LocalStack
from tests.bench.mesh import MeshLoad
from tests.bench.till import ORDERS_A_BATCH

LINES = (1, 10)
"""Shapes of orders: every line earns one accrual."""

_LIMIT_SECONDS = 60.0
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
    """Bytes per accrual. `payloads` and `answers` are parts of the table `event`."""

    lines: int
    accruals: int
    payloads: float
    answers: float
    ledger: Mapping[str, Size]
    books: Mapping[str, Size]


async def measure_growth(stack: LocalStack, load: MeshLoad) -> Sequence[Growth]:
    """Posts as many sales of each shape as bring the planned number of accruals, and looks at what they left."""
    found = []
    for lines in LINES:
        before = await _snapshot(stack)
        calls = max(1, load.plan.growth_accruals // (lines * ORDERS_A_BATCH))
        await load.lap(f"BatchPostOrders {lines}", 1, _LIMIT_SECONDS, calls)
        await load.books()
        found.append(growth(lines, before, await _snapshot(stack)))
    return found


def growth(lines: int, before: Snapshot, after: Snapshot) -> Growth:
    """The difference per accrual."""
    accruals = after.accruals - before.accruals
    return Growth(
        lines=lines,
        accruals=accruals,
        payloads=(after.payloads - before.payloads) / accruals,
        answers=(after.answers - before.answers) / accruals,
        ledger=_grown(before.ledger, after.ledger, accruals),
        books=_grown(before.books, after.books, accruals),
    )


def _grown(before: Mapping[str, Size], after: Mapping[str, Size], accruals: int) -> Mapping[str, Size]:
    return {
        name: Size((size.rows - before[name].rows) / accruals, (size.indexes - before[name].indexes) / accruals)
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
