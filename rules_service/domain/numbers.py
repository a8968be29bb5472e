"""Exact numbers as text: for canonical content, for differences and for sentences."""

from functools import lru_cache
from math import gcd

from chassis.values.money import DIGITS
from chassis.values.rounding import Ratio


def number_text(numerator: int, denominator: int) -> str:
    """A non-negative exact number as a decimal if it has one, else as a fraction: `4.99`, `60`, `50/3`.

    `Ratio.of` reads either form back.
    """
    if numerator % denominator == 0:
        return str(numerator // denominator)
    common = gcd(numerator, denominator)
    numerator, denominator = numerator // common, denominator // common
    places = _decimal_places(denominator)
    if places is None:
        return f"{numerator}/{denominator}"
    whole, rest = divmod(numerator, denominator)
    return f"{whole}.{rest * 10**places // denominator:0{places}d}"


def ratio_text(ratio: Ratio) -> str:
    """A ratio as a decimal or fraction."""
    return number_text(ratio.numerator, ratio.denominator)


def money_text(minor_units: int, currency_code: str) -> str:
    """A non-negative amount in major units with its currency: `4.99 USD`."""
    digits = DIGITS[currency_code]
    if digits == 0:
        return f"{minor_units} {currency_code}"
    whole, rest = divmod(minor_units, 10**digits)
    return f"{whole}.{rest:0{digits}d} {currency_code}"


def exact_money_text(minor_units: tuple[int, int], currency_code: str) -> str:
    """A non-negative amount of minor units as (numerator, denominator), exact, in major units: `19.995 USD`."""
    numerator, denominator = minor_units
    if numerator % denominator == 0:
        return money_text(numerator // denominator, currency_code)
    return f"{number_text(numerator, denominator * 10 ** DIGITS[currency_code])} {currency_code}"


@lru_cache(maxsize=4096)
def _decimal_places(denominator: int) -> int | None:
    """Digits after the point of a fraction in lowest terms; None if it never ends."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None


def percent_text(basis_points: int) -> str:
    """Ten-thousandths as a share: `5%`, `12.50%`."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"
