"""The arithmetic of the benchmarks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.figures import Spread, counted, fine, percentile, ratio, share, spread, table

VALUES = st.lists(st.floats(0.001, 1e9), min_size=1, max_size=300)


def test_the_middle_of_an_odd_number_of_rounds_is_one_of_them() -> None:
    assert spread([3.0, 1.0, 10.0]) == Spread(3.0, 1.0, 10.0)


def test_the_middle_of_an_even_number_of_rounds_lies_between_two_of_them() -> None:
    assert spread([4.0, 1.0, 2.0, 10.0]) == Spread(3.0, 1.0, 10.0)


def test_nothing_measured_has_no_middle() -> None:
    with pytest.raises(ValueError, match="nothing"):
        spread([])


@pytest.mark.parametrize(("part", "expected"), [(0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_the_nearest_rank(part: float, expected: int) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], part) == expected


@given(VALUES, st.floats(0.001, 1.0))
def test_a_percentile_is_a_value_that_the_share_does_not_exceed(values: list[float], part: float) -> None:
    found = percentile(values, part)
    assert found in values
    assert sum(value <= found for value in values) >= part * len(values) - 1e-3
    assert sum(value < found for value in values) < part * len(values) + 1e-3


@pytest.mark.parametrize("part", [0.0, -1.0, 1.1])
def test_a_share_outside_its_bounds_is_refused(part: float) -> None:
    with pytest.raises(ValueError, match="share"):
        percentile([1.0], part)


def test_a_round_is_compared_with_its_own_yardstick() -> None:
    # A round in which the machine was ten times slower changes no ratio.
    assert ratio([30.0, 3.0, 60.0], [10.0, 1.0, 20.0]) == Spread(3.0, 3.0, 3.0)


def test_rounds_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (counted(Spread(12345.6, 999.4, 20000)), "12,346 (999–20,000)"),
        (fine(Spread(3.44, 3.0, 1234.56)), "3.4 (3.0–1,234.6)"),
        (fine(Spread(0.123, 0.1, 0.5)), "0.12 (0.10–0.50)"),
        (share(Spread(0.254, 0.2, 1.5)), "25% (20–150)"),
        (share(Spread(0.0254, 0.01, 0.03)), "2.5% (1.0–3.0)"),
    ],
)
def test_a_figure_is_written_with_its_spread(written: str, expected: str) -> None:
    assert written == expected


def test_a_table_is_even() -> None:
    assert table(("what", "n"), [("a", "1"), ("longer", "1,000")]) == (
        "| what   |     n |\n| ------ | ----: |\n| a      |     1 |\n| longer | 1,000 |\n"
    )


def test_a_row_that_does_not_fit_its_header_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells under 2"):
        table(("a", "b"), [("1",)])
