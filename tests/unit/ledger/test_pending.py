"""Pending points show and cannot be spent, until they are ready, activated or taken back."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import ON_EVENT, MemberKey
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_time import accrual_of, activate, cancel, target

NORTH = terms("north", "1", {})
ANA = MemberKey("prg", "ana")
DAY = timedelta(days=1)


def sale(ledger: PureLedger, *points: int, document: str = "sale", ready: timedelta | None = None) -> None:
    """Lines of four pieces whose points wait for an event, or for a while."""
    lines = [sold(number, 1000, "north", quantity=4) for number in range(1, len(points) + 1)]
    when = ON_EVENT if ready is None else ledger.now + ready
    awards = [award(number, each, "north", available_time=when) for number, each in enumerate(points, start=1)]
    ledger.post_order("ana", document, lines, awards)


def test_points_become_spendable_at_their_instant_by_themselves() -> None:
    ledger = PureLedger()
    sale(ledger, 10, ready=DAY)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 1, NORTH)
    ledger.pass_time(DAY)
    assert ledger.redeem("ana", 10, NORTH).wallet.available == 0


def test_points_that_wait_for_an_event_wait_for_ever() -> None:
    ledger = PureLedger()
    sale(ledger, 10)
    ledger.pass_time(10_000 * DAY)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 1, NORTH)


def test_activating_a_sale_makes_all_its_pending_points_spendable() -> None:
    ledger = PureLedger()
    sale(ledger, 10, 5)
    answer = activate(ledger, "ana", target(ledger, "ana", "sale"))
    assert (answer.points, answer.wallet.available, answer.wallet.pending) == (15, 15, 0)


def test_activating_a_line_leaves_the_others() -> None:
    ledger = PureLedger()
    sale(ledger, 10, 5)
    answer = activate(ledger, "ana", target(ledger, "ana", "sale", line=2))
    assert (answer.points, answer.wallet.available, answer.wallet.pending) == (5, 5, 10)


def test_activating_an_accrual_is_a_rescheduled_movement_that_moves_no_point() -> None:
    ledger = PureLedger()
    sale(ledger, 10)
    ledger.pass_time(DAY)
    activate(ledger, "ana", target(ledger, "ana", accrual=accrual_of(ledger, "sale").accrual_id))
    [recorded] = ledger.events[-1].movements
    move = recorded.movement
    assert ledger.events[-1].type is EventType.PENDING_ACTIVATED
    assert (move.kind, move.points, move.cause) == (MovementKind.RESCHEDULED, 0, Cause.PENDING)
    assert (move.cause_id, move.available_time, move.expire_time) == ("pnd-req-2", NOON + DAY, None)


def test_what_is_not_pending_any_more_is_left_as_it_is() -> None:
    ledger = PureLedger()
    sale(ledger, 10, 5)
    activate(ledger, "ana", target(ledger, "ana", "sale", line=1))
    answer = activate(ledger, "ana", target(ledger, "ana", "sale"))
    assert (answer.points, answer.wallet.available) == (5, 15)


@pytest.mark.parametrize("act", [activate, cancel])
def test_nothing_pending_is_refused(act: type) -> None:
    ledger = PureLedger()
    sale(ledger, 10, ready=DAY)
    ledger.pass_time(DAY)
    with pytest.raises(Refusal, match="NOTHING_PENDING") as refused:
        act(ledger, "ana", target(ledger, "ana", "sale"))
    assert not refused.value.transient


@pytest.mark.parametrize("act", [activate, cancel])
def test_an_unknown_accrual_is_refused(act: type) -> None:
    ledger = PureLedger()
    sale(ledger, 10)
    with pytest.raises(Refusal, match="ACCRUAL_NOT_FOUND"):
        act(ledger, "ana", target(ledger, "ana", accrual="acc_none"))


def test_activated_points_repay_open_debt_at_once() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "spent", [sold(1, 1000, "north")], [award(1, 6, "north")])
    ledger.redeem("ana", 6, NORTH)
    ledger.give_back("ana", "back", "spent", {1: (ReturnBasis.WHOLE, None)})
    sale(ledger, 10)
    answer = activate(ledger, "ana", target(ledger, "ana", "sale"))
    assert (answer.points, answer.repaid_points) == (10, 6)
    assert (answer.wallet.available, answer.wallet.debt) == (4, 0)


def test_points_that_matured_by_themselves_repay_with_the_next_command() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "spent", [sold(1, 1000, "north")], [award(1, 6, "north")])
    ledger.redeem("ana", 6, NORTH)
    ledger.give_back("ana", "back", "spent", {1: (ReturnBasis.WHOLE, None)})
    sale(ledger, 10, ready=DAY)
    ledger.pass_time(DAY)
    answer = ledger.post_order("ana", "next", [sold(1, 1000, "north")], [])
    # None of them is one that this sale earned.
    assert (answer.repaid_points, answer.wallet.available, answer.wallet.debt) == (0, 4, 0)


def test_it_is_no_activity() -> None:
    ledger = PureLedger()
    sale(ledger, 10)
    ledger.pass_time(DAY)
    activate(ledger, "ana", target(ledger, "ana", "sale"))
    assert ledger.state.wallets[ANA].last_activity_time == NOON


def test_a_wallet_is_read_for_pending_points_only_as_long_as_there_are_any() -> None:
    ledger = PureLedger()
    sale(ledger, 10)
    sale(ledger, 5, document="soon", ready=DAY)
    activate(ledger, "ana", target(ledger, "ana", "sale"))
    assert ledger.state.wallets[ANA].pending_until == NOON + DAY


def test_cancelling_takes_back_what_is_pending() -> None:
    ledger = PureLedger()
    sale(ledger, 10, 5)
    answer = cancel(ledger, "ana", target(ledger, "ana", "sale", line=1))
    assert (answer.points, answer.wallet.balance, answer.wallet.pending) == (10, 5, 5)
    [recorded] = ledger.events[-1].movements
    assert (recorded.movement.kind, recorded.movement.cause) == (MovementKind.REVERSED, Cause.PENDING)


def test_a_return_after_a_cancellation_takes_nothing_twice() -> None:
    ledger = PureLedger()
    sale(ledger, 10)
    cancel(ledger, "ana", target(ledger, "ana", "sale"))
    answer = ledger.give_back("ana", "back", "sale", {1: (ReturnBasis.WHOLE, None)})
    assert [(line.reversed, line.so_far) for line in answer.reversed] == [(0, 10)]
    assert answer.wallet.balance == 0


def test_a_cancellation_after_a_return_takes_what_that_has_left() -> None:
    ledger = PureLedger()
    sale(ledger, 10)
    ledger.give_back("ana", "back", "sale", {1: (ReturnBasis.QUANTITY, 1)})
    assert cancel(ledger, "ana", target(ledger, "ana", "sale")).points == 7
    answer = ledger.give_back("ana", "rest", "sale", {1: (ReturnBasis.QUANTITY, 3)})
    assert [line.reversed for line in answer.reversed] == [0]
