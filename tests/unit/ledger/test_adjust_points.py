"""Points given or taken by a person's word (docs/DOMAIN.md §6)."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import AccrualKind
from ledger_service.domain.adjustment import AdjustmentState
from ledger_service.domain.movement import Cause, MovementKind, begins
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_people import People

LINDEN = terms("linden", "1", {"north": "1", "harbor": "1"})


@pytest.fixture
def ledger() -> PureLedger:
    """Ana has 10 of North and 20 of Harbor."""
    ledger = PureLedger()
    lines = [sold(1, 1000, "north"), sold(2, 1000, "harbor")]
    ledger.post_order("ana", "sale", lines, [award(1, 10, "north"), award(2, 20, "harbor")])
    return ledger


@pytest.fixture
def people(ledger: PureLedger) -> People:
    return People(ledger)


def test_points_given_are_an_accrual_born_of_the_adjustment(ledger: PureLedger, people: People) -> None:
    answer = people.adjust("ana", 50, "harbor")
    [accrual] = people.accruals(answer.adjustment_id)
    assert (accrual.accrual_id, accrual.remaining, accrual.kind) == (answer.accrual_id, 50, AccrualKind.BONUS)
    [recorded] = ledger.events[-1].movements
    movement = recorded.movement
    assert (movement.kind, movement.cause, movement.points) == (MovementKind.ADJUSTED, Cause.ADJUSTMENT, 50)
    assert begins(movement.kind, movement.cause_id, accrual)
    assert answer.wallet.balance == 80


def test_points_given_lapse_when_they_are_said_to(ledger: PureLedger, people: People) -> None:
    people.adjust("ana", 50, expire_time=NOON + timedelta(days=1))
    ledger.pass_time(timedelta(days=1))
    assert people.adjust("ana", 1).wallet.balance == 31


def test_points_given_repay_open_debt_at_once(ledger: PureLedger, people: People) -> None:
    ledger.redeem("ana", 30, LINDEN)
    ledger.give_back("ana", "r1", "sale", {1: (ReturnBasis.WHOLE, None)})
    answer = people.adjust("ana", 15, "harbor")
    assert (answer.repaid_points, answer.wallet.available, answer.wallet.debt) == (10, 5, 0)


def test_points_are_taken_from_the_brand_alone(ledger: PureLedger, people: People) -> None:
    people.adjust("ana", -15, "harbor")
    assert (ledger.accrual_of("sale", 1), ledger.accrual_of("sale", 2)) == ((10, 0), (5, 0))


def test_no_more_is_taken_of_a_brand_than_it_has(people: People) -> None:
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS") as refused:
        people.adjust("ana", -11, "north")
    assert refused.value.metadata["available"] == "10"


def test_what_the_wallet_owes_cannot_be_taken(ledger: PureLedger, people: People) -> None:
    ledger.redeem("ana", 30, LINDEN)
    ledger.give_back("ana", "r1", "sale", {1: (ReturnBasis.WHOLE, None)})
    ledger.post_order("ana", "more", [sold(1, 900, "harbor")], [award(1, 9, "harbor")])
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        people.adjust("ana", -1, "harbor")


def test_points_are_taken_from_the_accrual_that_is_named(ledger: PureLedger, people: People) -> None:
    [first, _] = people.accruals(people.order("sale").order_id)
    people.adjust("ana", -4, accrual_id=first.accrual_id)
    assert ledger.accrual_of("sale", 1) == (6, 0)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        people.adjust("ana", -7, accrual_id=first.accrual_id)


def test_an_accrual_of_another_member_or_brand_is_not_found(ledger: PureLedger, people: People) -> None:
    [first, second] = people.accruals(people.order("sale").order_id)
    for member, accrual_id in (("ben", first.accrual_id), ("ana", second.accrual_id), ("ana", "acc_none")):
        with pytest.raises(Refusal, match="ACCRUAL_NOT_FOUND"):
            people.adjust(member, -1, accrual_id=accrual_id)


def test_a_proposal_moves_nothing_until_it_is_approved(ledger: PureLedger, people: People) -> None:
    proposed = people.adjust("ana", 500, second=True)
    assert (proposed.state, proposed.wallet.balance) == (AdjustmentState.PROPOSED, 30)
    assert ledger.events[-1].movements == ()
    approved = people.decide("ana", proposed.adjustment_id, approve=True)
    assert (approved.state, approved.wallet.balance) == (AdjustmentState.APPLIED, 530)
    assert ledger.state.adjustments[proposed.adjustment_id].decided_by == "op-2"


def test_a_rejected_proposal_moves_nothing(people: People) -> None:
    proposed = people.adjust("ana", 500, second=True)
    assert people.decide("ana", proposed.adjustment_id, approve=False).wallet.balance == 30


def test_a_proposal_is_decided_once(people: People) -> None:
    proposed = people.adjust("ana", 500, second=True)
    people.decide("ana", proposed.adjustment_id, approve=False)
    with pytest.raises(Refusal, match="ALREADY_DECIDED"):
        people.decide("ana", proposed.adjustment_id, approve=True)


def test_an_approval_that_cannot_be_carried_out_leaves_the_proposal(ledger: PureLedger, people: People) -> None:
    proposed = people.adjust("ana", -20, "harbor", second=True)
    people.adjust("ana", -5, "harbor")
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        people.decide("ana", proposed.adjustment_id, approve=True)
    assert ledger.state.adjustments[proposed.adjustment_id].state is AdjustmentState.PROPOSED


def test_goods_that_come_back_after_their_points_were_taken_are_owed_and_repaid(
    ledger: PureLedger, people: People
) -> None:
    people.adjust("ana", -20, "harbor")
    ledger.give_back("ana", "r1", "sale", {2: (ReturnBasis.WHOLE, None)})
    wallet = people.adjust("ana", 15, "peak").wallet
    assert (wallet.balance, wallet.debt, wallet.available) == (5, 0, 5)
    assert ledger.accrual_of("sale", 2) == (0, 0)
