"""The price of sales divided between goods and points (IFRS 15.73–80, B42)."""

from dataclasses import dataclass
from fractions import Fraction

from chassis.values.integers import checked
from chassis.values.rounding import Ratio
from chassis.values.splits import largest_remainder


@dataclass(frozen=True, slots=True)
class Allocation:
    """`goods` + `points` are the price, in minor units. `rounding` = `points` − exact share, at most half a unit
    either way: above zero the points carry it, below the goods do."""

    goods: int
    points: int
    rounding: Fraction


def points_price(points: int, face: Ratio, expected: Ratio) -> Fraction:
    """The stand-alone price of points in minor units, exact: points · face value · share expected to be redeemed.

    `face` is minor units per point. ValueError for points below 0 or a share above 1.
    """
    if points < 0:
        raise ValueError(f"{points} points were given")
    return points * face.fraction() * share(expected)


def share(expected: Ratio) -> Fraction:
    """The share of points expected to be redeemed; ValueError above 1."""
    if expected.numerator > expected.denominator:
        raise ValueError(f"more points are expected back than were given: {expected.fraction()}")
    return expected.fraction()


def allocate(price: int, goods: int, points: Fraction) -> Allocation:
    """`price` in proportion to the stand-alone prices of goods and points; minor units, none below 0 (ValueError).

    Half a minor unit goes to the goods. It divides one total once: of sales that add up over a month, divide the sums
    and take the difference to what was divided before, so that it does not matter how the sales were cut. Where
    neither has a price of its own, all of it is for the goods.
    """
    if price < 0 or goods < 0 or points < 0:
        raise ValueError("prices are never below zero")
    checked(price, "the price of the sales")
    whole = goods + points
    if whole == 0:
        return Allocation(price, 0, Fraction(0))
    weights = (goods * points.denominator, points.numerator)
    for_goods, for_points = largest_remainder(price, weights)
    return Allocation(for_goods, for_points, for_points - price * points / whole)
