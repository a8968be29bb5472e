"""Returns that come before their sales wait for them, and end as if they had come after (docs/DOMAIN.md §6, I5)."""

from dataclasses import replace

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.event import EventType
from ledger_service.domain.hold import HoldState
from ledger_service.domain.order import PostedOrder, ReturnState, return_id_of
from ledger_service.domain.policies import ReturnPolicy, SpentPoints
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_returns import Returns, pieces, ref, whole

PARKED, POSTED, REFUSED, REJECTED = ReturnState.PARKED, ReturnState.POSTED, ReturnState.REFUSED, ReturnState.REJECTED


@pytest.fixture
def ledger() -> PureLedger:
    return PureLedger()


@pytest.fixture
def counter(ledger: PureLedger) -> Returns:
    return Returns(ledger)


def sell(ledger: PureLedger, document: str, member: str = "ana") -> tuple[str, ...]:
    """A sale of 3 pieces that earn 10 points and a line that earns 7; the returns it settled."""
    lines = [sold(1, 1000, "north", quantity=3), sold(2, 700, "peak")]
    return ledger.post_order(member, document, lines, [award(1, 10, "north"), award(2, 7, "peak")]).resolved_returns


def order(counter: Returns, document: str) -> PostedOrder:
    found = counter.order(ref(document))
    assert found is not None
    return found


def test_a_return_before_its_sale_is_parked_and_moves_nothing(ledger: PureLedger, counter: Returns) -> None:
    answer = counter.bring("ana", "back", whole("sale", 1))
    assert (answer.state, answer.wallet.balance, ledger.events[-1].movements) == (PARKED, 0, ())
    assert (ledger.events[-1].type, counter.known("back").awaited) == (EventType.RETURN_PARKED, (ref("sale"),))


def test_a_parked_return_is_carried_out_with_its_sale(ledger: PureLedger, counter: Returns) -> None:
    parked = counter.bring("ana", "back", pieces("sale", 1, 1))
    assert sell(ledger, "sale") == (parked.return_id,)
    assert (counter.known("back").state, ledger.accrual_of("sale", 1)) == (POSTED, (7, 0))
    assert [points.reversed for points in counter.known("back").reversed] == [3]


def test_the_event_of_the_sale_names_the_returns_it_settled(ledger: PureLedger, counter: Returns) -> None:
    parked = counter.bring("ana", "back", pieces("sale", 1, 1))
    sell(ledger, "sale")
    assert (ledger.events[-1].type, ledger.events[-1].settled_returns) == (EventType.ORDER_POSTED, (parked.return_id,))


def test_the_sale_lists_its_returns_in_order_of_posting(ledger: PureLedger, counter: Returns) -> None:
    first = counter.bring("ana", "back-1", pieces("sale", 1, 1))
    sell(ledger, "sale")
    second = counter.bring("ana", "back-2", pieces("sale", 1, 1))
    assert order(counter, "sale").returns == (first.return_id, second.return_id)


def test_two_returns_of_one_sale_are_settled_in_the_order_they_came(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back-1", pieces("sale", 1, 2))
    counter.bring("ana", "back-2", pieces("sale", 1, 2))
    assert len(sell(ledger, "sale")) == 2
    assert (counter.known("back-1").state, counter.known("back-2").state) == (POSTED, REFUSED)
    assert counter.known("back-2").reason == "NOT_RETURNABLE"


def test_a_return_of_several_sales_waits_for_the_last_of_them(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", whole("one", 1), whole("two", 1))
    assert sell(ledger, "one") == ()
    assert (counter.known("back").state, counter.known("back").awaited) == (PARKED, (ref("two"),))
    assert sell(ledger, "two") == (counter.known("back").return_id,)
    assert (ledger.accrual_of("one", 1), ledger.accrual_of("two", 1)) == ((0, 0), (0, 0))


def test_a_return_of_a_posted_and_a_missing_sale_waits_as_a_whole(ledger: PureLedger, counter: Returns) -> None:
    sell(ledger, "one")
    assert counter.bring("ana", "back", whole("one", 1), whole("two", 1)).state is PARKED
    assert ledger.accrual_of("one", 1) == (10, 0)
    sell(ledger, "two")
    assert (ledger.accrual_of("one", 1), ledger.accrual_of("two", 1)) == ((0, 0), (0, 0))


def test_a_refused_return_does_not_refuse_its_sale(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", whole("sale", 1), pieces("sale", 1, 9))
    sell(ledger, "sale")
    assert (counter.known("back").state, ledger.accrual_of("sale", 1)) == (REFUSED, (10, 0))
    assert order(counter, "sale").returns == ()


def test_a_line_that_the_sale_does_not_have_refuses_the_return(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", whole("sale", 9))
    sell(ledger, "sale")
    assert (counter.known("back").state, counter.known("back").reason) == (REFUSED, "SALE_NOT_FOUND")


def test_a_sale_of_another_member_refuses_what_waits_for_it(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", whole("sale", 1))
    assert sell(ledger, "sale", member="bea") == (counter.known("back").return_id,)
    assert (counter.known("back").state, counter.known("back").reason) == (REFUSED, "OTHER_MEMBERS_ORDER")
    assert (ledger.accrual_of("sale", 1), counter.known("back").home) == ((10, 0), "ana")


def test_a_sale_of_the_member_she_was_merged_into_settles_it(ledger: PureLedger, counter: Returns) -> None:
    parked = counter.bring("ana", "back", whole("sale", 1))
    sale = ledger.order_command("bea", "sale", [sold(1, 1000, "north")], [award(1, 10, "north")])
    applied = ledger.run(replace(sale, origin=replace(sale.origin, homes=("bea", "ana"), merge_seq=1)))
    assert applied.event.settled_returns == (parked.return_id,)
    assert (counter.known("back").state, ledger.accrual_of("sale", 1)) == (POSTED, (0, 0))


def test_another_members_sale_among_several_refuses_the_return(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", whole("hers", 1), whole("beas", 1))
    sell(ledger, "hers")
    sell(ledger, "beas", member="bea")
    assert counter.known("back").reason == "OTHER_MEMBERS_ORDER"
    assert (ledger.accrual_of("hers", 1), ledger.accrual_of("beas", 1)) == ((10, 0), (10, 0))


def test_a_settled_return_is_not_settled_again(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", whole("one", 1), whole("two", 1))
    counter.reject("ana", "back")
    assert (sell(ledger, "one"), sell(ledger, "two")) == ((), ())
    assert ledger.accrual_of("one", 1) == (10, 0)


def test_points_spent_before_a_parked_return_is_settled_are_owed(ledger: PureLedger, counter: Returns) -> None:
    sell(ledger, "one")
    ledger.redeem("ana", 17, terms("linden", "1", {"north": "1", "peak": "1"}))
    counter.bring("ana", "back", whole("one", 1), whole("two", 1))
    sell(ledger, "two")
    # 10 come back of each sale; of the new one 7 are left, and pay.
    assert ledger.accrual_of("one", 1) == (-3, 0)


def test_nothing_can_be_withheld_from_a_refund_that_was_paid(ledger: PureLedger, counter: Returns) -> None:
    """The goods came long before the return is carried out: what was spent is owed."""
    sell(ledger, "one")
    ledger.redeem("ana", 17, terms("linden", "1", {"north": "1", "peak": "1"}))
    reduce_refund = ReturnPolicy(spent=SpentPoints.REDUCE_REFUND)
    counter.bring("ana", "back", whole("one", 1), whole("two", 1), policy=reduce_refund)
    sell(ledger, "two")
    assert ledger.accrual_of("one", 1) == (-3, 0)


# --- a person ends the waiting


def test_a_rejected_return_keeps_what_the_person_wrote(ledger: PureLedger, counter: Returns) -> None:
    counter.bring("ana", "back", whole("sale", 1))
    answer = counter.reject("ana", "back", "no such goods")
    kept = counter.known("back")
    assert (answer.state, kept.state, kept.reason, kept.resolved_by) == (REJECTED, REJECTED, "no such goods", "kim")
    assert ledger.events[-1].type is EventType.RETURN_RESOLVED


def test_a_corrected_return_is_carried_out_under_its_own_id(ledger: PureLedger, counter: Returns) -> None:
    sell(ledger, "right")
    parked = counter.bring("ana", "back", whole("wrong", 1))
    answer = counter.correct("ana", "back", whole("right", 1))
    assert (answer.return_id, answer.state) == (parked.return_id, POSTED)
    assert [(points.reversed, points.sale) for points in answer.reversed] == [(10, ref("right"))]
    assert order(counter, "right").returns == (parked.return_id,)
    assert counter.known("back").document.sales == (ref("right"),)


def test_a_correction_that_fails_leaves_the_return_waiting(ledger: PureLedger, counter: Returns) -> None:
    sell(ledger, "right")
    counter.bring("ana", "back", whole("wrong", 1))
    with pytest.raises(Refusal, match="NOT_RETURNABLE"):
        counter.correct("ana", "back", pieces("right", 1, 4))
    assert counter.known("back").state is PARKED


@pytest.mark.parametrize("ended", ["POSTED", "REJECTED"])
def test_what_does_not_wait_cannot_be_resolved(ledger: PureLedger, counter: Returns, ended: str) -> None:
    counter.bring("ana", "back", whole("sale", 1))
    if ended == "POSTED":
        sell(ledger, "sale")
    else:
        counter.reject("ana", "back")
    with pytest.raises(Refusal) as refused:
        counter.reject("ana", "back")
    assert (refused.value.reason, refused.value.metadata["state"]) == ("RETURN_ENDED", ended)


def test_a_return_that_never_was_cannot_be_resolved(counter: Returns) -> None:
    with pytest.raises(Refusal, match="RETURN_NOT_FOUND"):
        counter.reject("ana", "back")


# --- announced before it was parked


def test_what_was_announced_stays_held_while_the_return_waits(ledger: PureLedger, counter: Returns) -> None:
    sell(ledger, "one")
    counter.announce("ana", "back", whole("one", 1))
    counter.bring("ana", "back", whole("one", 1), whole("two", 1))
    assert ledger.accrual_of("one", 1) == (0, 10)
    sell(ledger, "two")
    assert ledger.accrual_of("one", 1) == (0, 0)
    assert ledger.state.holds[return_id_of(ledger.program, ref("back"))].state is HoldState.CLEARED


def test_a_rejected_return_frees_what_was_announced(ledger: PureLedger, counter: Returns) -> None:
    sell(ledger, "one")
    counter.announce("ana", "back", whole("one", 1))
    counter.bring("ana", "back", whole("one", 1), whole("two", 1))
    counter.reject("ana", "back")
    assert ledger.accrual_of("one", 1) == (10, 0)
