"""Where points may be spent."""

from dataclasses import replace

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.quote import quote
from ledger_service.domain.scope import ANYWHERE, SpendingPlace
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

LINDEN = terms("linden", "1", {"north": "1"})
HERE = SpendingPlace(brand="linden", location_id="shop", operator="operator", region="west")


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (ANYWHERE, True),
        ("location:shop", True),
        ("location:shop-2", False),
        ("brands:harbor,linden", True),
        ("brands:harbor", False),
        ("brands:lin", False),
        ("operator:operator", True),
        ("operator:other", False),
        ("region:west", True),
        ("region:we", False),
    ],
)
def test_a_place_satisfies_a_scope_or_not(scope: str, allowed: bool) -> None:
    assert HERE.allows(scope) is allowed


def test_an_unknown_scope_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no such scope"):
        HERE.allows("moon:far")


def scattered() -> PureLedger:
    """10 points anywhere, 20 only here, 40 only elsewhere."""
    ledger = PureLedger()
    for number, (points, scope) in enumerate(((10, ""), (20, "location:shop"), (40, "location:far"))):
        given = replace(award(1, points, "north"), scope=scope)
        ledger.post_order("ana", f"sale-{number}", [sold(1, 1000, "north")], [given])
    return ledger


def test_points_of_another_place_are_not_burnt() -> None:
    ledger = scattered()
    assert ledger.redeem("ana", 30, LINDEN).wallet.balance == 40
    assert ledger.accrual_of("sale-2", 1) == (40, 0)


def test_what_is_available_is_what_can_be_spent_here() -> None:
    with pytest.raises(Refusal) as refused:
        scattered().redeem("ana", 31, LINDEN)
    assert refused.value.metadata == {"points": "31", "available": "30"}


@pytest.mark.parametrize(
    ("minimum", "block", "points", "told"),
    [
        (1, 1, 7, False),
        (50, 10, 60, False),
        (50, 10, 40, True),
        (50, 10, 55, True),
    ],
)
def test_a_quote_says_what_the_brand_would_not_take(minimum: int, block: int, points: int, told: bool) -> None:
    at = replace(LINDEN, minimum_points=minimum, block_points=block)
    text = quote(at, points, 100, NOON).receipt_text
    assert (f"Linden takes at least {minimum} points, in blocks of {block}" in text) is told
