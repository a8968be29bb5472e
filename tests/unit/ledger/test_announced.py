"""Announced returns hold what remains of what their goods earned, until the goods come (docs/DOMAIN.md §6)."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HoldKind, HoldState
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import return_id_of
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_returns import Returns, amount, pieces, ref, whole

LINDEN = terms("linden", "1", {"north": "1", "peak": "1"})


@pytest.fixture
def ledger() -> PureLedger:
    """A sale of 3 pieces for 10.00 that earned 10 points, and a second line that earned 7."""
    ledger = PureLedger()
    lines = [sold(1, 1000, "north", quantity=3), sold(2, 700, "peak")]
    ledger.post_order("ana", "sale", lines, [award(1, 10, "north"), award(2, 7, "peak")])
    return ledger


@pytest.fixture
def counter(ledger: PureLedger) -> Returns:
    return Returns(ledger)


def state_of(ledger: PureLedger, document_id: str) -> HoldState:
    return ledger.state.holds[return_id_of(ledger.program, ref(document_id))].state


def test_the_announced_share_is_held(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.announce("ana", "back", pieces("sale", 1, 2))
    assert (answer.held_points, answer.expire_time) == (7, NOON + timedelta(days=30))
    assert (ledger.accrual_of("sale", 1), ledger.accrual_of("sale", 2)) == ((3, 7), (7, 0))
    assert ledger.events[-1].type is EventType.RETURN_OPENED


def test_it_is_held_for_the_return(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.announce("ana", "back", whole("sale", 1))
    [recorded] = ledger.events[-1].movements
    moved = recorded.movement
    assert (moved.kind, moved.cause, moved.cause_id) == (MovementKind.HELD, Cause.RETURN, answer.return_id)
    assert ledger.state.holds[answer.return_id].kind is HoldKind.RETURN


def test_held_points_cannot_be_spent(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 8, LINDEN)


def test_no_more_is_held_than_remains(ledger: PureLedger, counter: Returns) -> None:
    ledger.redeem("ana", 6, LINDEN)
    assert counter.announce("ana", "back", whole("sale", 1)).held_points == 4


def test_a_share_counts_what_came_back_before(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "first", pieces("sale", 1, 1))
    assert counter.announce("ana", "back", pieces("sale", 1, 1)).held_points == 4


def test_shares_of_one_line_are_held_together(ledger: PureLedger, counter: Returns) -> None:
    assert counter.announce("ana", "back", amount("sale", 1, 300), amount("sale", 1, 400)).held_points == 7


def test_an_announcement_counts_nothing_as_returned(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", pieces("sale", 1, 3))
    assert ledger.state.returned == {}


def test_more_than_is_left_cannot_be_announced(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "first", pieces("sale", 1, 2))
    with pytest.raises(Refusal) as refused:
        counter.announce("ana", "back", pieces("sale", 1, 2))
    assert (refused.value.reason, refused.value.metadata["returnable"]) == ("NOT_RETURNABLE", "1")
    assert ledger.state.holds == {}


def test_the_return_clears_what_was_announced(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    answer = counter.bring("ana", "back", whole("sale", 1))
    assert (ledger.accrual_of("sale", 1), answer.wallet.held, answer.wallet.debt) == ((0, 0), 0, 0)
    assert state_of(ledger, "back") is HoldState.CLEARED


def test_fewer_goods_than_announced_free_the_rest(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1), whole("sale", 2))
    counter.bring("ana", "back", pieces("sale", 1, 1))
    assert (ledger.accrual_of("sale", 1), ledger.accrual_of("sale", 2)) == ((7, 0), (7, 0))


def test_another_return_leaves_the_hold(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    counter.bring("ana", "other", whole("sale", 2))
    assert (ledger.accrual_of("sale", 1), state_of(ledger, "back")) == ((0, 10), HoldState.OPEN)


def test_a_return_of_what_another_announced_opens_no_debt_under_the_hold(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    answer = counter.bring("ana", "other", whole("sale", 1))
    assert (ledger.accrual_of("sale", 1), answer.wallet.debt) == ((-10, 10), 0)
    assert counter.cancel("ana", "back").wallet.balance == 7


def test_a_cancelled_return_frees_its_points(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    answer = counter.cancel("ana", "back")
    assert (answer.unheld_points, answer.wallet.available, state_of(ledger, "back")) == (10, 17, HoldState.VOIDED)
    assert ledger.events[-1].type is EventType.RETURN_CANCELLED


@pytest.mark.parametrize(
    ("how", "state"), [("cancelled", "CANCELLED"), ("cleared", "POSTED"), ("timed_out", "CANCELLED")]
)
def test_what_has_ended_cannot_be_cancelled(ledger: PureLedger, counter: Returns, how: str, state: str) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    if how == "cancelled":
        counter.cancel("ana", "back")
    elif how == "cleared":
        counter.bring("ana", "back", whole("sale", 1))
    else:
        ledger.pass_time(timedelta(days=30))
    with pytest.raises(Refusal) as refused:
        counter.cancel("ana", "back")
    assert (refused.value.reason, refused.value.metadata["state"]) == ("RETURN_ENDED", state)


def test_what_held_nothing_cannot_be_cancelled_after_its_time_out_either(ledger: PureLedger, counter: Returns) -> None:
    ledger.redeem("ana", 17, LINDEN)
    assert counter.announce("ana", "back", whole("sale", 1)).held_points == 0
    ledger.pass_time(timedelta(days=30))
    with pytest.raises(Refusal, match="RETURN_ENDED"):
        counter.cancel("ana", "back")


def test_what_was_never_announced_cannot_be_cancelled(counter: Returns) -> None:
    with pytest.raises(Refusal, match="RETURN_NOT_FOUND"):
        counter.cancel("ana", "back")


def test_a_return_that_has_come_cannot_be_announced(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", pieces("sale", 1, 1))
    counter.ledger.state.returned.clear()
    with pytest.raises(Refusal, match="RETURN_ENDED"):
        counter.announce("ana", "back", pieces("sale", 1, 1))


def test_the_time_out_frees_the_points_at_its_very_instant(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    ledger.pass_time(timedelta(days=30) - timedelta(microseconds=1))
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 17, LINDEN)
    ledger.pass_time(timedelta(microseconds=1))
    assert ledger.redeem("ana", 17, LINDEN).wallet.balance == 0
    assert state_of(ledger, "back") is HoldState.TIMED_OUT


def test_a_return_after_the_time_out_is_a_return_like_any(ledger: PureLedger, counter: Returns) -> None:
    counter.announce("ana", "back", whole("sale", 1))
    ledger.pass_time(timedelta(days=31))
    assert counter.bring("ana", "back", whole("sale", 1)).wallet.balance == 7
    assert state_of(ledger, "back") is HoldState.TIMED_OUT


@pytest.fixture
def lapsing() -> Returns:
    """10 points that expire after 10 days, announced to come back."""
    ledger = PureLedger()
    lines = [sold(1, 1000, "north")]
    ledger.post_order("ana", "sale", lines, [award(1, 10, "north", expire_time=NOON + timedelta(days=10))])
    counter = Returns(ledger)
    counter.announce("ana", "back", whole("sale", 1))
    ledger.pass_time(timedelta(days=11))
    return counter


def test_held_points_do_not_expire(lapsing: Returns) -> None:
    lapsing.ledger.post_order("ana", "later", [sold(1, 100, "north")], [award(1, 1, "north")])
    assert lapsing.ledger.accrual_of("sale", 1) == (0, 10)


def test_what_fell_due_meanwhile_expires_when_it_is_freed(lapsing: Returns) -> None:
    assert lapsing.cancel("ana", "back").wallet.balance == 0
    kinds = [recorded.movement.kind for recorded in lapsing.ledger.events[-1].movements]
    assert kinds == [MovementKind.UNHELD, MovementKind.EXPIRED]


def test_what_fell_due_meanwhile_is_not_taken_twice_by_the_return(lapsing: Returns) -> None:
    answer = lapsing.bring("ana", "back", whole("sale", 1))
    assert ([points.reversed for points in answer.reversed], answer.wallet.balance) == ([0], 0)
