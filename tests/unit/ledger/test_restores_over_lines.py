"""A whole redemption given back in parts, over the lines of its sale (docs/DOMAIN.md §1, docs/adr/0031)."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.apply.restore_redemption import topped_up
from ledger_service.domain.order import ReturnBasis
from tests.property.ledger.fractions_model import so_far
from tests.support.examples import examples
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_restores import bring_back, redemption, restore, spend
from tests.support.pure_spend import PureSpending, attaching

LINDEN = terms("linden", "1", {"north": "1"})
PAID = (40, 196, 60, 4)
"""Points of four lines; the figures of docs/DOMAIN.md §1, where largest remainder would take a point back."""


def paid() -> tuple[PureLedger, str]:
    """A sale of four lines that 300 points pay."""
    spending = PureSpending()
    spending.ledger.post_order("ana", "sale", [sold(1, 100_000, "north")], [award(1, 300, "north")])
    spent = spend(spending.ledger, 300, LINDEN)
    lines = [sold(number, 1000, "linden", quantity=4) for number in range(1, 5)]
    spending.sell("ana", "goods", lines, [attaching(spent, *enumerate(PAID, start=1))])
    return spending.ledger, spent


def given_back(ledger: PureLedger, spent: str) -> tuple[int, ...]:
    """Points given back of each line."""
    known = redemption(ledger, spent)
    return tuple(sum(piece.restored_points for piece in known.of_line(line)) for line in known.line_numbers)


@pytest.mark.parametrize("cuts", [(33,), (32, 1), (1,) * 33, (10, 10, 13)])
def test_the_cut_does_not_matter(cuts: tuple[int, ...]) -> None:
    ledger, spent = paid()
    for points in cuts:
        restore(ledger, spent, points)
    assert given_back(ledger, spent) == so_far(33, PAID)


def test_no_part_takes_back_what_an_earlier_one_gave() -> None:
    ledger, spent = paid()
    seen = [given_back(ledger, spent)]
    for _ in range(60):
        restore(ledger, spent, 5)
        seen.append(given_back(ledger, spent))
    assert all(before <= after for one, next_ in pairwise(seen) for before, after in zip(one, next_, strict=True))
    assert seen[-1] == PAID


def test_a_line_that_came_back_by_itself_waits_for_the_others() -> None:
    ledger, spent = paid()
    bring_back(ledger, "r", "goods", {1: (ReturnBasis.WHOLE, None)})
    restore(ledger, spent, 60)
    # 100 of 300 are back; the other lines stand as if they alone were restored.
    assert given_back(ledger, spent) == (40, *so_far(60, PAID[1:]))
    restore(ledger, spent)
    assert given_back(ledger, spent) == PAID


def test_a_line_ahead_of_its_share_gets_points_again_once_the_others_have_caught_up() -> None:
    ledger, spent = paid()
    bring_back(ledger, "r", "goods", {1: (ReturnBasis.QUANTITY, 1)})
    assert given_back(ledger, spent) == (10, 0, 0, 0)
    restore(ledger, spent, 140)
    assert given_back(ledger, spent) == so_far(150, PAID)


WEIGHTS = st.lists(st.integers(1, 40), min_size=1, max_size=6)


@settings(max_examples=examples(40), deadline=None)
@given(WEIGHTS, st.data())
def test_lines_are_topped_up_point_by_point(weights: list[int], data: st.DataObject) -> None:
    back = [data.draw(st.integers(0, weight)) for weight in weights]
    points = data.draw(st.integers(0, sum(weights) - sum(back)))
    first = data.draw(st.integers(0, points))
    at_once = topped_up(weights, back, sum(back) + points)
    assert at_once == topped_up(weights, topped_up(weights, back, sum(back) + first), sum(back) + points)
    assert all(least <= part <= most for least, part, most in zip(back, at_once, weights, strict=True))
    assert sum(at_once) == sum(back) + points


def test_the_largest_numbers_are_split_as_quickly() -> None:
    assert topped_up([2**62, 2**61], [0, 2**61], 2**62) == (2**61, 2**61)
