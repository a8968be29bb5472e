"""Ratios and remainders sum exactly, however the lines are rounded and grouped."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from chassis.values.integers import INT64_MAX, MOST_AMOUNT
from chassis.values.rounding import Ratio, Rounding
from ledger_service.domain.balance_import import Header, LineKind, StagedLine, Terms, converted, total

_ratios = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000).map(Ratio.of)
_roundings = st.sampled_from([Rounding.FLOOR, Rounding.HALF_UP])


@given(st.lists(st.integers(1, 10**9), max_size=30), _ratios, _roundings)
def test_old_points_times_the_ratio_are_the_new_ones_plus_the_remainders(
    points: list[int], ratio: Ratio, rounding: Rounding
) -> None:
    terms = Terms("B", ratio, rounding, "", ())
    lines = []
    for number, old in enumerate(points, start=1):
        amounts = converted(old, terms)
        assert amounts is not None
        new, rest = amounts
        if rounding is Rounding.FLOOR:
            assert 0 <= rest < ratio.denominator
        assert abs(2 * rest) <= 2 * ratio.denominator
        lines.append(StagedLine(number, LineKind.POINTS, brand="B", old_points=old, new_points=new, remainder=rest))
    cells = total(lines).balances
    for found in cells.values():
        exact = found.old_points * ratio.fraction()
        assert exact == found.new_points + Fraction(found.remainder, ratio.denominator)
    assert sum(cell.lines for cell in cells.values()) == len(points)


@given(st.integers(1, INT64_MAX), _ratios)
def test_what_is_too_much_is_said_and_not_wrapped(points: int, ratio: Ratio) -> None:
    amounts = converted(points, Terms("B", ratio, Rounding.FLOOR, "", ()))
    assert (amounts is None) == (points * ratio.fraction() >= MOST_AMOUNT + 1)


@given(st.sampled_from(["A", "B", ""]), st.sets(st.sampled_from(["A", "B"]), min_size=1))
def test_a_line_without_a_brand_is_the_only_ones(brand: str, brands: set[str]) -> None:
    header = Header("p", "i", "s", False, tuple(Terms(b, Ratio(1, 1), Rounding.FLOOR, "", ()) for b in sorted(brands)))
    found = header.terms(brand)
    expected = brand if brand in brands else (min(brands) if not brand and len(brands) == 1 else None)
    assert (found.brand if found else None) == expected
