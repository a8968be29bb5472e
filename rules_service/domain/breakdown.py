"""How points came about, as figures."""

from enum import Enum
from typing import NamedTuple

from rules_service.domain.exact import NOTHING, Exact
from rules_service.domain.tier_multipliers import TierFactor


class Counted(Enum):
    """What an effect counted: minor units paid, pieces, a measure, base points, complete sets."""

    PAID = "paid"
    PIECES = "pieces"
    MEASURE = "measure"
    BASE_POINTS = "base_points"
    SETS = "sets"


class Breakdown(NamedTuple):
    """`number` of what was counted, times `rate`, times the factor of `tier` if there is one, is `exact`: the line's
    points before they are made whole.

    `unit` is the currency or the unit of measure, else empty. Of a number of points that is fixed nothing is counted,
    and there is no rate.
    """

    counted: Counted | None
    number: Exact
    unit: str
    rate: Exact | None
    exact: Exact
    tier: TierFactor | None = None


def fixed(points: Exact) -> Breakdown:
    """The breakdown of a number of points that is fixed, or fixed for a step."""
    return Breakdown(None, NOTHING, "", None, points)
