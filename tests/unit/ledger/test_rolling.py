"""Rolling expiry is derived: a span after the wallet's last activity, and never before the points' own time."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey, rolled
from ledger_service.domain.movement import MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.property.ledger.partial import PartialLedger
from tests.support import pure_time
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms

NORTH = terms("north", "1", {})
ANA = MemberKey("prg", "ana")
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def earn(ledger: PureLedger, document: str, points: int, own: timedelta, days: int = 0, months: int = 0) -> None:
    given = award(1, points, "north", expire_time=ledger.now + own, rolling_days=days, rolling_months=months)
    ledger.post_order("ana", document, [sold(1, 1000, "north")], [given])


def kinds(ledger: PureLedger) -> list[MovementKind]:
    return [recorded.movement.kind for recorded in ledger.events[-1].movements]


@pytest.mark.parametrize(
    ("activity", "months", "days", "expected"),
    [
        (datetime(2024, 2, 29, 9, tzinfo=UTC), 12, 0, datetime(2025, 2, 28, 9, tzinfo=UTC)),
        (datetime(2023, 8, 31, 23, 59, tzinfo=UTC), 6, 0, datetime(2024, 2, 29, 23, 59, tzinfo=UTC)),
        (datetime(2025, 8, 31, tzinfo=UTC), 6, 0, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 3, 2, 12, 0, 0, 7, tzinfo=UTC), 0, 365, datetime(2027, 3, 2, 12, 0, 0, 7, tzinfo=UTC)),
        (datetime(2024, 1, 31, tzinfo=UTC), 1, 1, datetime(2024, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_span_ends_at_the_same_time_of_day_and_months_clamp(
    activity: datetime, months: int, days: int, expected: datetime
) -> None:
    assert rolled(activity, months, days) == expected


def test_the_span_is_counted_from_the_last_activity_to_the_microsecond() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, DAY, days=30)
    ledger.at(NOON + 30 * DAY - TICK)
    assert ledger.copy().redeem("ana", 10, NORTH).redemption.points == 10
    ledger.at(NOON + 30 * DAY)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 10, NORTH)


def test_points_last_until_their_own_expiry_if_that_is_later() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, 60 * DAY, days=30)
    ledger.at(NOON + 60 * DAY - TICK)
    assert ledger.copy().redeem("ana", 10, NORTH).redemption.points == 10
    ledger.at(NOON + 60 * DAY)
    assert pure_time.sweep(ledger, "ana").expired_points == 10


def test_earning_prolongs_what_rolls_and_nothing_else() -> None:
    ledger = PureLedger()
    earn(ledger, "rolls", 10, 30 * DAY, days=30)
    earn(ledger, "stays", 5, 30 * DAY)
    ledger.pass_time(20 * DAY)
    earn(ledger, "more", 1, 900 * DAY)
    ledger.pass_time(10 * DAY)
    assert pure_time.sweep(ledger, "ana").expired_points == 5
    assert ledger.accrual_of("rolls", 1) == (10, 0)


def test_spending_prolongs_too() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, 30 * DAY, days=30)
    ledger.pass_time(29 * DAY)
    ledger.redeem("ana", 1, NORTH)
    ledger.pass_time(29 * DAY)
    assert ledger.redeem("ana", 9, NORTH).redemption.points == 9


def test_a_sale_that_earns_nothing_prolongs_nothing() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, 30 * DAY, days=30)
    ledger.pass_time(29 * DAY)
    ledger.post_order("ana", "nothing", [sold(1, 1000, "north")], [])
    assert ledger.state.wallets[ANA].last_activity_time == NOON


def test_a_return_prolongs_nothing() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, 30 * DAY, days=30)
    earn(ledger, "other", 10, 30 * DAY, days=30)
    ledger.pass_time(29 * DAY)
    ledger.give_back("ana", "back", "other", {1: (ReturnBasis.WHOLE, None)})
    assert ledger.state.wallets[ANA].last_activity_time == NOON


def test_activity_never_revives_what_was_due() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, 30 * DAY, days=30)
    ledger.pass_time(30 * DAY)
    earn(ledger, "late", 1, 30 * DAY, days=30)
    assert kinds(ledger) == [MovementKind.EXPIRED, MovementKind.EARNED]
    assert ledger.accrual_of("sale", 1) == (0, 0)


def test_a_late_sale_whose_points_were_over_before_it_was_posted_is_not_saved_by_itself() -> None:
    ledger = PureLedger()
    given = award(1, 10, "north", expire_time=NOON - DAY, rolling_days=30)
    ledger.post_order("ana", "sale", [sold(1, 1000, "north")], [given])
    assert kinds(ledger) == [MovementKind.EARNED, MovementKind.EXPIRED]


def test_the_bound_is_looked_at_once_for_each_own_expiry_and_not_again_and_again() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 10, DAY, days=30)
    ledger.pass_time(DAY)
    swept = pure_time.sweep(ledger, "ana")
    assert (swept.expired_points, swept.wallet.balance) == (0, 10)
    assert ledger.state.wallets[ANA].next_expire_time == NOON + 30 * DAY
    with pytest.raises(Refusal, match="NOTHING_DUE"):
        pure_time.sweep(ledger, "ana")


def test_what_lapses_behind_something_that_rolls_on_is_not_forgotten() -> None:
    """Of what is due the store reads no more than it must; the first to have passed its own time rolls on."""
    ledger, rows = PureLedger(), PartialLedger()
    own = {"rolls": (DAY, 300), "first": (2 * DAY, 0), "second": (3 * DAY, 0)}
    for document, (expires, days) in own.items():
        given = award(1, 10, "north", expire_time=NOON + expires, rolling_days=days)
        rows.commit([ledger.order_command("ana", document, [sold(1, 1000, "north")], [given])], NOON)
    for day in (1, 2, 3):
        bound = rows.rows.wallets[ANA].next_expire_time
        assert bound is not None
        assert bound <= NOON + day * DAY
        command = ledger.order_command("ana", f"at-{day}", [sold(1, 1000, "north")], [])
        rows.commit([command], NOON + day * DAY)
    assert rows.rows.wallets[ANA].balance == 10
