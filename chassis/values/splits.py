"""Dividing a whole number over weights so that the parts always sum to the whole.

Two methods, because they answer two questions (docs/DOMAIN.md §1). *Largest remainder* divides once and is never asked
again. *Sainte-Laguë* divides a growing total over frozen weights and is monotone: a larger total never takes back
a unit that a smaller one gave; largest remainder is not.
"""

from collections.abc import Sequence
from heapq import heapify, heapreplace


def largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` (>= 0) over non-negative `weights`, each within one of its exact quota; ties to the lowest index.

    Zero weights get nothing. Raises ValueError if a positive total meets no positive weight.
    """
    weight_sum = _checked_sum(total, weights)
    if total == 0:
        return (0,) * len(weights)
    parts = [total * weight // weight_sum for weight in weights]
    remainders = [total * weight % weight_sum for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def sainte_lague(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """`total` (>= 0) over frozen non-negative `weights` by divisors 1, 3, 5, …; ties to the lowest index.

    Monotone in `total` for every part. Webster's rounding gives a state on the path just below the total; the
    few units left are awarded one by one, so the cost does not grow with the total.
    """
    weight_sum = _checked_sum(total, weights)
    if total == 0:
        return (0,) * len(weights)
    below = max(0, total - len(weights))
    # Rounding halves down keeps ties out, so that their order is decided below and by index alone.
    parts = [max(0, -((weight_sum - 2 * below * weight) // (2 * weight_sum))) for weight in weights]
    queue = [_Claim(weight, 2 * parts[index] + 1, index) for index, weight in enumerate(weights) if weight > 0]
    heapify(queue)
    for _ in range(total - sum(parts)):
        claim = queue[0]
        parts[claim.index] += 1
        heapreplace(queue, _Claim(claim.weight, claim.divisor + 2, claim.index))
    return tuple(parts)


def cumulative_part(before: int, after: int, weights: Sequence[int]) -> tuple[int, ...]:
    """What each weight gets when a cumulative total over them goes from `before` to `after`."""
    if len(weights) == 1 and weights[0] > 0 and before >= 0 and after >= 0:
        # The common case by far, and on the path of every movement.
        return (after - before,)
    earlier = sainte_lague(before, weights)
    later = sainte_lague(after, weights)
    return tuple(new - old for new, old in zip(later, earlier, strict=True))


class _Claim:
    """A weight's claim to the next unit: larger weight/divisor first, compared exactly."""

    __slots__ = ("divisor", "index", "weight")

    def __init__(self, weight: int, divisor: int, index: int) -> None:
        self.weight = weight
        self.divisor = divisor
        self.index = index

    def __lt__(self, other: "_Claim") -> bool:
        mine, theirs = self.weight * other.divisor, other.weight * self.divisor
        return mine > theirs or (mine == theirs and self.index < other.index)


def _checked_sum(total: int, weights: Sequence[int]) -> int:
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("totals and weights are never negative")
    weight_sum = sum(weights)
    if total > 0 and weight_sum == 0:
        raise ValueError("nothing to divide over")
    return weight_sum
