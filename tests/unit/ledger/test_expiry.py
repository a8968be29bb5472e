"""What lapses is gone at its instant, whether or not anything has swept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import Award, Command, RedeemPoints
from ledger_service.domain.movement import MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.property.ledger.partial import PartialLedger
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

NORTH = terms("north", "1", {})
ANA = MemberKey("prg", "ana")
DAY = timedelta(days=1)


def earning(points: int, expires: datetime | None) -> Award:
    return award(1, points, "north", expire_time=expires)


def post(ledger: PureLedger, document: str, points: int, expires: datetime | None) -> None:
    ledger.post_order("ana", document, [sold(1, 1000, "north", quantity=2)], [earning(points, expires)])


def test_points_lapse_at_their_instant_and_not_before() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON + DAY)
    ledger.at(NOON + DAY - timedelta(microseconds=1))
    assert ledger.copy().redeem("ana", 10, NORTH).redemption.points == 10
    ledger.at(NOON + DAY)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 10, NORTH)


def test_a_refused_command_books_no_expiry() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON + DAY)
    ledger.pass_time(DAY)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 10, NORTH)
    assert ledger.accrual_of("sale", 1) == (10, 0)


def test_the_next_command_that_is_applied_books_it() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON + DAY)
    ledger.pass_time(DAY)
    post(ledger, "next", 5, None)
    assert [m.movement.kind for m in ledger.events[-1].movements] == [MovementKind.EXPIRED, MovementKind.EARNED]


def test_points_that_come_late_and_have_lapsed_expire_at_once() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON - DAY)
    assert [m.movement.kind for m in ledger.events[-1].movements] == [MovementKind.EARNED, MovementKind.EXPIRED]


def test_what_expired_is_not_reversed_again() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON + DAY)
    ledger.pass_time(DAY)
    answer = ledger.give_back("ana", "return", "sale", {1: (ReturnBasis.WHOLE, None)})
    assert [(line.reversed, line.so_far) for line in answer.reversed] == [(0, 0)]
    assert answer.wallet.balance == 0


def test_what_was_spent_before_the_rest_expired_is_reversed() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON + DAY)
    ledger.redeem("ana", 4, NORTH)
    ledger.pass_time(DAY)
    answer = ledger.give_back("ana", "return", "sale", {1: (ReturnBasis.WHOLE, None)})
    assert [line.reversed for line in answer.reversed] == [4]
    assert ledger.accrual_of("sale", 1) == (-4, 0)


def test_half_of_it_back_after_expiry_takes_nothing_as_more_than_half_is_gone() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON + DAY)
    ledger.redeem("ana", 4, NORTH)
    ledger.pass_time(DAY)
    first = ledger.give_back("ana", "return", "sale", {1: (ReturnBasis.QUANTITY, 1)})
    rest = ledger.give_back("ana", "rest", "sale", {1: (ReturnBasis.QUANTITY, 1)})
    assert [first.reversed[0].reversed, rest.reversed[0].reversed] == [0, 4]


def test_a_debt_never_lapses() -> None:
    ledger = PureLedger()
    post(ledger, "sale", 10, NOON + DAY)
    ledger.redeem("ana", 10, NORTH)
    ledger.give_back("ana", "return", "sale", {1: (ReturnBasis.WHOLE, None)})
    ledger.pass_time(2 * DAY)
    post(ledger, "next", 4, None)
    assert ledger.accrual_of("sale", 1) == (-6, 0)


# --- the bound that says whether anything can be due, over slices that do not hold the whole wallet


def commit(rows: PartialLedger, now: datetime, *commands: Command) -> Sequence[Applied | Refusal]:
    """Batches of one."""
    return [outcome for command in commands for outcome in rows.commit([command], now)]


def spend(ledger: PureLedger, points: int) -> RedeemPoints:
    origin = ledger.origin("ana")
    redemption_id = f"red-{origin.request_id}"
    return RedeemPoints(origin, redemption_id.encode(), redemption_id, points, NORTH, None)


def sale(ledger: PureLedger, document: str, points: int, expires: datetime | None) -> Command:
    return ledger.order_command("ana", document, [sold(1, 1000, "north")], [earning(points, expires)])


def test_spending_all_that_was_read_does_not_forget_what_lapses_later() -> None:
    ledger, rows = PureLedger(), PartialLedger()
    commit(rows, NOON, *(sale(ledger, f"sale-{n}", 10, NOON + n * DAY) for n in (1, 2, 3)))
    commit(rows, NOON + DAY, spend(ledger, 10))
    bound = rows.rows.wallets[ANA].next_expire_time
    assert bound is not None
    assert bound <= NOON + 3 * DAY


def test_a_late_sale_that_has_lapsed_already_does_not_hide_what_lapses_later() -> None:
    ledger, rows = PureLedger(), PartialLedger()
    commit(rows, NOON, sale(ledger, "sale", 10, NOON + DAY))
    commit(rows, NOON, sale(ledger, "late", 5, NOON - DAY))
    assert rows.rows.wallets[ANA].next_expire_time == NOON + DAY


def test_points_behind_the_first_page_of_a_wallet_still_lapse() -> None:
    ledger, rows = PureLedger(), PartialLedger()
    commit(rows, NOON, *(sale(ledger, f"sale-{n}", 10, NOON + n * DAY) for n in (1, 2, 3)))
    commit(rows, NOON + DAY, spend(ledger, 10))
    [outcome] = commit(rows, NOON + 3 * DAY, sale(ledger, "next", 1, None))
    assert isinstance(outcome, Applied)
    assert outcome.answer.wallet.balance == 1
