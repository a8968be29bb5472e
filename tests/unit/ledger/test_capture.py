"""Captures: whole, in part, several; what each is worth, whose points it takes, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import AccrualKind
from ledger_service.domain.hold import HoldState
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import BurnRule
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending

LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1/2"})
DAY = timedelta(days=1)
WHOLE = {1: (ReturnBasis.WHOLE, None)}


def with_points(*lots: tuple[int, str], **more: object) -> PureSpending:
    """A ledger in which Ana earned these, a minute after each other."""
    spending = PureSpending(PureLedger())
    for number, (points, brand) in enumerate(lots):
        given = award(1, points, brand, **more)  # type: ignore[arg-type]
        spending.ledger.post_order("ana", f"sale-{number}", [sold(1, 1000, brand)], [given])
        spending.ledger.pass_time(timedelta(minutes=1))
    return spending


def test_a_capture_without_a_number_takes_all_that_is_held() -> None:
    spending = with_points((40, "north"), (60, "harbor"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    captured = spending.capture("ana", held)
    assert (captured.redemption.points, captured.redemption.value.minor_units) == (50, 40)
    assert (captured.authorization.state, captured.authorization.held_points) == (HoldState.CLEARED, 0)
    assert (captured.wallet.balance, captured.wallet.held) == (50, 0)


def test_a_capture_books_what_a_redemption_in_one_step_would() -> None:
    held, at_once = with_points((40, "north"), (60, "harbor")), with_points((40, "north"), (60, "harbor"))
    held.capture("ana", held.authorize("ana", 50, LINDEN).authorization.authorization_id)
    at_once.ledger.redeem("ana", 50, LINDEN)
    settlements = [
        [
            (recorded.movement.points, recorded.movement.settlement, recorded.movement.carrying)
            for recorded in one.ledger.events[-1].movements
        ]
        for one in (held, at_once)
    ]
    assert settlements[0] == settlements[1]
    assert held.ledger.positions() == at_once.ledger.positions() == {"north": -32, "harbor": -4, "linden": 36}


def test_a_captured_point_leaves_the_hold_and_not_the_remainder() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    spending.capture("ana", held, 20)
    [recorded] = spending.ledger.events[-1].movements
    movement = recorded.movement
    assert (movement.kind, movement.cause) == (MovementKind.REDEEMED, Cause.REDEMPTION)
    assert (movement.remaining_after, movement.held_after) == (50, 30)


def test_captures_are_worth_the_cumulative_floor() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 9, LINDEN).authorization.authorization_id
    worth = [spending.capture("ana", held, points).redemption.value.minor_units for points in (3, 3, 3)]
    # floor(2.4), floor(4.8) − 2, floor(7.2) − 4; by themselves they would be 2 + 2 + 2.
    assert worth == [2, 2, 3]


def test_a_capture_worth_nothing_yet_is_refused() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 10, LINDEN).authorization.authorization_id
    with pytest.raises(Refusal, match="WORTH_NOTHING"):
        spending.capture("ana", held, 1)
    assert spending.capture("ana", held, 2).redemption.value.minor_units == 1


def test_more_than_is_held_is_refused_with_what_is() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    spending.capture("ana", held, 20)
    with pytest.raises(Refusal) as refused:
        spending.capture("ana", held, 31)
    assert refused.value.reason == "CAPTURE_EXCEEDS_HOLD"
    assert (refused.value.metadata["points"], refused.value.metadata["held"]) == ("31", "30")


def test_captures_take_held_parts_in_burn_order() -> None:
    spending = with_points((40, "north"), (60, "harbor"))
    held = spending.authorize("ana", 90, LINDEN).authorization.authorization_id
    spending.capture("ana", held, 50)
    assert spending.lots() == [(0, 0), (10, 40)]
    spending.capture("ana", held, 10)
    assert spending.lots() == [(0, 0), (10, 30)]


def test_what_was_added_later_is_captured_where_burn_order_puts_it() -> None:
    spending = with_points((40, "north"))
    held = spending.authorize("ana", 40, LINDEN).authorization.authorization_id
    soon = award(1, 10, "harbor", expire_time=NOON + DAY)
    spending.ledger.post_order("ana", "soon", [sold(1, 1000, "harbor")], [soon])
    spending.increase("ana", held, 10)
    spending.capture("ana", held, 15)
    assert spending.ledger.accrual_of("soon", 1) == (0, 0)
    assert spending.ledger.accrual_of("sale-0", 1) == (0, 35)


def test_captures_keep_the_programs_burn_order_of_their_time() -> None:
    spending = with_points((40, "north"), (60, "linden"))
    own_first = replace(LINDEN, burn_order=(BurnRule.OWN_BRAND_FIRST, BurnRule.OLDEST))
    held = spending.authorize("ana", 100, own_first).authorization.authorization_id
    spending.capture("ana", held, 60)
    assert spending.lots() == [(0, 40), (0, 0)]


def test_the_rest_can_be_released_with_a_capture() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    captured = spending.capture("ana", held, 20, release_rest=True)
    assert (captured.authorization.state, captured.wallet.held, captured.wallet.available) == (HoldState.CLEARED, 0, 80)
    assert spending.moved(MovementKind.UNHELD) == [(0, 30, 0)]


def test_each_capture_is_a_redemption_that_names_its_authorization() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    first, second = (spending.capture("ana", held, points).redemption for points in (20, 30))
    assert first.redemption_id != second.redemption_id
    for view in (first, second):
        kept = spending.redemption(view.redemption_id)
        assert (kept.authorization_id, kept.location_id, kept.revision) == (held, "shop", "rev_test")
        assert [line.line_number for line in view.lines] == [1]


def test_expired_points_that_are_held_can_still_be_captured() -> None:
    spending = with_points((100, "north"), expire_time=NOON + DAY)
    held = spending.authorize("ana", 60, LINDEN, seconds=3 * 86_400).authorization.authorization_id
    spending.ledger.at(NOON + 2 * DAY)
    assert spending.capture("ana", held, 60).redemption.value.minor_units == 48
    assert spending.lots() == [(0, 0)]


def test_a_capture_is_an_activity_and_a_hold_is_none() -> None:
    spending = with_points((100, "north"))
    before = spending.ledger.state.wallets[spending.ledger.origin("ana").wallet].last_activity_time
    held = spending.authorize("ana", 60, LINDEN).authorization.authorization_id
    spending.ledger.pass_time(timedelta(minutes=1))
    spending.void("ana", spending.authorize("ana", 10, LINDEN).authorization.authorization_id)
    key = spending.ledger.origin("ana").wallet
    assert spending.ledger.state.wallets[key].last_activity_time == before
    spending.capture("ana", held)
    assert spending.ledger.state.wallets[key].last_activity_time == spending.ledger.now


# --- debt under a hold


def under_hold() -> tuple[PureSpending, str]:
    """50 held of an accrual whose goods came back: it stands at −50 with 50 held; another 80 are there."""
    spending = with_points((50, "north"), (80, "harbor"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    spending.ledger.give_back("ana", "back", "sale-0", WHOLE)
    return spending, held


def test_a_return_breaks_no_hold() -> None:
    spending, _ = under_hold()
    assert spending.lots() == [(-50, 50), (80, 0)]
    assert spending.ledger.state.wallets[spending.ledger.origin("ana").wallet].debt == 0


def test_debt_under_a_hold_opens_with_the_capture_and_is_repaid_at_once() -> None:
    spending, held = under_hold()
    wallet = spending.capture("ana", held).wallet
    assert spending.lots() == [(0, 0), (30, 0)]
    assert (wallet.debt, wallet.available) == (0, 30)


def test_it_is_repaid_at_the_price_of_that_capture() -> None:
    spending, held = under_hold()
    spending.capture("ana", held)
    # North owes Linden 0.40 for the points; Harbor's points pay North the same.
    assert spending.ledger.positions() == {"north": 0, "linden": 40, "harbor": -40}


def test_what_is_released_pays_the_debt_of_what_was_captured() -> None:
    spending = with_points((50, "north"), (80, "harbor"))
    held = spending.authorize("ana", 130, LINDEN).authorization.authorization_id
    spending.ledger.give_back("ana", "back", "sale-0", WHOLE)
    wallet = spending.capture("ana", held, 50, release_rest=True).wallet
    assert (wallet.debt, wallet.available) == (0, 30)


def test_voiding_leaves_a_returned_accrual_empty() -> None:
    spending, held = under_hold()
    wallet = spending.void("ana", held).wallet
    assert spending.lots() == [(0, 0), (80, 0)]
    assert (wallet.available, wallet.debt) == (80, 0)


def test_bonus_points_of_one_line_are_captured_as_an_accrual_of_their_own() -> None:
    spending = PureSpending(PureLedger())
    awards = [award(1, 30, "north"), award(1, 20, "north", kind=AccrualKind.BONUS, ordinal=2)]
    spending.ledger.post_order("ana", "sale", [sold(1, 1000, "north")], awards)
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    spending.capture("ana", held, 40)
    assert spending.moved(MovementKind.REDEEMED) == [(1, 30, 24), (1, 10, 8)]
