"""Rounding of exact values, and what points stand for in the books."""

from fractions import Fraction

import pytest

from chassis.values.rounding import Ratio, Rounding, carrying_value, round_half_even, round_half_up, rounded


@pytest.mark.parametrize(
    ("value", "floor", "half_up", "half_even"),
    [
        ("1/2", 0, 1, 0),
        ("3/2", 1, 2, 2),
        ("5/2", 2, 3, 2),
        ("7/3", 2, 2, 2),
        ("8/3", 2, 3, 3),
        ("-1/2", -1, -1, 0),
        ("-3/2", -2, -2, -2),
        ("-5/2", -3, -3, -2),
        ("4", 4, 4, 4),
    ],
)
def test_each_rounding_rounds_its_way(value: str, floor: int, half_up: int, half_even: int) -> None:
    exact = Fraction(value)
    assert [rounded(exact, rounding) for rounding in Rounding] == [floor, half_up, half_even]


def test_the_first_repayment_of_the_worked_basket() -> None:
    assert round_half_up(157 * 116, 196) == 93


def test_halves_lie_away_from_zero() -> None:
    assert (round_half_up(5, 2), round_half_up(-5, 2)) == (3, -3)


def test_halves_lie_at_the_even_neighbour() -> None:
    assert (round_half_even(5, 2), round_half_even(7, 2), round_half_even(-5, 2)) == (2, 4, -2)


@pytest.mark.parametrize("text", ["0.008", "1/125", "8e-3"])
def test_a_ratio_is_read_from_decimals_and_fractions_alike(text: str) -> None:
    assert Ratio.of(text) == Ratio(1, 125)


@pytest.mark.parametrize(("numerator", "denominator"), [(2, 4), (0, 2), (1, 0), (-1, 2), (1, -2)])
def test_a_ratio_is_non_negative_and_in_lowest_terms(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match=r"ratio|lowest"):
        Ratio(numerator, denominator)


def test_the_value_of_points_is_floored() -> None:
    assert Ratio(4, 5).floor_of(1) == 0
    assert Ratio(4, 5).floor_of(299) == 239


def test_points_below_zero_stand_for_as_much_as_points_above() -> None:
    assert carrying_value(-196, Ratio(4, 5)) == -carrying_value(196, Ratio(4, 5)) == -157


def test_no_points_stand_for_nothing() -> None:
    assert carrying_value(0, Ratio(1, 3)) == 0
