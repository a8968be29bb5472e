"""Points that have become spendable since the last command repay what is owed before anything else is done with them
(docs/DOMAIN.md §6, docs/adr/0032)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_people import People
from tests.support.pure_returns import Returns, whole
from tests.support.pure_spend import PureSpending
from tests.support.pure_time import cancel, sweep, target

LINDEN = terms("linden", "1", {"north": "1", "harbor": "1", "peak": "1"})
DAY = timedelta(days=1)


def sale(ledger: PureLedger, document: str, points: int, brand: str, **more: object) -> None:
    """A sale of one line, a minute before whatever comes next."""
    given = award(1, points, brand, **more)  # type: ignore[arg-type]
    ledger.post_order("ana", document, [sold(1, 1000, brand)], [given])
    ledger.pass_time(timedelta(minutes=1))


@pytest.fixture
def ledger() -> PureLedger:
    """Ana owes 50 of North's. 50 of Harbor's and then 50 of Peak's have become spendable since."""
    ledger = PureLedger()
    sale(ledger, "gone", 50, "north")
    ledger.redeem("ana", 50, LINDEN)
    ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    sale(ledger, "older", 50, "harbor", available_time=NOON + DAY)
    sale(ledger, "newer", 50, "peak", available_time=NOON + DAY)
    ledger.pass_time(DAY)
    return ledger


def lots(ledger: PureLedger) -> tuple[tuple[int, int], ...]:
    return tuple(ledger.accrual_of(document, 1) for document in ("gone", "older", "newer"))


def test_the_debt_is_paid_by_the_points_that_come_first(ledger: PureLedger) -> None:
    answer = ledger.redeem("ana", 30, LINDEN)
    assert lots(ledger) == ((0, 0), (0, 0), (20, 0))
    assert (answer.wallet.debt, answer.wallet.available) == (0, 20)
    # Harbor pays North what its goods had cost, Peak pays Linden for what is spent now.
    assert ledger.positions() == {"north": 0, "harbor": -50, "peak": -30, "linden": 80}


def test_it_is_paid_before_anything_is_spent(ledger: PureLedger) -> None:
    ledger.redeem("ana", 30, LINDEN)
    moved = [(one.movement.kind, one.movement.cause) for one in ledger.events[-1].movements]
    assert moved == [
        (MovementKind.REDEEMED, Cause.REPAYMENT),
        (MovementKind.REPAID, Cause.REPAYMENT),
        (MovementKind.REDEEMED, Cause.REDEMPTION),
    ]


def test_no_more_can_be_spent_than_was_shown(ledger: PureLedger) -> None:
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS") as refused:
        ledger.redeem("ana", 51, LINDEN)
    assert refused.value.metadata["available"] == "50"
    assert lots(ledger) == ((-50, 0), (50, 0), (50, 0))


SPENDING: dict[str, Callable[[PureLedger], object]] = {
    "authorization": lambda ledger: PureSpending(ledger).authorize("ana", 50, LINDEN),
    "transfer": lambda ledger: People(ledger).send("ana", "ben", 50),
    "adjustment": lambda ledger: People(ledger).adjust("ana", -50, "peak"),
}


@pytest.mark.parametrize("how", SPENDING)
def test_whatever_takes_points_comes_after_the_debt(ledger: PureLedger, how: str) -> None:
    SPENDING[how](ledger)
    assert lots(ledger)[:2] == ((0, 0), (0, 0))
    assert lots(ledger)[2][0] == 0


def test_an_increased_hold_comes_after_the_debt_too() -> None:
    spending = PureSpending(PureLedger())
    sale(spending.ledger, "gone", 50, "north")
    held = spending.authorize("ana", 10, LINDEN, seconds=5 * 86_400).authorization.authorization_id
    spending.ledger.redeem("ana", 40, LINDEN)
    spending.ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    sale(spending.ledger, "next", 60, "peak", available_time=NOON + DAY)
    spending.ledger.pass_time(DAY)
    # 10 of the debt lie under the hold still; 40 are open.
    assert spending.increase("ana", held, 20).wallet.debt == 0
    assert spending.ledger.accrual_of("next", 1) == (0, 20)


def test_a_named_accrual_gives_only_what_the_debt_leaves_of_it(ledger: PureLedger) -> None:
    people = People(ledger)
    older, newer = (people.accruals(people.order(document).order_id)[0].accrual_id for document in ("older", "newer"))
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        people.adjust("ana", -1, "harbor", accrual_id=older)
    assert people.adjust("ana", -50, "peak", accrual_id=newer).wallet.balance == 0


def test_points_that_cannot_be_spent_here_pay_the_debt_first() -> None:
    """So that a hold of what may be spent here is not refused for a debt that others can pay."""
    ledger = PureLedger()
    sale(ledger, "gone", 50, "north")
    ledger.redeem("ana", 50, LINDEN)
    ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    scoped = replace(award(1, 50, "harbor", available_time=NOON + DAY), scope="brands:harbor")
    ledger.post_order("ana", "scoped", [sold(1, 1000, "harbor")], [scoped])
    sale(ledger, "free", 50, "peak", available_time=NOON + DAY)
    ledger.pass_time(DAY)
    assert ledger.redeem("ana", 50, LINDEN).wallet.available == 0
    assert ledger.positions()["harbor"] == -50


def test_an_answer_counts_only_the_points_of_its_own_command(ledger: PureLedger) -> None:
    answer = ledger.post_order("ana", "next", [sold(1, 1000, "north")], [award(1, 7, "north")])
    assert (answer.repaid_points, answer.wallet.debt, answer.wallet.available) == (0, 0, 57)


def test_a_sweep_repays_nothing() -> None:
    """Whether somebody swept must not decide what a debt costs, or which points pay it."""
    ledger = PureLedger()
    sale(ledger, "gone", 50, "north")
    ledger.redeem("ana", 50, LINDEN)
    ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    sale(ledger, "waits", 50, "peak", available_time=NOON + DAY)
    sale(ledger, "lapses", 5, "peak", available_time=NOON + 2 * DAY, expire_time=NOON + DAY)
    ledger.pass_time(DAY)
    swept = sweep(ledger, "ana")
    assert (swept.expired_points, swept.wallet.debt, swept.wallet.available) == (5, 50, 0)


# --- points that are free again


def test_what_a_cancelled_return_frees_repays_at_once() -> None:
    ledger = PureLedger()
    sale(ledger, "gone", 50, "north")
    sale(ledger, "other", 20, "peak")
    counter = Returns(ledger)
    ledger.redeem("ana", 50, LINDEN)
    counter.announce("ana", "back-2", whole("other", 1))
    ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    assert counter.cancel("ana", "back-2").wallet.debt == 30


def test_what_a_rejected_return_frees_repays_at_once() -> None:
    ledger = PureLedger()
    sale(ledger, "gone", 50, "north")
    sale(ledger, "other", 20, "peak")
    counter = Returns(ledger)
    ledger.redeem("ana", 50, LINDEN)
    counter.announce("ana", "back-2", whole("other", 1))
    counter.bring("ana", "back-2", whole("missing", 1))
    ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    assert counter.reject("ana", "back-2").wallet.debt == 30


def test_what_a_timed_out_hold_frees_repays_with_the_next_command() -> None:
    spending = PureSpending(PureLedger())
    sale(spending.ledger, "gone", 50, "north")
    sale(spending.ledger, "other", 20, "peak")
    spending.ledger.redeem("ana", 50, LINDEN)
    spending.authorize("ana", 20, LINDEN)
    spending.ledger.give_back("ana", "back", "gone", {1: (ReturnBasis.WHOLE, None)})
    spending.ledger.pass_time(timedelta(minutes=15))
    sale(spending.ledger, "waits", 5, "peak", available_time=NOON + DAY)
    assert cancel(spending.ledger, "ana", target(spending.ledger, "ana", "waits")).wallet.debt == 30
