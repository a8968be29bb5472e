"""Rounding and carrying values of any points at any rate."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chassis.values.rounding import Ratio, carrying_value, round_half_even, round_half_up

NUMERATORS = st.integers(-(10**15), 10**15)
DENOMINATORS = st.integers(1, 10**6)
RATES = st.builds(lambda top, bottom: Ratio.of(Fraction(top, bottom)), st.integers(0, 10**6), DENOMINATORS)
POINTS = st.integers(-(10**12), 10**12)


@given(NUMERATORS, DENOMINATORS)
def test_half_up_is_nearest_and_takes_halves_away_from_zero(numerator: int, denominator: int) -> None:
    exact, whole = Fraction(numerator, denominator), round_half_up(numerator, denominator)
    assert abs(whole - exact) < Fraction(1, 2) or (abs(whole - exact) == Fraction(1, 2) and abs(whole) > abs(exact))


@given(NUMERATORS, DENOMINATORS)
def test_half_even_is_what_python_rounds_fractions_to(numerator: int, denominator: int) -> None:
    assert round_half_even(numerator, denominator) == round(Fraction(numerator, denominator))


@given(POINTS, RATES)
def test_carrying_value_is_odd(points: int, rate: Ratio) -> None:
    assert carrying_value(-points, rate) == -carrying_value(points, rate)


@given(POINTS, st.integers(0, 10**6), RATES)
def test_carrying_value_never_falls_when_points_grow(points: int, more: int, rate: Ratio) -> None:
    assert carrying_value(points, rate) <= carrying_value(points + more, rate)


@given(st.lists(POINTS, min_size=1, max_size=10), RATES)
def test_changes_of_carrying_value_unwind_to_nothing(balances: list[int], rate: Ratio) -> None:
    path = [0, *balances, 0]
    values = [carrying_value(points, rate) for points in path]
    assert sum(after - before for before, after in pairwise(values)) == 0


@given(st.integers(0, 10**12), RATES)
def test_a_floored_value_is_the_largest_whole_one(points: int, rate: Ratio) -> None:
    exact = points * rate.fraction()
    assert rate.floor_of(points) <= exact < rate.floor_of(points) + 1


@given(st.fractions(min_value=0))
def test_a_ratio_is_the_fraction_it_was_made_of(value: Fraction) -> None:
    assert Ratio.of(value).fraction() == value
