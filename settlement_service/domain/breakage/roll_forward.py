"""How a cohort's points and their price came from one date to another."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace

from chassis.values.rounding import Ratio
from settlement_service.domain.breakage.cohort import CohortPoints
from settlement_service.domain.breakage.revenue import Standing, revenue_of


@dataclass(frozen=True, slots=True)
class PointsRollForward:
    """`closing` = `opening` + `given` − `taken_back` − `redeemed` − `expired`."""

    opening: int = 0
    given: int = 0
    taken_back: int = 0
    redeemed: int = 0
    expired: int = 0
    closing: int = 0


@dataclass(frozen=True, slots=True)
class DeferredRollForward:
    """`closing` = `opening` + `deferred` − `undone` − `redemption` − `breakage` − `change_of_estimate`, minor units.

    The last three are the revenue of the period. `change_of_estimate` is what the new estimate makes of the opening
    (below zero where more redemptions are expected); `breakage` what the period's own movements add at the new one.
    """

    opening: int = 0
    deferred: int = 0
    undone: int = 0
    redemption: int = 0
    breakage: int = 0
    change_of_estimate: int = 0
    closing: int = 0

    @property
    def revenue(self) -> int:
        """Revenue of the period; below zero where it takes back more than it adds."""
        return self.redemption + self.breakage + self.change_of_estimate


@dataclass(frozen=True, slots=True)
class RollForward:
    """A cohort's period, or that of several."""

    points: PointsRollForward = PointsRollForward()
    money: DeferredRollForward = DeferredRollForward()


def not_begun(expected: Ratio) -> Standing:
    """The standing of a cohort before its first point."""
    return Standing(0, CohortPoints(), expected)


def roll_forward(before: Standing, after: Standing) -> RollForward:
    """The period between two standings of one cohort."""
    opening, closing = revenue_of(before), revenue_of(after)
    revalued = revenue_of(replace(before, expected=after.expected))
    earlier, later = before.points, after.points
    return RollForward(
        PointsRollForward(
            opening=earlier.outstanding,
            given=later.given - earlier.given,
            taken_back=later.taken_back - earlier.taken_back,
            redeemed=later.redeemed - earlier.redeemed,
            expired=later.expired - earlier.expired,
            closing=later.outstanding,
        ),
        DeferredRollForward(
            opening=opening.deferred,
            deferred=after.allocated - before.allocated,
            undone=closing.undone - opening.undone,
            redemption=closing.redemption - opening.redemption,
            breakage=closing.breakage - revalued.breakage,
            change_of_estimate=revalued.breakage - opening.breakage,
            closing=closing.deferred,
        ),
    )


def in_all(parts: Iterable[RollForward]) -> RollForward:
    """Several cohorts of one currency together: every figure is the sum of theirs."""
    rows = list(parts)
    points = [sum(column) for column in zip(*(astuple(row.points) for row in rows), strict=True)]
    money = [sum(column) for column in zip(*(astuple(row.money) for row in rows), strict=True)]
    return RollForward(PointsRollForward(*points), DeferredRollForward(*money))
