"""Holds: what is set aside, by which rules it is refused, and what ends it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Refusal
from ledger_service.domain.hold import HoldState
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending

LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1/2"})
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WHOLE = {1: (ReturnBasis.WHOLE, None)}


def with_points(*lots: tuple[int, str], **more: object) -> PureSpending:
    """A ledger in which Ana earned these, a minute after each other."""
    spending = PureSpending(PureLedger())
    for number, (points, brand) in enumerate(lots):
        given = award(1, points, brand, **more)  # type: ignore[arg-type]
        spending.ledger.post_order("ana", f"sale-{number}", [sold(1, 1000, brand)], [given])
        spending.ledger.pass_time(timedelta(minutes=1))
    return spending


# --- authorizing


def test_exact_accruals_are_held_in_burn_order() -> None:
    spending = with_points((40, "north"), (60, "harbor"))
    spending.authorize("ana", 50, LINDEN)
    assert spending.lots() == [(0, 40), (50, 10)]


def test_held_points_stay_in_the_balance_and_cannot_be_spent() -> None:
    wallet = with_points((100, "north")).authorize("ana", 30, LINDEN).wallet
    assert (wallet.balance, wallet.available, wallet.held) == (100, 70, 30)


def test_an_authorization_says_what_it_is_worth_and_how_long_it_holds() -> None:
    spending = with_points((100, "north"))
    view = spending.authorize("ana", 33, LINDEN, seconds=60).authorization
    assert (view.state, view.points, view.held_points, view.captured_points) == (HoldState.OPEN, 33, 33, 0)
    assert (view.value.minor_units, view.expire_time) == (26, spending.ledger.now + timedelta(seconds=60))


def test_a_hold_moves_no_money() -> None:
    spending = with_points((100, "north"))
    spending.authorize("ana", 50, LINDEN)
    [recorded] = spending.ledger.events[-1].movements
    movement = recorded.movement
    assert (movement.kind, movement.cause, movement.settlement.price, movement.carrying) == (
        MovementKind.HELD,
        Cause.AUTHORIZATION,
        None,
        (),
    )
    assert spending.ledger.positions() == {}


def test_two_holds_never_share_a_point() -> None:
    spending = with_points((100, "north"))
    spending.authorize("ana", 60, LINDEN)
    with pytest.raises(Refusal) as refused:
        spending.authorize("ana", 41, LINDEN)
    assert (refused.value.reason, refused.value.metadata["available"]) == ("INSUFFICIENT_POINTS", "40")


def test_held_points_cannot_be_redeemed_in_one_step() -> None:
    spending = with_points((100, "north"))
    spending.authorize("ana", 60, LINDEN)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        spending.ledger.redeem("ana", 41, LINDEN)


def test_points_below_the_minimum_are_refused_before_they_are_valued() -> None:
    strict = replace(LINDEN, minimum_points=50, block_points=10)
    for points in (1, 40, 55):
        with pytest.raises(Refusal, match="NOT_REDEEMABLE_SO"):
            with_points((100, "north")).authorize("ana", points, strict)


def test_points_worth_nothing_are_refused() -> None:
    with pytest.raises(Refusal, match="WORTH_NOTHING"):
        with_points((100, "north")).authorize("ana", 1, LINDEN)


def test_another_value_than_quoted_is_refused() -> None:
    with pytest.raises(Refusal, match="QUOTE_CHANGED"):
        with_points((100, "north")).authorize("ana", 10, LINDEN, quoted=9)


def test_a_value_beyond_64_bits_is_refused() -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        with_points((10, "north")).authorize("ana", INT64_MAX, terms("linden", "2", {"north": "1"}))


def test_an_issuer_without_terms_is_refused_when_points_are_set_aside() -> None:
    with pytest.raises(Refusal, match="NO_SETTLEMENT_TERMS"):
        with_points((50, "north"), (50, "peak")).authorize("ana", 60, LINDEN)


def test_debt_cannot_be_set_aside() -> None:
    spending = with_points((50, "north"))
    spending.ledger.redeem("ana", 50, LINDEN)
    spending.ledger.give_back("ana", "back", "sale-0", WHOLE)
    pending = award(1, 80, "north", available_time=spending.ledger.now + HOUR)
    spending.ledger.post_order("ana", "later", [sold(1, 1000, "north")], [pending])
    spending.ledger.pass_time(HOUR)
    with pytest.raises(Refusal) as refused:
        spending.authorize("ana", 31, LINDEN)
    assert refused.value.metadata["available"] == "30"


def test_points_beside_a_debt_can_be_set_aside() -> None:
    spending = with_points((50, "north"))
    spending.ledger.redeem("ana", 50, LINDEN)
    spending.ledger.give_back("ana", "back", "sale-0", WHOLE)
    pending = award(1, 80, "north", available_time=spending.ledger.now + HOUR)
    spending.ledger.post_order("ana", "later", [sold(1, 1000, "north")], [pending])
    spending.ledger.pass_time(HOUR)
    assert spending.authorize("ana", 30, LINDEN).wallet.available == 0


# --- increasing


def test_more_points_are_held_until_the_same_instant() -> None:
    spending = with_points((100, "north"))
    first = spending.authorize("ana", 30, LINDEN).authorization
    spending.ledger.pass_time(timedelta(minutes=5))
    more = spending.increase("ana", first.authorization_id, 40).authorization
    assert (more.points, more.held_points, more.value.minor_units) == (70, 70, 56)
    assert more.expire_time == first.expire_time


def test_an_accrual_that_is_held_twice_is_burnt_once() -> None:
    spending = with_points((100, "north"))
    first = spending.authorize("ana", 30, LINDEN).authorization
    spending.increase("ana", first.authorization_id, 40)
    spending.capture("ana", first.authorization_id)
    assert spending.moved(MovementKind.REDEEMED) == [(1, 70, 56)]


def test_no_more_can_be_added_than_there_is() -> None:
    spending = with_points((100, "north"))
    first = spending.authorize("ana", 30, LINDEN).authorization
    with pytest.raises(Refusal) as refused:
        spending.increase("ana", first.authorization_id, 71)
    assert refused.value.metadata["available"] == "70"


def test_what_is_added_keeps_to_the_blocks() -> None:
    spending = with_points((100, "north"))
    first = spending.authorize("ana", 50, replace(LINDEN, minimum_points=50, block_points=10)).authorization
    with pytest.raises(Refusal, match="NOT_REDEEMABLE_SO"):
        spending.increase("ana", first.authorization_id, 5)
    assert spending.increase("ana", first.authorization_id, 10).authorization.points == 60


def test_what_is_added_needs_terms_too() -> None:
    spending = with_points((50, "north"), (50, "peak"))
    first = spending.authorize("ana", 50, LINDEN).authorization
    with pytest.raises(Refusal, match="NO_SETTLEMENT_TERMS"):
        spending.increase("ana", first.authorization_id, 10)


def test_points_that_may_not_be_spent_there_are_not_added() -> None:
    spending = with_points((50, "north"))
    elsewhere = replace(award(1, 50, "north"), scope="location:far")
    spending.ledger.post_order("ana", "far", [sold(1, 1000, "north")], [elsewhere])
    first = spending.authorize("ana", 50, LINDEN).authorization
    with pytest.raises(Refusal) as refused:
        spending.increase("ana", first.authorization_id, 1)
    assert refused.value.metadata == {"points": "1", "available": "0"}


# --- voiding


def test_a_voided_hold_frees_what_it_held() -> None:
    spending = with_points((40, "north"), (60, "harbor"))
    held = spending.authorize("ana", 50, LINDEN).authorization
    voided = spending.void("ana", held.authorization_id)
    assert voided.authorization is not None
    assert (voided.authorization.state, voided.authorization.held_points) == (HoldState.VOIDED, 0)
    assert (voided.wallet.available, voided.wallet.held) == (100, 0)
    assert spending.lots() == [(40, 0), (60, 0)]


def test_voiding_what_is_partly_captured_frees_the_rest() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN).authorization
    spending.capture("ana", held.authorization_id, 20)
    voided = spending.void("ana", held.authorization_id).authorization
    assert voided is not None
    assert (voided.state, voided.captured_points, voided.captured_value.minor_units) == (HoldState.VOIDED, 20, 16)
    assert spending.lots() == [(80, 0)]


def test_what_fell_due_under_a_hold_expires_when_it_is_voided() -> None:
    spending = with_points((100, "north"), expire_time=NOON + DAY)
    held = spending.authorize("ana", 60, LINDEN, seconds=3 * 86_400).authorization
    spending.ledger.at(NOON + 2 * DAY)
    assert spending.void("ana", held.authorization_id).wallet.balance == 0
    expired = spending.moved(MovementKind.EXPIRED)
    assert [points for _, points, _ in expired] == [40, 60]


def test_freed_points_pay_open_debt_at_once() -> None:
    spending = with_points((50, "north"), (50, "harbor"))
    held = spending.authorize("ana", 100, LINDEN).authorization
    spending.capture("ana", held.authorization_id, 50)
    spending.ledger.give_back("ana", "back", "sale-0", WHOLE)
    wallet = spending.void("ana", held.authorization_id).wallet
    assert (wallet.balance, wallet.available, wallet.debt) == (0, 0, 0)


def test_a_tombstone_moves_nothing_and_shows_no_authorization() -> None:
    spending = with_points((50, "north"))
    voided = spending.void("ana", "aut-lost", arrived=False)
    assert voided.authorization is None
    assert voided.wallet.available == 50
    assert spending.ledger.events[-1].movements == ()


# --- what is over stays over


@pytest.mark.parametrize(
    ("end", "state"), [("capture", "CAPTURED"), ("void", "VOIDED"), ("time", "TIMED_OUT"), ("release", "CAPTURED")]
)
@pytest.mark.parametrize("then", ["capture", "void", "increase"])
def test_an_ended_authorization_is_refused_with_its_state(end: str, state: str, then: str) -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    match end:
        case "capture":
            spending.capture("ana", held)
        case "release":
            spending.capture("ana", held, 10, release_rest=True)
        case "void":
            spending.void("ana", held)
        case _:
            spending.ledger.pass_time(timedelta(minutes=15))
    again: dict[str, Callable[[], object]] = {
        "capture": lambda: spending.capture("ana", held, 10),
        "void": lambda: spending.void("ana", held),
        "increase": lambda: spending.increase("ana", held, 10),
    }
    with pytest.raises(Refusal) as refused:
        again[then]()
    assert (refused.value.reason, refused.value.metadata["state"]) == ("AUTHORIZATION_ENDED", state)


def test_an_authorization_of_another_member_is_not_found() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    for call in (spending.capture, spending.void):
        with pytest.raises(Refusal, match="AUTHORIZATION_NOT_FOUND"):
            call("bo", held)
    assert spending.lots() == [(50, 50)]


# --- time


def test_a_hold_lasts_until_its_instant_and_no_longer() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 50, LINDEN, seconds=60).authorization
    spending.ledger.at(held.expire_time - timedelta(microseconds=1))
    spending.capture("ana", held.authorization_id, 10)
    spending.ledger.at(held.expire_time)
    with pytest.raises(Refusal, match="AUTHORIZATION_ENDED"):
        spending.capture("ana", held.authorization_id, 10)


def test_a_time_out_is_booked_by_whatever_comes_next() -> None:
    spending = with_points((100, "north"))
    held = spending.authorize("ana", 100, LINDEN, seconds=60).authorization
    spending.ledger.at(held.expire_time)
    assert spending.ledger.redeem("ana", 100, LINDEN).wallet.balance == 0
    assert spending.hold(held.authorization_id).state is HoldState.TIMED_OUT


def test_points_that_fell_due_under_a_hold_expire_with_its_time_out() -> None:
    spending = with_points((100, "north"), expire_time=NOON + HOUR)
    held = spending.authorize("ana", 100, LINDEN, seconds=7200).authorization
    spending.ledger.at(held.expire_time)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        spending.ledger.redeem("ana", 2, LINDEN)
    spending.ledger.post_order("ana", "next", [sold(1, 1000, "north")], [award(1, 5, "north")])
    assert spending.lots() == [(0, 0), (5, 0)]


def test_two_holds_that_time_out_together_are_both_booked() -> None:
    spending = with_points((100, "north"))
    for seconds in (60, 120, 600):
        spending.authorize("ana", 30, LINDEN, seconds=seconds)
    spending.ledger.pass_time(timedelta(seconds=120))
    assert spending.authorize("ana", 70, LINDEN).wallet.held == 100
