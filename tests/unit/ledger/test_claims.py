"""A claimed sale earns what it would have earned, less what came back before, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.answers import LogPosition
from ledger_service.domain.apply import apply
from ledger_service.domain.apply.outcome import Stamp
from ledger_service.domain.commands import ClaimOrder
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import DocumentRef, OrderState, ReturnBasis, order_id_of
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_sales import CLAIM_DAYS, anonymous_sale, at, claim, claimed, give_back, nobody

LINDEN = terms("linden", "4/5", {"north": "1"})
SALE = order_id_of("prg", DocumentRef("till", "d1"))
AWARDS = [award(1, 40, "north"), award(2, 10, "north", rule="second")]


def sale() -> PureLedger:
    ledger = PureLedger()
    ledger.run(anonymous_sale(ledger, "d1", [sold(1, 4000, "north", 3), sold(2, 1000, "north")]))
    return ledger


def refused(ledger: PureLedger, command: ClaimOrder) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        apply(ledger.state, command, Stamp(ledger.now, LogPosition(0, 99)))
    return refusal.value


def test_it_earns_for_the_claimer() -> None:
    ledger = sale()
    answer = claimed(ledger, "ana", "d1", AWARDS)
    assert [earned.granted for earned in answer.earned] == [40, 10]
    assert (answer.member_id, answer.wallet.root, answer.wallet.balance) == ("ana", "ana", 50)


def test_it_earned_when_it_was_sold() -> None:
    ledger = sale()
    ledger.pass_time(timedelta(days=30))
    claimed(ledger, "ana", "d1", AWARDS)
    assert {accrual.earn_time for accrual in ledger.state.accruals.values()} == {NOON}


def test_its_movements_happened_when_it_was_claimed() -> None:
    ledger = sale()
    ledger.pass_time(timedelta(days=30))
    claimed(ledger, "ana", "d1", AWARDS)
    assert {moved.movement.occur_time for moved in ledger.events[-1].movements} == {NOON + timedelta(days=30)}


def test_points_that_have_lapsed_meanwhile_expire_at_once() -> None:
    ledger = sale()
    ledger.pass_time(timedelta(days=30))
    answer = claimed(ledger, "ana", "d1", [award(1, 40, "north", expire_time=NOON + timedelta(days=10))])
    assert answer.wallet.balance == 0
    assert [moved.movement.kind for moved in ledger.events[-1].movements] == [MovementKind.EARNED, MovementKind.EXPIRED]


def test_it_lies_under_the_claimers_home_from_then_on() -> None:
    ledger = sale()
    applied = ledger.run(claim(ledger, "ana", "d1", AWARDS))
    order = ledger.state.orders["prg", SALE]
    assert (order.home, order.state) == ("ana", OrderState.EVALUATED)
    assert applied.changes.moved_orders == (("prg", SALE),)
    assert applied.changes.moved_sales == {b"d1": "ana"}


def test_the_sale_keeps_its_document_and_time() -> None:
    ledger = sale()
    before = ledger.state.orders["prg", SALE]
    ledger.pass_time(timedelta(days=3))
    claimed(ledger, "ana", "d1", AWARDS)
    after = ledger.state.orders["prg", SALE]
    assert (after.document, after.post_time) == (before.document, before.post_time)


def test_the_event_tells_of_the_claim() -> None:
    ledger = sale()
    claimed(ledger, "ana", "d1", AWARDS)
    event = ledger.events[-1]
    assert (event.type, event.subject_id, event.root) == (EventType.ORDER_CLAIMED, SALE, "ana")
    assert [(head.home, head.link.length) for head in event.chain_heads] == [("ana", 2)]


def test_a_claim_pays_open_debt_at_once() -> None:
    ledger = sale()
    ledger.post_order("ana", "d0", [sold(1, 3000, "north")], [award(1, 30, "north")])
    ledger.redeem("ana", 30, LINDEN)
    from_before = ledger.give_back("ana", "r0", "d0", {1: (ReturnBasis.WHOLE, None)})
    assert from_before.wallet.balance == -30
    answer = claimed(ledger, "ana", "d1", AWARDS)
    assert (answer.repaid_points, answer.wallet.balance, answer.wallet.debt) == (30, 20, 0)


# --- what came back before


def test_a_returned_line_is_earned_and_taken_back() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 2)
    answer = claimed(ledger, "ana", "d1", AWARDS)
    assert (answer.reversed_points, answer.wallet.balance) == (10, 40)


def test_a_returned_share_is_taken_back_half_up() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 1, pieces=2)
    assert claimed(ledger, "ana", "d1", AWARDS).reversed_points == 27


def test_several_returns_of_a_line_are_taken_back_in_one() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 1, pieces=1)
    give_back(ledger, "r2", "d1", 1, pieces=1)
    claimed(ledger, "ana", "d1", AWARDS)
    kinds = [moved.movement.kind for moved in ledger.events[-1].movements]
    assert kinds == [MovementKind.EARNED, MovementKind.EARNED, MovementKind.REVERSED]


def test_what_is_taken_back_names_the_last_return() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 1, pieces=1)
    give_back(ledger, "r2", "d1", 1, pieces=1)
    claimed(ledger, "ana", "d1", AWARDS)
    movement = ledger.events[-1].movements[-1].movement
    assert (movement.cause, movement.cause_id) == (Cause.RETURN, ledger.state.orders["prg", SALE].returns[-1])


def test_the_rest_can_be_returned_by_the_claimer() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 1, pieces=1)
    claimed(ledger, "ana", "d1", AWARDS)
    answer = ledger.give_back("ana", "r2", "d1", {1: (ReturnBasis.QUANTITY, 2)})
    assert [points.reversed for points in answer.reversed] == [27]
    assert answer.wallet.balance == 10


def test_what_came_back_lies_under_the_claimers_home() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 1, pieces=1)
    claimed(ledger, "ana", "d1", AWARDS)
    assert ledger.state.returned["prg", SALE, 1].home == "ana"


def test_returning_all_before_or_after_the_claim_ends_alike() -> None:
    before, after = sale(), sale()
    give_back(before, "r1", "d1", 1, pieces=2)
    claimed(before, "ana", "d1", AWARDS)
    claimed(after, "ana", "d1", AWARDS)
    after.give_back("ana", "r1", "d1", {1: (ReturnBasis.QUANTITY, 2)})
    assert before.state.accruals == after.state.accruals


def test_a_sale_that_came_back_as_a_whole_earns_nothing() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 1)
    give_back(ledger, "r2", "d1", 2)
    answer = claimed(ledger, "ana", "d1", AWARDS)
    assert (answer.reversed_points, answer.wallet.balance) == (50, 0)


def test_lapsed_points_of_a_returned_line_are_gone_once() -> None:
    ledger = sale()
    give_back(ledger, "r1", "d1", 1)
    ledger.pass_time(timedelta(days=30))
    answer = claimed(ledger, "ana", "d1", [award(1, 40, "north", expire_time=NOON + timedelta(days=10))])
    assert (answer.reversed_points, answer.wallet.balance) == (0, 0)


# --- what cannot be claimed


def test_a_cancelled_sale_is_refused() -> None:
    ledger = sale()
    command = claim(ledger, "ana", "d1", AWARDS)
    ledger.state.orders["prg", SALE] = replace(ledger.state.orders["prg", SALE], state=OrderState.CANCELLED)
    refusal = refused(ledger, command)
    assert (refusal.reason, refusal.metadata["why"]) == ("ORDER_NOT_CLAIMABLE", "it is CANCELLED")


@pytest.mark.parametrize(("late", "taken"), [(timedelta(), False), (timedelta(microseconds=-1), True)])
def test_a_claim_comes_too_late_when_its_days_are_over(late: timedelta, taken: bool) -> None:
    ledger = sale()
    command = at(claim(ledger, "ana", "d1", AWARDS), NOON + timedelta(days=CLAIM_DAYS) + late)
    if taken:
        assert ledger.run(command)
    else:
        assert refused(ledger, command).reason == "CLAIM_TOO_LATE"


def test_a_claim_made_in_time_may_be_uploaded_later() -> None:
    ledger = sale()
    command = claim(ledger, "ana", "d1", AWARDS)
    ledger.pass_time(timedelta(days=CLAIM_DAYS + 5))
    assert ledger.run(command)


def test_a_claim_of_a_sale_that_was_corrected_meanwhile_is_made_anew() -> None:
    ledger = sale()
    command = claim(ledger, "ana", "d1", AWARDS)
    order = ledger.state.orders["prg", SALE]
    ledger.state.orders["prg", SALE] = replace(order, document=replace(order.document, total=1))
    refusal = refused(ledger, command)
    assert (refusal.reason, refusal.transient) == ("OVERTAKEN", True)


def test_a_claim_locks_the_entry_of_a_sale_that_is_nobodys() -> None:
    ledger = sale()
    [lock] = claim(ledger, "ana", "d1", AWARDS).locks
    assert (lock.key, lock.home) == (b"d1", nobody("d1"))


def test_a_refused_claim_changes_nothing() -> None:
    ledger = sale()
    before = ledger.copy()
    refused(ledger, at(claim(ledger, "ana", "d1", AWARDS), NOON + timedelta(days=CLAIM_DAYS)))
    assert ledger.state == before.state
    assert MemberKey("prg", "ana") not in ledger.state.wallets
