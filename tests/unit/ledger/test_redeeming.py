"""Spending: which points, what they are worth, and why not."""

from datetime import timedelta

import pytest

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Refusal
from ledger_service.domain.redemption import RedemptionTerms
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1/2"})
DAY = timedelta(days=1)


def with_points(*lots: tuple[int, str]) -> PureLedger:
    ledger = PureLedger()
    for number, (points, brand) in enumerate(lots):
        ledger.post_order("ana", f"sale-{number}", [sold(1, 1000, brand)], [award(1, points, brand)])
        ledger.pass_time(timedelta(minutes=1))
    return ledger


def pieces(ledger: PureLedger) -> list[tuple[int, int, int]]:
    """Points, value and price of each movement of the last event."""
    settlements = [(m.movement.points, m.movement.settlement) for m in ledger.events[-1].movements]
    return [(p, s.value.minor_units if s.value else 0, s.price.minor_units if s.price else 0) for p, s in settlements]


def test_the_value_is_floored() -> None:
    assert with_points((10, "north")).redeem("ana", 4, LINDEN).redemption.value.minor_units == 3


def test_points_worth_less_than_a_minor_unit_are_refused() -> None:
    with pytest.raises(Refusal, match="WORTH_NOTHING"):
        with_points((10, "north")).redeem("ana", 1, LINDEN)


def test_another_value_than_quoted_is_refused() -> None:
    with pytest.raises(Refusal, match="QUOTE_CHANGED"):
        with_points((10, "north")).redeem("ana", 10, LINDEN, quoted=9)


def test_one_point_too_many_is_refused_with_what_there_is() -> None:
    with pytest.raises(Refusal) as refused:
        with_points((10, "north")).redeem("ana", 11, LINDEN)
    assert refused.value.metadata == {"points": "11", "available": "10"}


def test_an_unknown_member_has_no_points() -> None:
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        PureLedger().redeem("nobody", 10, LINDEN)


def test_pending_points_are_not_spendable() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 1000, "north")], [award(1, 10, "north", available_time=NOON + DAY)])
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 10, LINDEN)


def test_pending_points_are_spendable_at_their_instant() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 1000, "north")], [award(1, 10, "north", available_time=NOON + DAY)])
    ledger.at(NOON + DAY)
    assert ledger.redeem("ana", 10, LINDEN).wallet.balance == 0


def test_each_funder_owes_its_share_of_face_value_on_its_own_terms() -> None:
    ledger = with_points((50, "north"), (50, "harbor"))
    ledger.redeem("ana", 100, LINDEN)
    assert pieces(ledger) == [(50, 40, 40), (50, 40, 20)]
    assert ledger.positions() == {"north": -40, "harbor": -20, "linden": 60}


def test_ones_own_points_owe_nobody() -> None:
    ledger = with_points((50, "linden"))
    ledger.redeem("ana", 50, LINDEN)
    assert pieces(ledger) == [(50, 40, 40)]
    assert ledger.positions() == {}


def test_points_of_an_issuer_without_terms_are_refused() -> None:
    with pytest.raises(Refusal, match="NO_SETTLEMENT_TERMS"):
        with_points((50, "north"), (50, "peak")).redeem("ana", 60, LINDEN)


def test_terms_are_needed_only_of_what_is_spent() -> None:
    assert with_points((50, "north"), (50, "peak")).redeem("ana", 50, LINDEN).wallet.balance == 50


def test_earliest_expiry_goes_first() -> None:
    ledger = with_points((10, "north"))
    soon = award(1, 10, "harbor", expire_time=NOON + DAY)
    ledger.post_order("ana", "soon", [sold(1, 1000, "harbor")], [soon])
    ledger.redeem("ana", 10, LINDEN)
    assert (ledger.accrual_of("sale-0", 1), ledger.accrual_of("soon", 1)) == ((10, 0), (0, 0))


def test_a_value_beyond_64_bits_is_refused() -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        with_points((10, "north")).redeem("ana", INT64_MAX, terms("linden", "2", {"north": "1"}))


def test_a_balance_beyond_64_bits_is_refused_and_leaves_the_wallet() -> None:
    ledger = with_points((INT64_MAX, "north"))
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        ledger.post_order("ana", "more", [sold(1, 1000, "north")], [award(1, 1, "north")])
    assert ledger.accrual_of("sale-0", 1) == (INT64_MAX, 0)


@pytest.mark.parametrize("at", [LINDEN, terms("north", "1", {})])
def test_what_is_owed_is_never_more_than_the_price(at: RedemptionTerms) -> None:
    ledger = with_points((7, "north"), (7, "north"))
    ledger.redeem("ana", 13, at)
    for recorded in ledger.events[-1].movements:
        settlement = recorded.movement.settlement
        assert settlement.price is not None
        assert sum(owed.amount.minor_units for owed in settlement.obligations) <= settlement.price.minor_units
