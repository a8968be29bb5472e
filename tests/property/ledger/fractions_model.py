"""Rounding and splitting once more, as slowly and plainly as they can be told: exact fractions, unit by unit."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache


def half_up(value: Fraction) -> int:
    """To the nearest whole number, halves away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


@cache
def once(total: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """A split that is never asked again: floors of the quotas, then one unit each to the largest remainders."""
    if total == 0:
        return (0,) * len(weights)
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(quota) for quota in quotas]
    behind = sorted(range(len(weights)), key=lambda index: parts[index] - quotas[index])
    for index in behind[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


@cache
def so_far(total: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """A split of a growing total: each unit to the largest weight / (2 · units + 1)."""
    if total == 0:
        return (0,) * len(weights)
    parts = list(so_far(total - 1, weights))
    claims = [Fraction(weight, 2 * part + 1) for weight, part in zip(weights, parts, strict=True)]
    parts[claims.index(max(claims))] += 1
    return tuple(parts)


def cumulative(before: int, after: int, weights: Sequence[int]) -> tuple[int, ...]:
    """What each gets when a growing total goes from `before` to `after`."""
    # Filled from below, so that the recursion stays shallow.
    for total in range(0, max(before, after), 200):
        so_far(total, tuple(weights))
    pairs = zip(so_far(before, tuple(weights)), so_far(after, tuple(weights)), strict=True)
    return tuple(later - earlier for earlier, later in pairs)
