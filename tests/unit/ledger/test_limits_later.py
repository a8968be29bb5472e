"""What becomes of counters of limits when sales are claimed, exchanged, corrected, cancelled or given away."""

from dataclasses import replace

import pytest

from ledger_service.domain.accrual import ON_EVENT, MemberKey
from ledger_service.domain.comparison import awarded, compared, recorded
from ledger_service.domain.correction_effects import differences_of
from ledger_service.domain.limits import BudgetKey, LimitTerm, MemberLimit, Use
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import PureLedger, award, sold
from tests.support.pure_limits import budget, cap, limited
from tests.support.pure_people import People
from tests.support.pure_returns import Returns, whole
from tests.support.pure_sales import anonymous_sale, claimed, give_back
from tests.support.pure_time import cancel, target

DAILY = cap("daily", 100)
POT = budget("pot", 150)


@pytest.fixture
def ledger() -> PureLedger:
    return PureLedger()


@pytest.fixture
def people(ledger: PureLedger) -> People:
    return People(ledger)


def post(ledger: PureLedger, document: str, points: int, *limits: LimitTerm, pieces: int = 1) -> int:
    lines = [sold(1, 1000, "north", pieces)]
    answer = ledger.post_order("ana", document, lines, [limited(award(1, points, "north"), *limits)])
    return sum(earned.granted for earned in answer.earned)


def daily(ledger: PureLedger, member: str = "ana") -> int:
    return ledger.state.member_uses[MemberLimit("prg", member, "daily", "ever")].points


def pot(ledger: PureLedger) -> int:
    return ledger.state.budgets[BudgetKey("prg", "pot", "ever")].used.points


# --- corrections


@pytest.mark.parametrize(("decided", "stands"), [(130, 100), (150, 120), (110, 100), (60, 60), (0, 0)])
def test_a_correction_compares_decisions(ledger: PureLedger, people: People, decided: int, stands: int) -> None:
    assert post(ledger, "A", 130, DAILY) == 100

    awards = [limited(award(1, decided, "north"), DAILY)] if decided else []
    for _ in range(2):
        people.correct("ana", "A", awards)

        assert ledger.accrual_of("A", 1)[0] == stands
        assert daily(ledger) == stands


def test_an_unchanged_decision_on_what_was_trimmed_to_nothing_is_no_change(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 100, DAILY)
    assert post(ledger, "B", 50, DAILY) == 0

    answer = people.correct("ana", "B", [limited(award(1, 50, "north"), DAILY)])

    assert answer.corrected == ()
    assert daily(ledger) == 100


def test_a_correction_gives_what_was_decided_beyond_what_limits_took(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 100, DAILY)
    post(ledger, "B", 50, DAILY)

    for decided, given, counted in ((70, 20, 120), (50, 0, 100), (80, 30, 130)):
        people.correct("ana", "B", [limited(award(1, decided, "north"), DAILY)])

        assert ledger.accrual_of("B", 1)[0] == given
        assert daily(ledger) == counted


def test_the_judgement_of_a_correction_says_what_limits_had_taken(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 130, DAILY)

    people.correct("ana", "A", [limited(award(1, 140, "north"), DAILY)])

    told = ledger.events[-1].judgements[0].sentence
    assert told == "Of 140 points 110 stand after what limits took when the sale was posted."


def test_a_plan_sees_no_change_where_decisions_are_alike(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 130, DAILY)
    post(ledger, "B", 50, DAILY)
    for sale, points in (("A", 130), ("B", 50)):
        order = people.order(sale)
        accruals = people.accruals(order.order_id)
        awards = [limited(award(1, points, "north"), DAILY)]

        assert differences_of(order, accruals, (), awards, ledger.now) == ()
        assert compared(recorded(accruals), awarded(awards, order)) == ()


def test_a_plan_and_its_correction_agree(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 100, DAILY)
    post(ledger, "B", 50, DAILY)
    order = people.order("B")
    awards = [limited(award(1, 70, "north"), DAILY)]
    [planned] = differences_of(order, people.accruals(order.order_id), (), awards, ledger.now)

    [done] = people.correct("ana", "B", awards).corrected

    assert (planned.accrual_id, planned.after, planned.points) == (done.accrual_id, done.granted_after, done.points)


def test_returns_of_a_corrected_accrual_free_what_it_counts_by_then(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 100, DAILY, pieces=4)
    ledger.give_back("ana", "R1", "A", {1: (ReturnBasis.QUANTITY, 1)})
    people.correct("ana", "A", [limited(award(1, 60, "north"), DAILY)])
    assert daily(ledger) == 45

    ledger.give_back("ana", "R2", "A", {1: (ReturnBasis.QUANTITY, 3)})

    assert daily(ledger) == 0


def test_an_accrual_born_of_a_correction_counts_without_being_trimmed(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 100, DAILY)
    ledger.post_order("ana", "B", [sold(1, 1000, "north", 4)], [])
    ledger.give_back("ana", "R", "B", {1: (ReturnBasis.QUANTITY, 1)})

    people.correct("ana", "B", [limited(award(1, 40, "north"), DAILY)])

    assert daily(ledger) == 130


# --- other ends of sales


def test_a_claim_is_trimmed_and_counts_what_has_not_come_back(ledger: PureLedger) -> None:
    ledger.run(anonymous_sale(ledger, "d1", [sold(1, 1000, "north", 4)]))
    give_back(ledger, "R", "d1", 1, pieces=1)

    answer = claimed(ledger, "ana", "d1", [limited(award(1, 130, "north"), DAILY)])

    assert [(one.desired, one.granted, one.trimmed_by) for one in answer.earned] == [(130, 100, "daily")]
    assert daily(ledger) == 75


def test_an_exchange_uses_what_its_return_frees(ledger: PureLedger) -> None:
    post(ledger, "old", 100, DAILY)
    sale = ledger.order_command("ana", "new", [sold(1, 1, "north")], [limited(award(1, 80, "north"), DAILY)])

    answer = Returns(ledger).exchange("back", {1: whole("old", 1)}, sale)

    assert [one.granted for one in answer.earned] == [80]
    assert daily(ledger) == 80


def test_a_cancelled_sale_frees_everything(ledger: PureLedger) -> None:
    post(ledger, "A", 70, DAILY, POT)

    Returns(ledger).cancel_sale("ana", "A")

    assert (daily(ledger), pot(ledger)) == (0, 0)


def test_pending_points_that_are_taken_back_free_what_they_used(ledger: PureLedger) -> None:
    waiting = limited(award(1, 70, "north", available_time=ON_EVENT), DAILY, POT)
    ledger.post_order("ana", "A", [sold(1, 1000, "north")], [waiting])

    cancel(ledger, "ana", target(ledger, "ana", "A"))

    assert (daily(ledger), pot(ledger)) == (0, 0)


def test_points_that_are_sent_stay_counted_where_they_were_earned(ledger: PureLedger, people: People) -> None:
    post(ledger, "A", 70, DAILY)
    sent = people.send("ana", "ben", 70)
    people.receive("ben", sent.transfer_id)

    assert daily(ledger) == 70
    assert MemberLimit("prg", "ben", "daily", "ever") not in ledger.state.member_uses
    assert [accrual.limits for accrual in ledger.state.accruals.values() if accrual.home == "ben"] == [()]


def test_a_return_that_cannot_be_carried_out_frees_nothing(ledger: PureLedger) -> None:
    post(ledger, "A", 70, DAILY, POT)
    before = dict(ledger.state.member_uses)
    with pytest.raises(Exception, match="NOT_RETURNABLE"):
        ledger.give_back("ana", "R", "A", {1: (ReturnBasis.QUANTITY, 5)})

    assert ledger.state.member_uses == before


def test_a_cap_counts_all_homes_of_a_wallet(ledger: PureLedger) -> None:
    post(ledger, "A", 70, DAILY)
    sale = ledger.order_command("ben", "B", [sold(1, 1000, "north")], [limited(award(1, 70, "north"), DAILY)])
    merged = replace(sale.origin, wallet=MemberKey("prg", "ana"), homes=("ana", "ben"))

    ledger.run(replace(sale, origin=merged))

    assert (daily(ledger), daily(ledger, "ben")) == (70, 30)
    assert ledger.state.member_uses[MemberLimit("prg", "ben", "daily", "ever")] == Use(30, 0)
