"""Restoring points whose accrual owed: open debt first, then the repayments, and what payers in debt do with theirs."""

from datetime import timedelta

from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from ledger_service.domain.policies import LapsedRestore, ReturnPolicy
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_restores import burns, open_positions, restore, spend
from tests.support.pure_spend import PureSpending

WHOLE = {1: (ReturnBasis.WHOLE, None)}
SHARES = {"north": "1", "harbor": "1", "peak": "1"}
LINDEN = terms("linden", "1", SHARES)
CHEAP = terms("linden", "1/2", SHARES)
DAY = timedelta(days=1)


def earn(ledger: PureLedger, document: str, points: int, brand: str, **more: object) -> None:
    ledger.post_order("ana", document, [sold(1, 1000, brand, quantity=2)], [award(1, points, brand, **more)])  # type: ignore[arg-type]


def in_debt(points: int = 100) -> tuple[PureLedger, str]:
    """North's points, spent at Linden; then their goods came back."""
    ledger = PureLedger()
    earn(ledger, "sale", points, "north")
    spent = spend(ledger, points, LINDEN)
    ledger.give_back("ana", "return", "sale", WHOLE)
    return ledger, spent


def kinds(ledger: PureLedger) -> list[tuple[MovementKind, Cause, int]]:
    moved = (one.movement for one in ledger.events[-1].movements)
    return [(one.kind, one.cause, one.points) for one in moved]


def test_open_debt_is_filled_first() -> None:
    ledger, spent = in_debt()
    earn(ledger, "next", 30, "peak")
    restore(ledger, spent, 70)
    assert kinds(ledger) == [(MovementKind.RESTORED, Cause.REDEMPTION, 70)]
    assert ledger.accrual_of("sale", 1) == (0, 0)
    assert ledger.positions() == {"north": 0, "peak": -30, "linden": 30}


def test_what_goes_beyond_it_unwinds_the_newest_repayment() -> None:
    ledger, spent = in_debt()
    earn(ledger, "older", 30, "peak")
    earn(ledger, "newer", 30, "harbor")
    restore(ledger, spent, 50)
    assert kinds(ledger) == [
        (MovementKind.RESTORED, Cause.REDEMPTION, 50),
        (MovementKind.RESTORED, Cause.REPAYMENT, 10),
        (MovementKind.REPAID, Cause.REPAYMENT, -10),
    ]
    assert (ledger.accrual_of("older", 1), ledger.accrual_of("newer", 1)) == ((0, 0), (10, 0))
    assert ledger.positions() == {"north": 0, "peak": -30, "harbor": -20, "linden": 50}


def test_repayments_of_the_restored_redemption_come_before_others() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    first = spend(ledger, 60, LINDEN)
    spend(ledger, 40, CHEAP)
    ledger.give_back("ana", "return", "sale", WHOLE)
    earn(ledger, "pays second", 40, "peak")
    earn(ledger, "pays first", 60, "harbor")
    restore(ledger, first, 60)
    assert (ledger.accrual_of("pays second", 1), ledger.accrual_of("pays first", 1)) == ((0, 0), (60, 0))


def test_others_are_unwound_where_the_restored_redemption_has_none() -> None:
    """Half of the goods came back: what was repaid of the later redemption was needed only because of the first."""
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    first = spend(ledger, 60, LINDEN)
    spend(ledger, 40, LINDEN)
    ledger.give_back("ana", "return", "sale", {1: (ReturnBasis.QUANTITY, 1)})
    earn(ledger, "pays second", 40, "peak")
    earn(ledger, "pays first", 10, "harbor")
    restore(ledger, first, 60)
    assert (ledger.accrual_of("pays second", 1), ledger.accrual_of("pays first", 1)) == ((40, 0), (10, 0))
    assert ledger.accrual_of("sale", 1) == (10, 0)
    assert ledger.positions() == {"north": -40, "peak": 0, "harbor": 0, "linden": 40}


def test_a_payer_in_debt_itself_goes_on_from_there() -> None:
    ledger, spent = in_debt(50)
    earn(ledger, "second", 50, "harbor")
    ledger.give_back("ana", "back", "second", WHOLE)
    earn(ledger, "third", 50, "peak")
    restore(ledger, spent)
    assert [ledger.accrual_of(sale, 1) for sale in ("sale", "second", "third")] == [(0, 0), (0, 0), (50, 0)]
    assert open_positions(ledger) == {}


def test_a_payer_whose_debt_is_open_fills_that() -> None:
    ledger, spent = in_debt(50)
    earn(ledger, "second", 50, "harbor")
    ledger.give_back("ana", "back", "second", WHOLE)
    answer = restore(ledger, spent)
    assert (ledger.accrual_of("second", 1), answer.wallet.debt, answer.wallet.balance) == ((0, 0), 0, 0)
    assert open_positions(ledger) == {}


def test_where_another_redemption_is_still_open_the_payer_pays_that_one_at_its_price() -> None:
    """The later redemption was repaid at half a cent a point. Restored, it fills the debt of the first, which costs
    a cent: so does the repayment from now on, and North stays whole."""
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    spend(ledger, 60, LINDEN)
    later = spend(ledger, 40, CHEAP)
    ledger.give_back("ana", "return", "sale", WHOLE)
    earn(ledger, "payer", 40, "peak")
    assert ledger.positions() == {"north": -60, "peak": -20, "linden": 80}
    answer = restore(ledger, later)
    assert (ledger.accrual_of("sale", 1), ledger.accrual_of("payer", 1)) == ((-20, 0), (0, 0))
    assert (answer.wallet.debt, answer.wallet.balance) == (20, -20)
    assert ledger.positions() == {"north": -20, "peak": -40, "linden": 60}


def test_that_payer_pays_even_if_its_points_have_lapsed() -> None:
    ledger = PureLedger()
    earn(ledger, "sale", 100, "north")
    spend(ledger, 60, LINDEN)
    later = spend(ledger, 40, CHEAP)
    ledger.give_back("ana", "return", "sale", WHOLE)
    earn(ledger, "payer", 40, "peak", expire_time=NOON + DAY)
    ledger.pass_time(2 * DAY)
    answer = restore(ledger, later, 0, ReturnPolicy(lapsed=LapsedRestore.EXPIRE))
    assert (answer.wallet.debt, answer.wallet.balance) == (20, -20)


def test_a_payer_that_has_lapsed_gets_a_grace_period() -> None:
    ledger, spent = in_debt(50)
    earn(ledger, "payer", 50, "peak", expire_time=NOON + DAY)
    ledger.pass_time(2 * DAY)
    answer = restore(ledger, spent, 0, ReturnPolicy(grace_days=7))
    moved = ledger.events[-1].movements[-1]
    assert (moved.movement.kind, moved.accrual.brand) == (MovementKind.RESCHEDULED, "peak")
    assert (answer.wallet.available, moved.movement.expire_time) == (50, ledger.now + 7 * DAY)


def test_a_hold_is_never_broken_by_an_unwinding() -> None:
    """50 are held, 50 spent; all 100 are taken back. What is restored fills the debt beside the hold, no more."""
    spending = PureSpending()
    ledger = spending.ledger
    earn(ledger, "sale", 100, "north")
    spent = spend(ledger, 50, LINDEN)
    held = spending.authorize("ana", 50, LINDEN).authorization.authorization_id
    ledger.give_back("ana", "return", "sale", WHOLE)
    assert ledger.accrual_of("sale", 1) == (-100, 50)
    earn(ledger, "payer", 50, "peak")
    restore(ledger, spent, 50)
    assert (ledger.accrual_of("sale", 1), ledger.accrual_of("payer", 1)) == ((-50, 50), (50, 0))
    captured = spending.capture("ana", held)
    assert (captured.wallet.debt, captured.wallet.balance) == (0, 0)
    assert ledger.positions() == {"north": 0, "peak": -50, "linden": 50}


def test_restored_points_repay_what_else_the_wallet_owes() -> None:
    ledger = PureLedger()
    earn(ledger, "first", 50, "north")
    earn(ledger, "second", 50, "harbor")
    one = spend(ledger, 50, LINDEN)
    spend(ledger, 50, LINDEN)
    ledger.give_back("ana", "return", "second", WHOLE)
    answer = restore(ledger, one)
    assert (ledger.accrual_of("first", 1), ledger.accrual_of("second", 1)) == ((0, 0), (0, 0))
    assert (answer.wallet.debt, ledger.positions()) == (0, {"north": -50, "harbor": 0, "linden": 50})


def test_the_last_cents_of_a_repayment_go_with_it() -> None:
    """5 cents of 3 points, repaid by three payers as 2, 1, 2 and undone in three restores."""
    ledger = PureLedger()
    earn(ledger, "sale", 3, "north")
    spent = spend(ledger, 3, terms("linden", "5/3", SHARES))
    ledger.give_back("ana", "return", "sale", WHOLE)
    for number in range(3):
        earn(ledger, f"payer-{number}", 1, f"p{number}")
    for _ in range(3):
        restore(ledger, spent, 1)
    assert open_positions(ledger) == {}
    assert all(burn.unrestored == 0 for burn in burns(ledger))
