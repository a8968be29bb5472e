"""An exchange is a return and a sale in one commit: both or neither (docs/DOMAIN.md §6)."""

from dataclasses import replace

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import PostOrder, Tender
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HoldState
from ledger_service.domain.order import ReturnState
from tests.property.ledger.twin import snapshot
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_returns import Returns, pieces, ref, whole

NORTH = terms("north", "1", {"north": "1", "peak": "1"})


@pytest.fixture
def ledger() -> PureLedger:
    """A sale of 3 pieces for 10.00 that earned 10 points."""
    ledger = PureLedger()
    ledger.post_order("ana", "old", [sold(1, 1000, "north", quantity=3)], [award(1, 10, "north")])
    return ledger


@pytest.fixture
def counter(ledger: PureLedger) -> Returns:
    return Returns(ledger)


def new_sale(ledger: PureLedger, points: int = 12, *tenders: Tender) -> PostOrder:
    sale = ledger.order_command("ana", "new", [sold(1, 1200, "north")], [award(1, points, "north")])
    return replace(sale, order=replace(sale.order, tenders=tenders))


def test_goods_come_back_and_others_are_sold(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.exchange("back", {1: pieces("old", 1, 2)}, new_sale(ledger))
    assert [points.reversed for points in answer.reversed] == [7]
    assert [earned.granted for earned in answer.earned] == [12]
    assert (ledger.accrual_of("old", 1), ledger.accrual_of("new", 1)) == ((3, 0), (12, 0))
    assert answer.wallet.balance == 15


def test_an_exchange_is_one_event_with_a_return_and_a_sale(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.exchange("back", {1: whole("old", 1)}, new_sale(ledger))
    assert (len(ledger.events), ledger.events[-1].type) == (2, EventType.ORDER_EXCHANGED)
    old, new = counter.order(ref("old")), counter.order(ref("new"))
    assert (old and old.returns, new and new.order_id) == ((answer.return_id,), answer.order_id)
    assert counter.known("back").state is ReturnState.POSTED


def test_points_spent_already_are_repaid_from_the_new_goods(ledger: PureLedger, counter: Returns) -> None:
    ledger.redeem("ana", 10, NORTH)
    answer = counter.exchange("back", {1: whole("old", 1)}, new_sale(ledger))
    assert (answer.repaid_points, answer.wallet.balance, answer.wallet.debt) == (10, 2, 0)


def test_points_pay_for_the_new_goods(ledger: PureLedger, counter: Returns) -> None:
    redemption_id = ledger.redeem("ana", 4, NORTH).redemption.redemption_id
    answer = counter.exchange(
        "back", {1: pieces("old", 1, 1)}, new_sale(ledger, 12, Tender("", redemption_id, 0, False, ()))
    )
    assert [(one.redemption_id, one.order_id) for one in answer.redemptions] == [(redemption_id, answer.order_id)]


@pytest.mark.parametrize("fails", ["return", "sale"])
def test_both_or_neither(ledger: PureLedger, counter: Returns, fails: str) -> None:
    before, events = snapshot(ledger.state), len(ledger.events)
    tenders = (Tender("", "red-unknown", 0, False, ()),) if fails == "sale" else ()
    share = pieces("old", 1, 4) if fails == "return" else whole("old", 1)
    with pytest.raises(Refusal):
        counter.exchange("back", {1: share}, new_sale(ledger, 12, *tenders))
    assert (snapshot(ledger.state), len(ledger.events)) == (before, events)


def test_an_exchange_clears_what_was_announced(ledger: PureLedger, counter: Returns) -> None:
    announced = counter.announce("ana", "back", whole("old", 1))
    counter.exchange("back", {1: whole("old", 1)}, new_sale(ledger))
    assert ledger.state.holds[announced.return_id].state is HoldState.CLEARED
    assert ledger.accrual_of("old", 1) == (0, 0)


def test_an_exchange_settles_returns_that_waited_for_its_sale(ledger: PureLedger, counter: Returns) -> None:
    parked = counter.bring("ana", "early", whole("new", 1))
    counter.exchange("back", {1: whole("old", 1)}, new_sale(ledger))
    assert counter.known("early").state is ReturnState.POSTED
    assert (ledger.events[-1].settled_returns, ledger.accrual_of("new", 1)) == ((parked.return_id,), (0, 0))
