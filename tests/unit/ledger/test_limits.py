"""Caps and budgets in the ledger: what they leave of awards, what frees them, what is told."""

from dataclasses import replace

import pytest

from chassis.values.refusal import Refusal
from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import PointRate
from ledger_service.domain.answers import OrderAnswer
from ledger_service.domain.limits import BudgetKey, LimitReached, LimitTerm, MemberLimit, Most, Use, trim
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_limits import budget, cap, limited

DAILY = cap("daily", 100)
POT = budget("pot", 150, warn_at=(5_000, 8_000))


@pytest.fixture
def ledger() -> PureLedger:
    return PureLedger()


def post(ledger: PureLedger, member: str, document: str, points: int, *limits: LimitTerm) -> OrderAnswer:
    return ledger.post_order(member, document, [sold(1, 1000, "north")], [limited(award(1, points, "north"), *limits)])


def granted(answer: OrderAnswer) -> list[tuple[int, int, str]]:
    return [(one.desired, one.granted, one.trimmed_by) for one in answer.earned]


def member_use(ledger: PureLedger, member: str, limit: str) -> Use:
    return ledger.state.member_uses[MemberLimit("prg", member, limit, "ever")]


def pot_use(ledger: PureLedger, limit: str = "pot") -> Use:
    return ledger.state.budgets[BudgetKey("prg", limit, "ever")].used


# --- granting


def test_what_is_left_of_a_cap_is_granted(ledger: PureLedger) -> None:
    assert granted(post(ledger, "ana", "A", 70, DAILY)) == [(70, 70, "")]
    assert granted(post(ledger, "ana", "B", 70, DAILY)) == [(70, 30, "daily")]
    assert member_use(ledger, "ana", "daily") == Use(100, 0)


def test_caps_count_each_member_by_itself(ledger: PureLedger) -> None:
    post(ledger, "ana", "A", 100, DAILY)

    assert granted(post(ledger, "ben", "B", 100, DAILY)) == [(100, 100, "")]


def test_what_is_trimmed_to_nothing_is_shown_without_an_accrual(ledger: PureLedger) -> None:
    post(ledger, "ana", "A", 100, DAILY)

    answer = post(ledger, "ana", "B", 40, DAILY)

    assert granted(answer) == [(40, 0, "daily")]
    assert answer.earned[0].accrual_id == ""
    assert answer.wallet.balance == 100
    assert len(ledger.state.accruals) == 1
    told = ledger.events[-1].judgements[0]
    assert (told.points, told.sentence) == (40, "Of 40 points limit daily (at most 100 points, ever) left 0.")


def test_awards_are_trimmed_in_accrual_order(ledger: PureLedger) -> None:
    awards = [limited(award(number, 60, "north"), DAILY) for number in (1, 2, 3)]

    answer = ledger.post_order("ana", "A", [sold(number, 100, "north") for number in (1, 2, 3)], awards)

    assert granted(answer) == [(60, 60, ""), (60, 40, "daily"), (60, 0, "daily")]


def test_the_limit_that_leaves_fewest_is_named(ledger: PureLedger) -> None:
    answer = post(ledger, "ana", "A", 90, cap("a", 80), cap("b", 50), cap("c", 50))

    assert granted(answer) == [(90, 50, "b")]


def test_a_soft_limit_leaves_everything(ledger: PureLedger) -> None:
    answer = post(ledger, "ana", "A", 200, replace(POT, soft=True))

    assert granted(answer) == [(200, 200, "")]
    assert pot_use(ledger) == Use(200, 0)


def test_what_rules_trimmed_is_told_unless_the_ledger_trimmed_more(ledger: PureLedger) -> None:
    ruled = replace(award(1, 60, "north"), untrimmed=90, trimmed_by="per-line")

    first = ledger.post_order("ana", "A", [sold(1, 100, "north")], [limited(ruled, DAILY)])
    second = ledger.post_order("ana", "B", [sold(1, 100, "north")], [limited(ruled, DAILY)])

    assert granted(first) == [(90, 60, "per-line")]
    assert granted(second) == [(90, 40, "daily")]


@pytest.mark.parametrize(
    ("minor_units", "rate", "points"),
    [(2, "2/5", 6), (1, "2/5", 3), (0, "2/5", 0), (-3, "2/5", 0), (5, "1", 5), (5, "3", 1), (4, "3", 1), (1, "0", 9)],
)
def test_money_leaves_room_for_points_that_stand_for_it_rounded_half_up(
    minor_units: int, rate: str, points: int
) -> None:
    assert trim(9, Ratio.of(rate), [("pot", Most(None, minor_units))]).points == points


def test_money_counts_each_accrual_rounded_by_itself(ledger: PureLedger) -> None:
    rate = PointRate("USD", Ratio.of("2/5"))
    awards = [limited(award(number, 1, "north", rate=rate), cap("money", None, money=1)) for number in (1, 2, 3)]

    answer = ledger.post_order("ana", "A", [sold(number, 100, "north") for number in (1, 2, 3)], awards)

    assert [one.granted for one in answer.earned] == [1, 1, 1]
    assert member_use(ledger, "ana", "money") == Use(3, 0)


def test_money_counts_only_in_the_currency_of_the_limit(ledger: PureLedger) -> None:
    # An award in another currency states the points of a limit, and no money.
    here, abroad = cap("both", 1_000, money=90), cap("both", 1_000)
    euros = PointRate("EUR", Ratio.of("2"))
    foreign = limited(award(1, 70, "north", rate=euros), abroad)
    ledger.post_order("ana", "E", [sold(1, 100, "north", 2)], [foreign])
    assert member_use(ledger, "ana", "both") == Use(70, 0)

    assert granted(post(ledger, "ana", "U", 100, here)) == [(100, 90, "both")]
    ledger.give_back("ana", "R", "E", {1: (ReturnBasis.QUANTITY, 1)})
    assert member_use(ledger, "ana", "both") == Use(125, 90)


def test_points_of_another_currency_are_granted_where_the_money_of_a_budget_is_used_up(ledger: PureLedger) -> None:
    here, abroad = budget("pot", 150, money=90), budget("pot", 150)
    post(ledger, "ana", "U", 90, here)
    foreign = limited(award(1, 70, "north", rate=PointRate("EUR", Ratio.of("2"))), abroad)

    answer = ledger.post_order("ben", "E", [sold(1, 100, "north")], [foreign])

    assert granted(answer) == [(70, 60, "pot")]
    assert granted(post(ledger, "ana", "V", 10, here)) == [(10, 0, "pot")]
    assert pot_use(ledger) == Use(150, 90)


# --- freeing


def test_a_whole_return_frees_what_was_used(ledger: PureLedger) -> None:
    post(ledger, "ana", "A", 70, DAILY, POT)
    ledger.give_back("ana", "R", "A", {1: (ReturnBasis.WHOLE, None)})

    assert member_use(ledger, "ana", "daily") == Use(0, 0)
    assert pot_use(ledger) == Use(0, 0)


def test_a_partial_return_frees_its_share(ledger: PureLedger) -> None:
    ledger.post_order("ana", "A", [sold(1, 300, "north", 3)], [limited(award(1, 100, "north"), POT)])
    ledger.give_back("ana", "R", "A", {1: (ReturnBasis.QUANTITY, 1)})

    assert pot_use(ledger) == Use(67, 0)


def test_expiry_and_spending_free_nothing(ledger: PureLedger) -> None:
    post(ledger, "ana", "A", 70, POT)
    ledger.redeem("ana", 50, terms("linden", "0.8", {"north": "1"}))

    assert pot_use(ledger) == Use(70, 0)


# --- telling


def test_marks_are_told_once(ledger: PureLedger) -> None:
    marks = []
    for number, points in enumerate((70, 10, 60, 20)):
        post(ledger, "ana", f"A{number}", points, POT)
        marks.append([one.basis_points for one in ledger.events[-1].limits_reached])

    assert marks == [[], [5_000], [8_000], [10_000]]


def test_a_mark_of_a_member_is_told_once_although_points_come_back(ledger: PureLedger) -> None:
    half = replace(DAILY, warn_at=(5_000,))
    post(ledger, "ana", "A", 60, half)
    assert ledger.events[-1].limits_reached == (LimitReached("daily", "ever", 5_000),)
    ledger.give_back("ana", "R", "A", {1: (ReturnBasis.WHOLE, None)})

    post(ledger, "ana", "B", 60, half)

    assert not ledger.events[-1].limits_reached


def test_the_sale_remembers_what_limits_took(ledger: PureLedger) -> None:
    post(ledger, "ana", "A", 130, DAILY)

    posted = next(iter(ledger.state.orders.values()))
    assert posted.trimmed == ((1, "north-base", 130, 100),)


# --- bounds


def test_a_counter_that_does_not_fit_is_refused(ledger: PureLedger) -> None:
    endless = replace(POT, points=10**12, soft=True)
    post(ledger, "ana", "A", 2**62, endless)

    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        post(ledger, "ben", "B", 2**62, endless)

    assert pot_use(ledger) == Use(2**62, 0)
