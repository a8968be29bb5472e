"""Splits: the figures of docs/DOMAIN.md, ties, and what cannot be divided."""

from collections.abc import Callable, Sequence

import pytest

from chassis.values.splits import cumulative_part, largest_remainder, sainte_lague

Split = Callable[[int, Sequence[int]], tuple[int, ...]]

BURNT = [40, 196, 60, 4]
WORTH = [32, 157, 48, 3]


def test_largest_remainder_takes_units_back_when_the_total_grows() -> None:
    assert largest_remainder(32, BURNT) == (4, 21, 6, 1)
    assert largest_remainder(33, BURNT) == (4, 22, 7, 0)


def test_sainte_lague_gives_half_of_the_worked_basket_in_points() -> None:
    assert sainte_lague(150, BURNT) == (20, 98, 30, 2)


def test_sainte_lague_gives_half_of_the_worked_basket_in_cents() -> None:
    assert sainte_lague(120, WORTH) == (16, 79, 24, 1)


def test_largest_remainder_values_the_pieces_of_the_worked_basket() -> None:
    assert largest_remainder(240, BURNT) == (32, 157, 48, 3)


@pytest.mark.parametrize("split", [largest_remainder, sainte_lague])
def test_ties_go_to_the_lowest_index(split: Split) -> None:
    assert split(2, [5, 5, 5]) == (1, 1, 0)


@pytest.mark.parametrize("split", [largest_remainder, sainte_lague])
def test_a_weight_of_zero_gets_nothing(split: Split) -> None:
    assert split(7, [0, 3, 0]) == (0, 7, 0)


@pytest.mark.parametrize("split", [largest_remainder, sainte_lague])
def test_nothing_is_divided_over_nobody(split: Split) -> None:
    assert split(0, []) == ()


@pytest.mark.parametrize("split", [largest_remainder, sainte_lague])
@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (-1, [1]), (1, [2, -1])])
def test_what_cannot_be_divided_is_a_fault(split: Split, total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"nothing to divide over|never negative"):
        split(total, weights)


def test_the_whole_of_a_cumulative_split_is_the_weights_themselves() -> None:
    assert sainte_lague(sum(WORTH), WORTH) == tuple(WORTH)


def test_a_part_is_the_step_between_two_totals() -> None:
    assert cumulative_part(32, 33, BURNT) == (0, 1, 0, 0)


def test_going_back_takes_exactly_what_was_given() -> None:
    there, back = cumulative_part(10, 90, BURNT), cumulative_part(90, 10, BURNT)
    assert tuple(-part for part in back) == there


def test_a_total_of_63_bits_is_divided_as_fast_as_a_small_one() -> None:
    assert sum(sainte_lague(2**63 - 1, [3_333, 3_333, 3_334])) == 2**63 - 1
