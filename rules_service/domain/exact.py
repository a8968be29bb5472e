"""Exact numbers as pairs of integers: on the path of every line, where a Fraction would reduce at every step."""

from collections.abc import Sequence
from math import gcd, lcm

from chassis.values.integers import INT64_MAX
from rules_service.domain.numbers import number_text

Exact = tuple[int, int]
"""A non-negative number as (numerator, denominator > 0), not reduced."""

NOTHING: Exact = (0, 1)


def exact_sum(parts: Sequence[Exact]) -> Exact:
    """The sum of exact numbers."""
    if len(parts) == 1:
        return parts[0]
    denominator = lcm(*(part[1] for part in parts))
    return sum(part[0] * (denominator // part[1]) for part in parts), denominator


def greater(one: Exact, other: Exact) -> bool:
    """Whether the first is greater."""
    return one[0] * other[1] > other[0] * one[1]


def exact_text(value: Exact) -> str:
    """An exact number as text."""
    return number_text(*value)


def in_lowest_terms(value: Exact) -> Exact | None:
    """The number reduced; None if a part of it does not fit a signed 64-bit integer."""
    numerator, denominator = value
    common = gcd(numerator, denominator)
    if common != 1:
        numerator, denominator = numerator // common, denominator // common
    return (numerator, denominator) if numerator <= INT64_MAX and denominator <= INT64_MAX else None
