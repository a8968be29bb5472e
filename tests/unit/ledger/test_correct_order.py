"""A sale judged again ends in the points it should have earned, less what has come back (docs/adr/0025)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import LapsedRestore, ReturnPolicy, SpentPoints
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_people import People
from tests.support.pure_restores import bring_back, restore, spend

QUANTITY, WHOLE = ReturnBasis.QUANTITY, ReturnBasis.WHOLE
LINDEN = terms("linden", "1", {"north": "1", "harbor": "1"})


@pytest.fixture
def ledger() -> PureLedger:
    """A sale of 4 pieces that earned 40 points."""
    ledger = PureLedger()
    ledger.post_order("ana", "sale", [sold(1, 4000, "north", quantity=4)], [award(1, 40, "north")])
    return ledger


@pytest.fixture
def people(ledger: PureLedger) -> People:
    return People(ledger)


def give_back(ledger: PureLedger, document: str, pieces: int | None) -> int:
    basis = WHOLE if pieces is None else QUANTITY
    return sum(one.reversed for one in ledger.give_back("ana", document, "sale", {1: (basis, pieces)}).reversed)


def test_the_difference_is_booked_on_the_accrual_it_corrects(ledger: PureLedger, people: People) -> None:
    answer = people.correct("ana", "sale", [award(1, 30, "north")], sold(1, 3000, "north", quantity=4))
    [corrected] = answer.corrected
    assert (corrected.granted_before, corrected.granted_after, corrected.points) == (40, 30, -10)
    [recorded] = ledger.events[-1].movements
    movement = recorded.movement
    assert (movement.kind, movement.cause, movement.cause_id) == (
        MovementKind.ADJUSTED,
        Cause.CORRECTION,
        answer.correction_id,
    )
    assert ledger.accrual_of("sale", 1) == (30, 0)


def test_the_sale_is_kept_as_corrected(people: People) -> None:
    answer = people.correct("ana", "sale", [award(1, 30, "north")], sold(1, 3000, "north", quantity=4))
    order = people.order("sale")
    assert (order.document.total, order.document.lines[0].net) == (3000, 3000)
    assert (order.corrections, order.revision) == ((answer.correction_id,), "rev_other")


def test_a_share_that_came_back_is_not_corrected(ledger: PureLedger, people: People) -> None:
    give_back(ledger, "r1", 1)
    [corrected] = people.correct("ana", "sale", [award(1, 80, "north")]).corrected
    assert corrected.points == 30
    assert ledger.accrual_of("sale", 1) == (60, 0)


def test_later_returns_count_against_the_corrected_grant(ledger: PureLedger, people: People) -> None:
    give_back(ledger, "r1", 1)
    people.correct("ana", "sale", [award(1, 80, "north")])
    assert [give_back(ledger, "r2", 1), give_back(ledger, "r3", 2)] == [20, 40]
    assert ledger.accrual_of("sale", 1) == (0, 0)


def test_a_line_that_came_back_altogether_stays_at_nothing(ledger: PureLedger, people: People) -> None:
    give_back(ledger, "r1", None)
    [corrected] = people.correct("ana", "sale", [award(1, 80, "north")]).corrected
    assert (corrected.granted_after, corrected.points) == (80, 0)
    assert ledger.accrual_of("sale", 1) == (0, 0)


def test_a_rule_that_pays_no_more_loses_all_that_stands(ledger: PureLedger, people: People) -> None:
    give_back(ledger, "r1", 1)
    [corrected] = people.correct("ana", "sale", []).corrected
    assert corrected.points == -30
    assert ledger.accrual_of("sale", 1) == (0, 0)
    assert give_back(ledger, "r2", 3) == 0


def test_an_award_that_was_missed_is_born_with_what_has_not_come_back(ledger: PureLedger, people: People) -> None:
    give_back(ledger, "r1", 1)
    ledger.pass_time(timedelta(days=3))
    people.correct("ana", "sale", [award(1, 40, "north"), award(1, 20, "north", rule="bonus", ordinal=2)])
    [_, bonus] = people.accruals(people.order("sale").order_id)
    assert (bonus.granted, bonus.remaining, bonus.earn_time, bonus.revision) == (15, 15, NOON, "rev_other")
    give_back(ledger, "r2", None)
    assert sum(one.remaining for one in people.accruals(people.order("sale").order_id)) == 0


def test_points_that_were_spent_become_debt_that_others_repay(ledger: PureLedger, people: People) -> None:
    ledger.redeem("ana", 40, LINDEN)
    ledger.post_order("ana", "more", [sold(1, 600, "harbor")], [award(1, 6, "harbor")])
    answer = people.correct("ana", "sale", [award(1, 30, "north")])
    assert (answer.repaid_points, answer.wallet.debt, answer.wallet.balance) == (6, 4, -4)


def test_more_points_repay_debt_of_others(ledger: PureLedger, people: People) -> None:
    ledger.redeem("ana", 40, LINDEN)
    people.correct("ana", "sale", [award(1, 30, "north")])
    assert people.correct("ana", "sale", [award(1, 50, "north")]).wallet.balance == 10


def test_what_has_expired_cannot_be_corrected_away(ledger: PureLedger, people: People) -> None:
    ledger.post_order(
        "ben", "old", [sold(1, 1000, "north")], [award(1, 10, "north", expire_time=NOON + timedelta(days=1))]
    )
    ledger.pass_time(timedelta(days=2))
    for points in (4, 10):
        answer = people.correct("ben", "old", [award(1, points, "north")])
        assert (answer.corrected[0].points, answer.wallet.balance, answer.wallet.debt) == (0, 0, 0)


@pytest.mark.parametrize(("points", "change"), [(10, 0), (4, 0), (16, 0)])
def test_what_money_made_good_is_not_given_once_more(
    ledger: PureLedger, people: People, points: int, change: int
) -> None:
    """The goods came back, the issuer made the spent points good, they were restored: half lapsed, half live."""
    given = award(1, 10, "north", expire_time=NOON + timedelta(days=1))
    ledger.post_order("ben", "old", [sold(1, 1000, "north")], [given])
    spent = spend(ledger, 10, LINDEN, "ben")
    lines = {1: (WHOLE, None)}
    bring_back(ledger, "r", "old", lines, ReturnPolicy(spent=SpentPoints.WRITE_OFF), "ben")
    ledger.pass_time(timedelta(days=2))
    restore(ledger, spent, 5, ReturnPolicy(lapsed=LapsedRestore.EXPIRE), "ben")
    restore(ledger, spent, 5, ReturnPolicy(lapsed=LapsedRestore.GRACE), "ben")

    answer = people.correct("ben", "old", [award(1, points, "north")])

    assert [one.points for one in answer.corrected] == ([change] if points != 10 else [])
    assert (answer.wallet.balance, answer.wallet.debt) == (5, 0)


def test_points_that_come_after_their_expiry_expire_at_once(ledger: PureLedger, people: People) -> None:
    ledger.post_order(
        "ben", "old", [sold(1, 1000, "north")], [award(1, 10, "north", expire_time=NOON + timedelta(days=1))]
    )
    ledger.pass_time(timedelta(days=2))
    assert people.correct("ben", "old", [award(1, 25, "north")]).wallet.balance == 0
    kinds = [recorded.movement.kind for recorded in ledger.events[-1].movements]
    assert kinds == [MovementKind.EXPIRED, MovementKind.ADJUSTED, MovementKind.EXPIRED]


def test_fewer_pieces_make_the_returned_share_larger(ledger: PureLedger, people: People) -> None:
    give_back(ledger, "r1", 1)
    people.correct("ana", "sale", [award(1, 20, "north")], sold(1, 2000, "north", quantity=2))
    assert ledger.accrual_of("sale", 1) == (10, 0)
    assert give_back(ledger, "r2", 1) == 10


def test_a_line_is_not_corrected_below_what_has_come_back(ledger: PureLedger, people: People) -> None:
    give_back(ledger, "r1", 3)
    with pytest.raises(Refusal, match="NOT_CORRECTABLE"):
        people.correct("ana", "sale", [award(1, 20, "north")], sold(1, 2000, "north", quantity=2))


def test_a_sale_that_was_corrected_meanwhile_is_judged_anew(people: People) -> None:
    stale = people.correction("ana", "sale", [award(1, 10, "north")])
    people.correct("ana", "sale", [award(1, 30, "north")])
    with pytest.raises(Refusal, match="OVERTAKEN"):
        people.ledger.run(stale)


def test_a_sale_that_is_not_there_any_more_is_looked_for_again(people: People) -> None:
    with pytest.raises(Refusal, match="OVERTAKEN"):
        people.correct("ana", "sale", [], order_id="ord_none")


@pytest.mark.parametrize("why", ["it is CLAIMABLE", "it has no line of that number, brand and SKU"])
def test_a_sale_that_was_not_judged_is_never_moved(ledger: PureLedger, people: People, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        people.correct("ana", "sale", [], unfit=why)
    assert (refused.value.reason, refused.value.metadata["why"]) == ("NOT_CORRECTABLE", why)
    assert not refused.value.transient


def test_a_sale_that_somebody_claimed_meanwhile_is_looked_for_again(ledger: PureLedger, people: People) -> None:
    """The command found it under the home of nobody; it must not be judged in that wallet any more."""
    correction = people.correction("ana", "sale", [])
    stale = replace(correction, origin=ledger.origin("anon_1"), sale_home="anon_1")
    with pytest.raises(Refusal, match="OVERTAKEN"):
        ledger.run(stale)
