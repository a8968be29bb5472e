"""Splits of any total over any weights."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.values.splits import cumulative_part, largest_remainder, sainte_lague

WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)
SMALL_WEIGHTS = st.lists(st.integers(0, 12), min_size=1, max_size=6).filter(any)
TOTALS = st.integers(0, 10**12)


def by_divisors(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """The divisor method as textbooks tell it: unit by unit to the largest weight / (2 · seats + 1)."""
    seats = [0] * len(weights)
    for _ in range(total):
        claims = [Fraction(weight, 2 * seat + 1) for weight, seat in zip(weights, seats, strict=True)]
        seats[claims.index(max(claims))] += 1
    return tuple(seats)


@given(TOTALS, WEIGHTS)
def test_largest_remainder_gives_away_the_whole(total: int, weights: list[int]) -> None:
    assert sum(largest_remainder(total, weights)) == total


@given(TOTALS, WEIGHTS)
def test_largest_remainder_is_within_one_of_every_quota(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert all(abs(part - quota) < 1 for part, quota in zip(parts, quotas, strict=True))


@given(st.integers(0, 60), SMALL_WEIGHTS)
def test_nobody_behind_in_the_order_of_remainders_is_served_first(total: int, weights: list[int]) -> None:
    parts = largest_remainder(total, weights)
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(quotas[index] % 1), index))
    served = [parts[index] > quotas[index] // 1 for index in order]
    assert served == sorted(served, reverse=True)


@given(TOTALS, WEIGHTS)
def test_sainte_lague_gives_away_the_whole(total: int, weights: list[int]) -> None:
    assert sum(sainte_lague(total, weights)) == total


@given(TOTALS, st.integers(0, 1_000), WEIGHTS)
def test_sainte_lague_never_takes_back(total: int, more: int, weights: list[int]) -> None:
    before, after = sainte_lague(total, weights), sainte_lague(total + more, weights)
    assert all(old <= new for old, new in zip(before, after, strict=True))


@given(st.integers(0, 120), SMALL_WEIGHTS)
def test_sainte_lague_is_the_divisor_method(total: int, weights: list[int]) -> None:
    assert sainte_lague(total, weights) == by_divisors(total, weights)


@given(WEIGHTS)
def test_sainte_lague_of_the_sum_of_weights_is_the_weights(weights: list[int]) -> None:
    assert sainte_lague(sum(weights), weights) == tuple(weights)


@given(TOTALS, WEIGHTS)
def test_sainte_lague_gives_nothing_for_a_weight_of_zero(total: int, weights: list[int]) -> None:
    parts = sainte_lague(total, weights)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(st.lists(TOTALS, min_size=1, max_size=6), WEIGHTS)
def test_steps_add_up_to_the_last_total_however_they_are_cut(totals: list[int], weights: list[int]) -> None:
    stops = [0, *totals]
    steps = [cumulative_part(before, after, weights) for before, after in pairwise(stops)]
    assert tuple(map(sum, zip(*steps, strict=True))) == sainte_lague(totals[-1], weights)


@given(st.integers(1, 10**6), WEIGHTS)
def test_both_methods_agree_where_quotas_are_whole(factor: int, weights: list[int]) -> None:
    total = factor * sum(weights)
    assume(total > 0)
    assert largest_remainder(total, weights) == sainte_lague(total, weights)
