"""A brand's own name for points, in quotes and on receipts; what is counted are the program's points."""

from dataclasses import replace

from ledger_service.domain.quote import NamedPoints, quote
from ledger_service.domain.redemption import NamedPoint
from tests.support.pure_ledger import NOON, terms

LINDEN = terms("linden", "0.8", {"north": "1"})


def test_points_are_shown_as_the_brand_calls_them() -> None:
    stars = replace(LINDEN, named_point=NamedPoint("star", 10))
    quoted = quote(stars, 300, 416, NOON)
    assert (quoted.points, quoted.brand_points) == (300, NamedPoints("star", 3_000))
    assert quoted.receipt_text == "300 points (3000 stars) are worth 2.40 USD at Linden (1 point = 0.008 USD)"


def test_a_brand_without_a_name_of_its_own_shows_the_programs_points() -> None:
    quoted = quote(LINDEN, 300, 416, NOON)
    assert quoted.brand_points is None
    assert quoted.receipt_text == "300 points are worth 2.40 USD at Linden (1 point = 0.008 USD)"
