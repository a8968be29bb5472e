"""Reading cohorts (port `Cohorts`), and sealing what a closing period divides."""

from collections.abc import Sequence

from chassis.runtime.postgres import Connection, Database, Row
from chassis.values.rounding import Ratio
from settlement_service.domain.books import PointsTotal, Vector
from settlement_service.domain.breakage.cohort import Cohort
from settlement_service.domain.breakage.history import (
    Allocated,
    CohortHistory,
    CohortMovements,
    CohortSales,
    Estimates,
    divided,
)
from settlement_service.store.statements import SQL

_READ_CURSOR = SQL.read_cursor
_MOVEMENTS = SQL.read_cohort_movements
_SALES = SQL.read_cohort_sales
_ALLOCATIONS = SQL.read_cohort_allocations
_ESTIMATES = SQL.read_breakage_estimates
_CLOSED = SQL.read_closed_sequences
_APPEND_ALLOCATIONS = SQL.append_allocations
_APPEND_ESTIMATES = SQL.append_estimates


class CohortStore:
    """Cohorts in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def history(self, program: str, up_to: int) -> tuple[Vector, CohortHistory]:
        """As the port says."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as connection:
            cursor = await connection.fetch(_READ_CURSOR)
            history = await _history(connection, program, up_to)
        return {row["partition"]: row["position"] for row in cursor}, history


async def seal_cohorts(
    connection: Connection, program: str, sequence: int, brands: Sequence[str], estimates: Estimates
) -> None:
    """Keeps how the sales of a period that is being closed are divided, and what is expected of `brands`."""
    history = await _history(connection, program, sequence)
    parts = divided(history, sequence, estimates)
    await connection.execute(
        _APPEND_ALLOCATIONS,
        program,
        sequence,
        [part.cohort.brand for part in parts],
        [part.cohort.month for part in parts],
        [part.cohort.currency for part in parts],
        [part.minor_units for part in parts],
    )
    expected = [estimates.expected(brand) for brand in brands]
    await connection.execute(
        _APPEND_ESTIMATES,
        program,
        sequence,
        list(brands),
        [ratio.numerator for ratio in expected],
        [ratio.denominator for ratio in expected],
    )


async def _history(connection: Connection, program: str, up_to: int) -> CohortHistory:
    closed = await connection.fetch(_CLOSED, program)
    return CohortHistory(
        movements=[_movements(row) for row in await connection.fetch(_MOVEMENTS, program, up_to)],
        sales=[
            CohortSales(row["period_sequence"], _cohort(row), int(row["paid"]))
            for row in await connection.fetch(_SALES, program, up_to)
        ],
        allocated=[
            Allocated(row["period_sequence"], _cohort(row), int(row["allocated"]))
            for row in await connection.fetch(_ALLOCATIONS, program, up_to)
        ],
        expected={
            (row["period_sequence"], row["brand_id"]): Ratio(row["expected_numerator"], row["expected_denominator"])
            for row in await connection.fetch(_ESTIMATES, program, up_to)
        },
        closed=frozenset(row["sequence"] for row in closed),
    )


def _cohort(row: Row) -> Cohort:
    return Cohort(row["brand_id"], row["month"], row["currency_code"])


def _movements(row: Row) -> CohortMovements:
    return CohortMovements(
        sequence=row["period_sequence"],
        cohort=_cohort(row),
        origin=row["origin"],
        rate=Ratio(row["rate_numerator"], row["rate_denominator"]),
        total=PointsTotal(row["kind"], "", int(row["points"]), int(row["outstanding"]), int(row["debt"])),
        liability=int(row["liability"]),
        receivable=int(row["receivable"]),
    )
