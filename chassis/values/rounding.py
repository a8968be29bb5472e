"""Exact ratios and the three roundings a rule may name (domain of points and money; no floating point)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import gcd


class Rounding(Enum):
    """How an exact value becomes a whole number. Half-up rounds halves away from zero."""

    FLOOR = "floor"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A non-negative exact ratio in lowest terms; `denominator` >= 1."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.denominator < 1 or self.numerator < 0:
            raise ValueError(f"not a non-negative ratio: {self.numerator}/{self.denominator}")
        if gcd(self.numerator, self.denominator) != 1:
            raise ValueError(f"not in lowest terms: {self.numerator}/{self.denominator}")

    @classmethod
    def of(cls, value: Fraction | Decimal | int | str) -> "Ratio":
        """The ratio of an exact number; `str` takes decimals such as "0.008" and fractions such as "1/3"."""
        exact = Fraction(value)
        return cls(exact.numerator, exact.denominator)

    def fraction(self) -> Fraction:
        """The same number as a `Fraction`."""
        return Fraction(self.numerator, self.denominator)

    def floor_of(self, amount: int) -> int:
        """floor(amount · ratio)."""
        return amount * self.numerator // self.denominator


ZERO = Ratio(0, 1)
ONE = Ratio(1, 1)


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator/denominator to the nearest whole number, halves away from zero; denominator > 0."""
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def round_half_even(numerator: int, denominator: int) -> int:
    """numerator/denominator to the nearest whole number, halves to the even neighbour; denominator > 0."""
    whole, rest = divmod(numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1):
        return whole + 1
    return whole


def rounded(value: Fraction, rounding: Rounding) -> int:
    """`value` as a whole number by the named rounding."""
    if rounding is Rounding.FLOOR:
        return value.numerator // value.denominator
    if rounding is Rounding.HALF_UP:
        return round_half_up(value.numerator, value.denominator)
    return round_half_even(value.numerator, value.denominator)


def carrying_value(points: int, rate: Ratio) -> int:
    """What `points` stand for in the books, in minor units: sign(r) · round half-up(|r| · rate).

    A function of state alone (docs/DOMAIN.md §9), so an accrual unwound to zero returns exactly to zero.
    """
    return round_half_up(points * rate.numerator, rate.denominator)
