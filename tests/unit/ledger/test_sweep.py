"""A sweep books what is due, once, and nothing else."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_spend import PureSpending
from tests.support.pure_time import sweep

NORTH = terms("north", "1", {})
ANA = MemberKey("prg", "ana")
DAY = timedelta(days=1)


def post(ledger: PureLedger, document: str, points: int, expires: timedelta | None = None, ready: int = 0) -> None:
    given = award(
        1,
        points,
        "north",
        expire_time=None if expires is None else ledger.now + expires,
        available_time=ledger.now + ready * DAY if ready else None,
    )
    ledger.post_order("ana", document, [sold(1, 1000, "north")], [given])


def test_it_expires_what_is_due_and_leaves_the_rest() -> None:
    ledger = PureLedger()
    post(ledger, "due", 10, DAY)
    post(ledger, "later", 5, 2 * DAY)
    post(ledger, "never", 3)
    ledger.pass_time(DAY)
    swept = sweep(ledger, "ana")
    assert (swept.expired_points, swept.unheld_points, swept.wallet.balance) == (10, 0, 8)
    [event] = [one for one in ledger.events if one.type is EventType.WALLET_SWEPT]
    assert [recorded.movement.kind for recorded in event.movements] == [MovementKind.EXPIRED]


def test_a_second_sweep_finds_nothing_and_leaves_no_trace() -> None:
    ledger = PureLedger()
    post(ledger, "due", 10, DAY)
    ledger.pass_time(DAY)
    sweep(ledger, "ana")
    before = (ledger.state.wallets[ANA], len(ledger.events))
    with pytest.raises(Refusal, match="NOTHING_DUE") as refused:
        sweep(ledger, "ana")
    assert refused.value.transient
    assert (ledger.state.wallets[ANA], len(ledger.events)) == before


def test_nothing_is_due_in_a_wallet_that_was_never_used() -> None:
    with pytest.raises(Refusal, match="NOTHING_DUE"):
        sweep(PureLedger(), "ana")


def test_a_hold_whose_time_is_over_is_freed() -> None:
    spending = PureSpending()
    ledger = spending.ledger
    post(ledger, "sale", 10)
    spending.authorize("ana", 6, NORTH, seconds=60)
    ledger.pass_time(timedelta(seconds=60))
    swept = sweep(ledger, "ana")
    assert (swept.unheld_points, swept.wallet.held, swept.wallet.available) == (6, 0, 10)


def test_what_lapsed_while_it_was_held_expires_when_it_is_freed() -> None:
    spending = PureSpending()
    ledger = spending.ledger
    post(ledger, "sale", 10, DAY)
    spending.authorize("ana", 6, NORTH, seconds=2 * 86_400)
    ledger.pass_time(DAY)
    first = sweep(ledger, "ana")
    ledger.pass_time(DAY)
    second = sweep(ledger, "ana")
    assert (first.expired_points, first.wallet.balance, first.wallet.held) == (4, 6, 6)
    assert (second.expired_points, second.unheld_points, second.wallet.balance) == (6, 6, 0)


def test_it_is_no_activity() -> None:
    ledger = PureLedger()
    post(ledger, "due", 10, DAY)
    ledger.pass_time(DAY)
    sweep(ledger, "ana")
    assert ledger.state.wallets[ANA].last_activity_time == NOON


def test_it_repays_no_debt() -> None:
    ledger = PureLedger()
    post(ledger, "spent", 10)
    ledger.redeem("ana", 10, NORTH)
    ledger.give_back("ana", "back", "spent", {1: (ReturnBasis.WHOLE, None)})
    post(ledger, "pending", 4, ready=1)
    post(ledger, "due", 3, 2 * DAY, ready=1)
    ledger.pass_time(2 * DAY)
    swept = sweep(ledger, "ana")
    assert (swept.expired_points, swept.wallet.debt, swept.wallet.available) == (3, 10, 0)


def test_a_bound_that_was_too_early_is_corrected() -> None:
    ledger = PureLedger()
    post(ledger, "spent", 10, DAY)
    post(ledger, "kept", 10, 2 * DAY)
    ledger.redeem("ana", 10, NORTH)
    ledger.pass_time(DAY)
    swept = sweep(ledger, "ana")
    assert (swept.expired_points, swept.wallet.balance) == (0, 10)
    with pytest.raises(Refusal, match="NOTHING_DUE"):
        sweep(ledger, "ana")


def test_a_wallet_that_holds_nothing_any_more_is_not_looked_at_for_it() -> None:
    spending = PureSpending()
    ledger = spending.ledger
    post(ledger, "sale", 10, 30 * DAY)
    held = spending.authorize("ana", 10, NORTH, seconds=60).authorization.authorization_id
    spending.capture("ana", held)
    assert ledger.state.wallets[ANA].bounds == (None, None)
