"""A cancelled sale takes back all that is left of it, and gives back what paid for it (docs/DOMAIN.md §6)."""

from dataclasses import replace

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import Tender
from ledger_service.domain.event import EventType
from ledger_service.domain.order import OrderState, anonymous_home
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_returns import Returns, amount, pieces, ref, whole

LINDEN = terms("linden", "1", {"north": "1", "peak": "1"})


@pytest.fixture
def ledger() -> PureLedger:
    """A sale of 3 pieces for 10.00 that earned 10 points, a second line that earned 7, and a line of no brand."""
    ledger = PureLedger()
    lines = [sold(1, 1000, "north", quantity=3), sold(2, 700, "peak"), sold(3, 500, "")]
    ledger.post_order("ana", "sale", lines, [award(1, 10, "north"), award(2, 7, "peak")])
    return ledger


@pytest.fixture
def counter(ledger: PureLedger) -> Returns:
    return Returns(ledger)


def test_a_cancelled_sale_takes_back_all_it_gave(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.cancel_sale("ana", "sale")
    assert ([points.reversed for points in answer.reversed], answer.wallet.balance) == ([10, 7], 0)


def test_it_is_cancelled_for_good(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.cancel_sale("ana", "sale")
    order = counter.order(ref("sale"))
    assert order is not None
    assert (order.state, order.returns) == (OrderState.CANCELLED, (answer.return_id,))
    event = ledger.events[-1]
    assert (event.type, event.subject_id) == (EventType.ORDER_CANCELLED, order.order_id)


def test_the_cancellation_is_kept_as_a_return_of_its_own(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.cancel_sale("ana", "sale")
    kept = ledger.state.returns[answer.return_id]
    assert (kept.reason, [line.line_number for line in kept.document.lines]) == ("changed her mind", [1, 2, 3])
    # A return that the till numbers as it numbered the sale is another one.
    with pytest.raises(Refusal, match="NOT_RETURNABLE"):
        counter.bring("ana", "sale", whole("sale", 1))


@pytest.mark.parametrize(("before", "left"), [("pieces", 7), ("amount", 7)])
def test_what_came_back_before_is_not_taken_again(ledger: PureLedger, counter: Returns, before: str, left: int) -> None:
    share = pieces("sale", 1, 1) if before == "pieces" else amount("sale", 1, 333)
    counter.bring("ana", "first", share)
    answer = counter.cancel_sale("ana", "sale")
    assert [points.reversed for points in answer.reversed] == [left, 7]


def test_a_line_that_is_all_back_is_left_alone(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "first", whole("sale", 1))
    assert [points.reversed for points in counter.cancel_sale("ana", "sale").reversed] == [7]


def test_points_spent_already_become_debt(ledger: PureLedger, counter: Returns) -> None:
    ledger.redeem("ana", 12, LINDEN)
    assert counter.cancel_sale("ana", "sale").wallet.balance == -12


@pytest.mark.parametrize("how", ["cancelled", "returned"])
def test_nothing_left_cannot_be_cancelled(ledger: PureLedger, counter: Returns, how: str) -> None:
    if how == "cancelled":
        counter.cancel_sale("ana", "sale")
    else:
        counter.bring("ana", "all", whole("sale", 1), whole("sale", 2), whole("sale", 3))
    with pytest.raises(Refusal) as refused:
        counter.cancel_sale("ana", "sale")
    assert (refused.value.reason, refused.value.metadata["returnable"]) == ("NOT_RETURNABLE", "0")


def test_a_sale_that_earned_nothing_can_be_cancelled() -> None:
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 500, "")], [])
    answer = Returns(ledger).cancel_sale("ana", "sale")
    assert (answer.reversed, answer.wallet.version) == ((), 2)


def test_points_that_paid_for_the_sale_come_back(ledger: PureLedger, counter: Returns) -> None:
    redemption_id = ledger.redeem("ana", 5, replace(LINDEN, here=replace(LINDEN.here, brand="linden"))).redemption
    sale = ledger.order_command("ana", "paid", [sold(1, 1000, "linden")], [award(1, 3, "linden")])
    tender = Tender("", redemption_id.redemption_id, 0, False, ())
    ledger.run(replace(sale, order=replace(sale.order, tenders=(tender,))))
    answer = counter.cancel_sale("ana", "paid")
    assert [(restored.points, restored.value.minor_units) for restored in answer.restored] == [(5, 5)]
    assert answer.wallet.balance == 17


def test_an_unclaimed_sale_is_cancelled_and_moves_nothing() -> None:
    ledger = PureLedger()
    nobody = anonymous_home(ledger.program, ref("sale"))
    ledger.post_order(nobody, "sale", [sold(1, 500, "north")], [])
    counter = Returns(ledger)
    answer = counter.cancel_sale(nobody, "sale")
    order = counter.order(ref("sale"))
    assert (answer.reversed, order and order.state) == ((), OrderState.CANCELLED)
