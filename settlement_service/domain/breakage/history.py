"""What the books know of cohorts, period by period, and the standings that follow from it.

The price of a closed period's sales was divided when it was closed, and stays so (ADR 0046). Periods that are not
closed yet are divided as they would be if they were closed now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chassis.values.rounding import Ratio
from settlement_service.domain.books import PointsTotal
from settlement_service.domain.breakage.allocation import allocate, points_price
from settlement_service.domain.breakage.cohort import Cohort, CohortPoints, points_of
from settlement_service.domain.breakage.revenue import Standing

BORN_OF_A_SALE = "SALE"


@dataclass(frozen=True, slots=True)
class CohortMovements:
    """What movements of one kind did to a cohort's points of one origin and rate (minor units per point) in one
    period. `liability` and `receivable` are changes of what they are carried at, as in `CarryingChange`."""

    sequence: int
    cohort: Cohort
    origin: str
    rate: Ratio
    total: PointsTotal
    liability: int
    receivable: int


@dataclass(frozen=True, slots=True)
class CohortSales:
    """What was paid in one period for lines that gave a cohort its points, minor units; below 0 if more was corrected
    away than sold."""

    sequence: int
    cohort: Cohort
    paid: int


@dataclass(frozen=True, slots=True)
class Allocated:
    """The part of a period's sales that fell on a cohort's points, minor units, 0 or more."""

    sequence: int
    cohort: Cohort
    minor_units: int


@dataclass(frozen=True, slots=True)
class CohortHistory:
    """Everything up to and with a period. `allocated` and `expected` (share expected to be redeemed, by period and
    brand) are those of closed periods, `closed` their sequences."""

    movements: Sequence[CohortMovements]
    sales: Sequence[CohortSales]
    allocated: Sequence[Allocated]
    expected: Mapping[tuple[int, str], Ratio]
    closed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Estimates:
    """What is thought now: the worth of a cohort's point (minor units) at its issuing brand, and the share of a
    brand's points that is expected to be redeemed."""

    face: Callable[[Cohort], Ratio]
    expected: Callable[[str], Ratio]


def divided(history: CohortHistory, sequence: int, estimates: Estimates) -> tuple[Allocated, ...]:
    """The sales of one period divided between goods and points, by cohort.

    A line's goods stand alone at what was paid for it: what they would cost without points is known to nobody better.
    A period in which a cohort's sales came to less than nothing divides nothing.
    """
    paid: dict[Cohort, int] = defaultdict(int)
    given: dict[Cohort, int] = defaultdict(int)
    for sale in history.sales:
        if sale.sequence == sequence:
            paid[sale.cohort] += sale.paid
    for row in history.movements:
        if row.sequence == sequence and row.origin == BORN_OF_A_SALE and row.total.kind == "EARNED":
            given[row.cohort] += row.total.points
    return tuple(
        Allocated(sequence, cohort, _for_points(paid[cohort], points, cohort, estimates))
        for cohort, points in sorted(given.items())
        if paid[cohort] > 0
    )


def standings(history: CohortHistory, up_to: int, estimates: Estimates) -> dict[Cohort, Standing]:
    """Where every cohort stood at the end of period `up_to`, which `history` covers.

    Raises ValueError, naming the cohort, where its points do not tie out.
    """
    allocated: dict[Cohort, int] = defaultdict(int)
    for part in _parts(history, up_to, estimates):
        allocated[part.cohort] += part.minor_units
    points = _points(history.movements, up_to)
    return {
        cohort: Standing(allocated.get(cohort, 0), points[cohort], _expected(history, up_to, cohort.brand, estimates))
        for cohort in sorted(points)
    }


def _parts(history: CohortHistory, up_to: int, estimates: Estimates) -> Iterable[Allocated]:
    yield from (part for part in history.allocated if part.sequence <= up_to)
    present = {row.sequence for row in history.movements} | {sale.sequence for sale in history.sales}
    for sequence in sorted(present - history.closed):
        if sequence <= up_to:
            yield from divided(history, sequence, estimates)


def _points(movements: Iterable[CohortMovements], up_to: int) -> dict[Cohort, CohortPoints]:
    totals: dict[Cohort, list[PointsTotal]] = defaultdict(list)
    for row in movements:
        if row.sequence <= up_to:
            totals[row.cohort].append(row.total)
    return {cohort: _tied_out(cohort, rows) for cohort, rows in totals.items()}


def _tied_out(cohort: Cohort, rows: Sequence[PointsTotal]) -> CohortPoints:
    try:
        return points_of(rows)
    except ValueError as error:
        raise ValueError(f"points of {cohort.brand}, {cohort.month}, {cohort.currency}: {error}") from error


def _expected(history: CohortHistory, up_to: int, brand: str, estimates: Estimates) -> Ratio:
    if up_to in history.closed:
        return history.expected.get((up_to, brand), estimates.expected(brand))
    return estimates.expected(brand)


def _for_points(paid: int, points: int, cohort: Cohort, estimates: Estimates) -> int:
    price = points_price(points, estimates.face(cohort), estimates.expected(cohort.brand))
    return allocate(paid, paid, price).points
