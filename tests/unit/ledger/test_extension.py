"""A person lets points expire later; what has lapsed stays lapsed."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.property.ledger.partial import PartialLedger
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending
from tests.support.pure_time import accrual_of, extend, extension, sweep

NORTH = terms("north", "1", {})
ANA = MemberKey("prg", "ana")
DAY = timedelta(days=1)


def earn(ledger: PureLedger, document: str, points: int, day: int | None, rolling_days: int = 0) -> str:
    """Points that expire on a day counted from noon; the accrual's id."""
    expires = None if day is None else NOON + day * DAY
    given = award(1, points, "north", expire_time=expires, rolling_days=rolling_days)
    ledger.post_order("ana", document, [sold(1, 1000, "north")], [given])
    return accrual_of(ledger, document).accrual_id


def test_named_points_last_until_the_new_time_and_no_longer() -> None:
    ledger = PureLedger()
    named = earn(ledger, "sale", 10, 1)
    answer = extend(ledger, "ana", NOON + 5 * DAY, [named])
    assert (answer.accrual_ids, answer.points) == ((named,), 10)
    ledger.at(NOON + 5 * DAY - timedelta(microseconds=1))
    assert ledger.copy().redeem("ana", 10, NORTH).redemption.points == 10
    ledger.at(NOON + 5 * DAY)
    assert sweep(ledger, "ana").expired_points == 10


def test_it_is_a_rescheduled_movement_that_moves_no_point() -> None:
    ledger = PureLedger()
    extend(ledger, "ana", NOON + 5 * DAY, [earn(ledger, "sale", 10, 1)])
    [recorded] = ledger.events[-1].movements
    move = recorded.movement
    assert ledger.events[-1].type is EventType.EXPIRY_EXTENDED
    assert (move.kind, move.points, move.cause) == (MovementKind.RESCHEDULED, 0, Cause.EXTENSION)
    assert (move.cause_id, move.expire_time, move.available_time) == ("ext-req-2", NOON + 5 * DAY, None)


def test_without_a_name_all_that_would_lapse_before_is_extended() -> None:
    ledger = PureLedger()
    first, second = earn(ledger, "first", 10, 1), earn(ledger, "second", 5, 4)
    earn(ledger, "same", 3, 5)
    earn(ledger, "later", 2, 9)
    earn(ledger, "never", 1, None)
    answer = extend(ledger, "ana", NOON + 5 * DAY)
    assert (answer.accrual_ids, answer.points) == ((first, second), 15)


def test_what_rolls_beyond_the_new_time_needs_no_extension() -> None:
    ledger = PureLedger()
    rolls = earn(ledger, "sale", 10, 1, rolling_days=30)
    with pytest.raises(Refusal, match="NOTHING_TO_EXTEND"):
        extend(ledger, "ana", NOON + 5 * DAY, [rolls])
    assert extend(ledger, "ana", NOON + 40 * DAY, [rolls]).points == 10


def test_a_time_that_is_not_later_than_now_extends_nothing() -> None:
    ledger = PureLedger()
    named = earn(ledger, "sale", 10, 3)
    ledger.pass_time(DAY)
    with pytest.raises(Refusal, match="NOTHING_TO_EXTEND"):
        extend(ledger, "ana", ledger.now, [named])


def test_an_expiry_is_never_brought_forward() -> None:
    ledger = PureLedger()
    named = earn(ledger, "sale", 10, 3)
    with pytest.raises(Refusal, match="NOTHING_TO_EXTEND"):
        extend(ledger, "ana", NOON + 2 * DAY, [named])


def test_what_has_lapsed_is_not_revived() -> None:
    ledger = PureLedger()
    named = earn(ledger, "sale", 10, 1)
    ledger.pass_time(DAY)
    with pytest.raises(Refusal, match="NOTHING_TO_EXTEND"):
        extend(ledger, "ana", NOON + 5 * DAY, [named])


def test_what_lapsed_while_it_was_held_is_not_revived() -> None:
    spending = PureSpending()
    ledger = spending.ledger
    earn(ledger, "sale", 10, 1)
    spending.authorize("ana", 10, NORTH, seconds=3 * 86_400)
    ledger.pass_time(DAY)
    with pytest.raises(Refusal, match="NOTHING_TO_EXTEND"):
        extend(ledger, "ana", NOON + 5 * DAY)


def test_held_points_are_extended_too() -> None:
    spending = PureSpending()
    ledger = spending.ledger
    named = earn(ledger, "sale", 10, 1)
    held = spending.authorize("ana", 10, NORTH).authorization.authorization_id
    answer = extend(ledger, "ana", NOON + 5 * DAY)
    assert (answer.accrual_ids, answer.points) == ((named,), 10)
    ledger.pass_time(2 * DAY)
    assert spending.ledger.state.holds[held].points == 10
    assert sweep(ledger, "ana").wallet.available == 10


def test_points_that_are_gone_or_owed_are_passed_over() -> None:
    ledger = PureLedger()
    gone = earn(ledger, "gone", 10, 3)
    ledger.redeem("ana", 10, NORTH)
    owed = earn(ledger, "owed", 5, 3)
    ledger.redeem("ana", 5, NORTH)
    ledger.give_back("ana", "back", "owed", {1: (ReturnBasis.WHOLE, None)})
    with pytest.raises(Refusal, match="NOTHING_TO_EXTEND"):
        extend(ledger, "ana", NOON + 5 * DAY, [gone, owed])


def test_an_accrual_of_somebody_else_is_not_found() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, 3)
    with pytest.raises(Refusal, match="ACCRUAL_NOT_FOUND"):
        extend(ledger, "ana", NOON + 5 * DAY, ["acc_none"])


def test_it_is_no_activity() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, 3)
    ledger.pass_time(DAY)
    extend(ledger, "ana", NOON + 5 * DAY)
    assert ledger.state.wallets[ANA].last_activity_time == NOON


def test_what_lapses_behind_an_extended_accrual_is_not_forgotten() -> None:
    """The store read no further than the accrual that is now postponed: behind it lies one that was not read."""
    ledger, rows = PureLedger(), PartialLedger()
    earn(ledger, "due", 1, 1)
    named = earn(ledger, "postponed", 10, 2)
    for document, day in (("due", 1), ("postponed", 2), ("behind", 3)):
        given = award(1, 10, "north", expire_time=NOON + day * DAY)
        rows.commit([ledger.order_command("ana", document, [sold(1, 1000, "north")], [given])], NOON)
    rows.commit([extension(ledger, "ana", NOON + 50 * DAY, [named])], NOON + DAY)
    bound = rows.rows.wallets[ANA].next_expire_time
    assert bound is not None
    assert bound <= NOON + 3 * DAY
