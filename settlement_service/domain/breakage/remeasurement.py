"""What a new value of the point would make of the points already given: a report, it books nothing.

Accruals are carried at the rate frozen on them (docs/DOMAIN.md §9) and stay so. The report says by how much the books
would differ had they all been carried at the new one, so that finance can book a voucher, or say why not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chassis.values.integers import checked
from chassis.values.rounding import Ratio, carrying_value
from settlement_service.domain.breakage.cohort import Cohort


@dataclass(frozen=True, slots=True)
class Carried:
    """Points of a cohort at one frozen rate (minor units per point), as the books carry them. Both figures are above
    zero for a liability, below zero for what members owe; the two are never in one row."""

    cohort: Cohort
    rate: Ratio
    points: int
    minor_units: int


@dataclass(frozen=True, slots=True)
class Remeasured:
    """A row of the report: `remeasured` at the `new_rate`; `difference` = `remeasured` − carried, of which
    `by_rounding` is there without any new value, because each accrual is rounded by itself and the cohort once."""

    carried: Carried
    new_rate: Ratio
    remeasured: int
    by_rounding: int

    @property
    def difference(self) -> int:
        """What the books would have to change in all."""
        return self.remeasured - self.carried.minor_units

    @property
    def by_value(self) -> int:
        """Of which because a point is worth something else."""
        return self.difference - self.by_rounding


def remeasure(rows: Iterable[Carried], values: Mapping[tuple[str, str], Ratio]) -> tuple[Remeasured, ...]:
    """Rows of the brands and currencies that have a new value (`values`: minor units per point by brand and currency),
    by cohort, rate, liabilities before receivables. AMOUNT_OUT_OF_RANGE if a figure does not fit 64 bits."""
    touched = [row for row in rows if (row.cohort.brand, row.cohort.currency) in values]
    touched.sort(key=lambda row: (row.cohort, row.rate.fraction(), -row.points, -row.minor_units))
    return tuple(_remeasured(row, values[row.cohort.brand, row.cohort.currency]) for row in touched)


def _remeasured(row: Carried, rate: Ratio) -> Remeasured:
    at_new = checked(carrying_value(row.points, rate), f"{row.points} points of {row.cohort.brand} at the new value")
    return Remeasured(row, rate, at_new, carrying_value(row.points, row.rate) - row.minor_units)
