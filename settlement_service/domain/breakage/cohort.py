"""Points that were given together: what became of them, and how many are still expected to be spent."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from chassis.values.rounding import Ratio
from settlement_service.domain.books import PointsTotal
from settlement_service.domain.breakage.allocation import share


@dataclass(frozen=True, slots=True, order=True)
class Cohort:
    """Accruals of one brand, given in one month (`2026-11`) and carried in one currency."""

    brand: str
    month: str
    currency: str


@dataclass(frozen=True, slots=True)
class CohortPoints:
    """What became of the points of a cohort until some date. None is below 0, and together the last three are at most
    `given` (ValueError).

    `given`: with the sales, corrected. `taken_back`: with returned goods, or transferred away. `redeemed`: spent for
    good, without what was restored and without open debt, which is a receivable and no redemption. `expired`: lapsed.
    """

    given: int = 0
    taken_back: int = 0
    redeemed: int = 0
    expired: int = 0

    def __post_init__(self) -> None:
        if min(self.given, self.taken_back, self.redeemed, self.expired, self.outstanding) < 0:
            raise ValueError(f"points that do not tie out: {self}")

    @property
    def standing(self) -> int:
        """Given and not taken back."""
        return self.given - self.taken_back

    @property
    def outstanding(self) -> int:
        """Still to be spent, or to lapse."""
        return self.standing - self.redeemed - self.expired


_GIVES = ("EARNED", "IMPORTED", "TRANSFERRED_IN", "ADJUSTED")
_TAKES = ("REVERSED", "TRANSFERRED_OUT")
_SPENDS = ("REDEEMED", "RESTORED", "REPAID")


def points_of(totals: Iterable[PointsTotal]) -> CohortPoints:
    """A cohort's points from the totals of its movements.

    Its movements must be whole: all of its accruals from their birth on. A repayment is a redemption of the payer's
    cohort, and makes good one of the debtor's. Debt is of points that were spent before their goods came back, or,
    where it is more than was spent, of points that had gone to another member: these were taken back from nobody yet.
    """
    rows = list(totals)

    def outstanding(kinds: tuple[str, ...]) -> int:
        return sum(row.outstanding for row in rows if row.kind in kinds)

    debt, spent = sum(row.debt for row in rows), -outstanding(_SPENDS)
    of_spent = min(debt, spent)
    return CohortPoints(
        given=outstanding(_GIVES),
        taken_back=-outstanding(_TAKES) - (debt - of_spent),
        redeemed=spent - of_spent,
        expired=-outstanding(("EXPIRED",)),
    )


def expected_in_all(points: CohortPoints, expected: Ratio) -> Fraction:
    """How many points of the cohort will have been redeemed in the end: the expected share of those that stand.

    Never fewer than have been redeemed already, never more than can still be: what has lapsed is not coming. So a
    cohort of which nothing is outstanding expects exactly what was redeemed, whatever the estimate.
    """
    estimate = share(expected) * points.standing
    return min(max(estimate, Fraction(points.redeemed)), Fraction(points.standing - points.expired))


def is_disproved(points: CohortPoints, expected: Ratio) -> bool:
    """True if more points were redeemed than the estimate expects in all, and more can be: it must be raised."""
    return points.outstanding > 0 and points.redeemed > share(expected) * points.standing
