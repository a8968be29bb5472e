"""The three reports on points given: deferred revenue, points liability with breakage, remeasurement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from chassis.values.rounding import Ratio
from settlement_service.domain.breakage.cohort import Cohort, is_disproved
from settlement_service.domain.breakage.history import CohortHistory, CohortMovements
from settlement_service.domain.breakage.remeasurement import Carried
from settlement_service.domain.breakage.revenue import Standing, liability_with_breakage
from settlement_service.domain.breakage.roll_forward import RollForward, not_begun, roll_forward
from settlement_service.domain.program_facts import ProgramFacts


@dataclass(frozen=True, slots=True)
class CohortRevenue:
    """A cohort's period. `disproved`: more was redeemed than the estimate expects in all; it must be raised."""

    cohort: Cohort
    roll: RollForward
    expected: Ratio
    disproved: bool


@dataclass(frozen=True, slots=True)
class PointsLiability:
    """A brand's points in one currency: `outstanding` points carried at `carried`, of which `expected` (both minor
    units) is thought to be redeemed; `debt` points that members owe, carried at `receivable` as an asset."""

    brand: str
    currency: str
    outstanding: int
    carried: int
    expected: int
    debt: int
    receivable: int
    share: Ratio


def revenues(before: Mapping[Cohort, Standing], after: Mapping[Cohort, Standing]) -> tuple[CohortRevenue, ...]:
    """What a period made of every cohort, by brand, month and currency."""
    return tuple(
        CohortRevenue(
            cohort,
            roll_forward(before.get(cohort) or not_begun(standing.expected), standing),
            standing.expected,
            is_disproved(standing.points, standing.expected),
        )
        for cohort, standing in sorted(after.items(), key=lambda item: item[0])
    )


def liabilities(history: CohortHistory, standing: Mapping[Cohort, Standing]) -> tuple[PointsLiability, ...]:
    """What the points of each brand and currency stand for at the end of `history`; each cohort's expected part is
    rounded by itself, as its revenue is."""
    carried: dict[Cohort, int] = defaultdict(int)
    owed: dict[Cohort, int] = defaultdict(int)
    debt: dict[Cohort, int] = defaultdict(int)
    for row in history.movements:
        carried[row.cohort] += row.liability
        owed[row.cohort] += row.receivable
        debt[row.cohort] += row.total.debt
    rows: dict[tuple[str, str], PointsLiability] = {}
    for cohort, stands in standing.items():
        own = PointsLiability(
            brand=cohort.brand,
            currency=cohort.currency,
            outstanding=stands.points.outstanding,
            carried=carried[cohort],
            expected=liability_with_breakage(carried[cohort], stands.points, stands.expected),
            debt=debt[cohort],
            receivable=-owed[cohort],
            share=stands.expected,
        )
        key = cohort.brand, cohort.currency
        rows[key] = _together(rows[key], own) if key in rows else own
    return tuple(row for _, row in sorted(rows.items()))


def _together(one: PointsLiability, other: PointsLiability) -> PointsLiability:
    return replace(
        one,
        outstanding=one.outstanding + other.outstanding,
        carried=one.carried + other.carried,
        expected=one.expected + other.expected,
        debt=one.debt + other.debt,
        receivable=one.receivable + other.receivable,
    )


def carried_rows(movements: Iterable[CohortMovements]) -> list[Carried]:
    """Points by cohort and frozen rate as the books carry them, those owed by members in rows of their own."""
    sums: dict[tuple[Cohort, Ratio], list[int]] = defaultdict(lambda: [0] * 4)
    for row in movements:
        figures = (row.total.outstanding + row.total.debt, row.liability, row.total.debt, row.receivable)
        key = row.cohort, row.rate
        sums[key] = [have + more for have, more in zip(sums[key], figures, strict=True)]
    rows: list[Carried] = []
    for (cohort, rate), (points, liability, debt, receivable) in sums.items():
        if points or liability:
            rows.append(Carried(cohort, rate, points, liability))
        if debt or receivable:
            rows.append(Carried(cohort, rate, -debt, receivable))
    return rows


def values_now(facts: ProgramFacts) -> dict[tuple[str, str], Ratio]:
    """What a point stands for in each issuer's books by the live revision, by brand and currency."""
    return {
        (brand.brand_id, currency): rate
        for brand in facts.brands.values()
        for currency, rate in brand.liability.items()
    }
