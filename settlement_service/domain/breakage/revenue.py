"""Revenue from points, cumulative, and what of their price is still deferred (IFRS 15.B44–B47, Example 52).

Everything here is a function of where a cohort stands, never of how it came there. Revenue of a period is the
difference of two standings, so roundings do not add up, and a cohort that is unwound or used up is left with nothing.
"""

from dataclasses import dataclass
from fractions import Fraction

from chassis.values.integers import checked
from chassis.values.rounding import Ratio, round_half_up
from settlement_service.domain.breakage.cohort import CohortPoints, expected_in_all


@dataclass(frozen=True, slots=True)
class Standing:
    """A cohort at some date: `allocated`, the price that fell on its points when they were given (minor units, 0 or
    more; returns do not lower it); its points; the share of them now expected to be redeemed (0 to 1).

    A new estimate changes how fast `allocated` becomes revenue, never `allocated` itself (IFRS 15.88).
    """

    allocated: int
    points: CohortPoints
    expected: Ratio

    def __post_init__(self) -> None:
        if self.allocated < 0:
            raise ValueError("what is allocated to points is never below zero")
        checked(self.allocated, "the price of a cohort's points")


@dataclass(frozen=True, slots=True)
class Revenue:
    """What has become of the price of a cohort's points, in minor units, none below 0.

    `undone`: taken back with returned goods. `redemption`: revenue of redeemed points at what each was allocated.
    `breakage`: revenue beyond that, for points not expected to be redeemed. `deferred`: the rest.
    `rounding` = revenue − exact value, at most half a unit either way; it is deferred until the cohort ends.
    """

    undone: int
    redemption: int
    breakage: int
    deferred: int
    rounding: Fraction

    @property
    def recognized(self) -> int:
        """Revenue in all."""
        return self.redemption + self.breakage


def revenue_of(standing: Standing) -> Revenue:
    """Revenue until now: price · redeemed / expected in all, rounded half up.

    The price is that of the points that stand: returned goods take theirs back in proportion. If no redemption is
    expected (any more), all of it is revenue: that somebody comes is remote (B46).
    """
    points = standing.points
    price = _share(standing.allocated, points.standing, points.given)
    in_all = expected_in_all(points, standing.expected)
    exact = price * points.redeemed / in_all if in_all else Fraction(price)
    recognized = round_half_up(exact.numerator, exact.denominator)
    redemption = _share(price, points.redeemed, points.standing)
    return Revenue(
        undone=standing.allocated - price,
        redemption=redemption,
        breakage=recognized - redemption,
        deferred=price - recognized,
        rounding=recognized - exact,
    )


def liability_with_breakage(carried: int, points: CohortPoints, expected: Ratio) -> int:
    """What of a liability carried for all outstanding points (minor units, 0 or more) is expected to be spent, half
    up. ValueError if something is carried and nothing outstanding."""
    if carried and not points.outstanding:
        raise ValueError("a liability without points")
    still = expected_in_all(points, expected) - points.redeemed
    exact = carried * still / points.outstanding if points.outstanding else Fraction(0)
    return round_half_up(exact.numerator, exact.denominator)


def _share(amount: int, part: int, whole: int) -> int:
    return round_half_up(amount * part, whole) if whole else 0
