"""Whose points are burnt first: the program's keys, one by one, and what ends every tie."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger_service.domain.policies import BurnRule
from ledger_service.domain.redemption import RedemptionTerms
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_people import People

LINDEN = terms("linden", "1", {"north": "1", "harbor": "1/2", "peak": "0"})
DAY = timedelta(days=1)


def by(*rules: BurnRule, at: RedemptionTerms = LINDEN) -> RedemptionTerms:
    """Terms with a burn order of the program's own."""
    return replace(at, burn_order=rules)


def burnt(ledger: PureLedger, points: int, at: RedemptionTerms) -> list[tuple[str, int]]:
    """Brand and points of what a redemption burns, in order."""
    ledger.redeem("ana", points, at)
    return [(recorded.accrual.brand, recorded.movement.points) for recorded in ledger.events[-1].movements]


@pytest.fixture
def ledger() -> PureLedger:
    """10 points each: North's first, then Harbor's, Linden's, and Peak's, which are the first to expire and can be
    spent in this region only."""
    ledger = PureLedger()
    for number, brand in enumerate(("north", "harbor", "linden")):
        ledger.post_order("ana", f"sale-{number}", [sold(1, 1000, brand)], [award(1, 10, brand)])
        ledger.pass_time(timedelta(minutes=1))
    peak = replace(award(1, 10, "peak", expire_time=NOON + DAY), scope="region:west")
    ledger.post_order("ana", "peak", [sold(1, 1000, "peak")], [peak])
    return ledger


def test_by_default_restricted_points_go_first_then_the_oldest(ledger: PureLedger) -> None:
    assert burnt(ledger, 35, LINDEN) == [("peak", 10), ("north", 10), ("harbor", 10), ("linden", 5)]


def test_own_points_first(ledger: PureLedger) -> None:
    assert burnt(ledger, 15, by(BurnRule.OWN_BRAND_FIRST, BurnRule.OLDEST)) == [("linden", 10), ("north", 5)]


def test_restricted_points_first(ledger: PureLedger) -> None:
    assert burnt(ledger, 15, by(BurnRule.RESTRICTED_SCOPE_FIRST, BurnRule.OLDEST)) == [("peak", 10), ("north", 5)]


def test_earliest_expiry_first_and_what_never_expires_last(ledger: PureLedger) -> None:
    assert burnt(ledger, 15, by(BurnRule.EARLIEST_EXPIRY, BurnRule.OLDEST)) == [("peak", 10), ("north", 5)]


def test_the_oldest_first(ledger: PureLedger) -> None:
    assert burnt(ledger, 15, by(BurnRule.OLDEST)) == [("north", 10), ("harbor", 5)]


def test_cheapest_settlement_first(ledger: PureLedger) -> None:
    # Linden's own owe nobody and Peak's agreement says nothing; Harbor's cost half, North's all.
    order = by(BurnRule.CHEAPEST_SETTLEMENT, BurnRule.OLDEST)
    assert burnt(ledger, 40, order) == [("linden", 10), ("peak", 10), ("harbor", 10), ("north", 10)]


def test_what_cannot_be_settled_is_the_dearest(ledger: PureLedger) -> None:
    at = terms("linden", "1", {"north": "2", "harbor": "1/2"})
    assert burnt(ledger, 30, by(BurnRule.CHEAPEST_SETTLEMENT, at=at)) == [
        ("linden", 10),
        ("harbor", 10),
        ("north", 10),
    ]


def test_shared_funding_is_as_dear_as_its_shares() -> None:
    ledger = PureLedger()
    half = award(1, 10, "north", rule="half", funders={"linden": 5_000, "north": 5_000})
    ledger.post_order("ana", "whole", [sold(1, 1000, "harbor")], [award(1, 10, "harbor")])
    ledger.post_order("ana", "half", [sold(1, 1000, "north")], [half])
    order = by(BurnRule.CHEAPEST_SETTLEMENT, at=terms("linden", "1", {"north": "1/2", "harbor": "1/2"}))
    assert burnt(ledger, 15, order) == [("north", 10), ("harbor", 5)]


def test_ties_end_at_accrual_order() -> None:
    ledger = PureLedger()
    awards = [award(2, 10, "peak"), award(1, 10, "harbor"), award(1, 10, "north", rule="n", ordinal=0)]
    ledger.post_order("ana", "sale", [sold(1, 1000, "north"), sold(2, 1000, "peak")], awards)
    assert burnt(ledger, 30, by(BurnRule.OLDEST)) == [("north", 10), ("harbor", 10), ("peak", 10)]


# --- points that leave without being spent


def sent(ledger: PureLedger, points: int, *rules: BurnRule) -> list[tuple[str, int]]:
    """Brand and points of what a transfer takes, in order."""
    People(ledger, rules).send("ana", "ben", points)
    return [(recorded.accrual.brand, recorded.movement.points) for recorded in ledger.events[-1].movements]


def test_a_transfer_takes_points_by_the_programs_keys(ledger: PureLedger) -> None:
    assert sent(ledger, 15, BurnRule.OLDEST) == [("north", 10), ("harbor", 5)]


def test_keys_that_ask_where_points_are_spent_are_passed_over(ledger: PureLedger) -> None:
    keys = (BurnRule.OWN_BRAND_FIRST, BurnRule.CHEAPEST_SETTLEMENT, BurnRule.EARLIEST_EXPIRY, BurnRule.OLDEST)
    assert sent(ledger, 15, *keys) == [("peak", 10), ("north", 5)]


@pytest.mark.parametrize("second", [False, True])
def test_an_adjustment_takes_a_brands_points_by_the_programs_keys(second: bool) -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "first", [sold(1, 1000, "north")], [award(1, 10, "north")])
    ledger.pass_time(timedelta(minutes=1))
    mortal = award(1, 10, "north", expire_time=NOON + DAY)
    ledger.post_order("ana", "mortal", [sold(1, 1000, "north")], [mortal])
    people = People(ledger, (BurnRule.OLDEST,))
    asked = people.adjust("ana", -15, second=second)
    if second:
        people.decide("ana", asked.adjustment_id, approve=True)
    assert (ledger.accrual_of("first", 1), ledger.accrual_of("mortal", 1)) == ((0, 0), (5, 0))
