"""Restoring a redemption: how many points, what they are worth, what becomes of those that have lapsed."""

from datetime import timedelta

import pytest

from chassis.values.refusal import Refusal
from ledger_service.domain.commands import RestoreRedemption
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.policies import LapsedRestore, ReturnPolicy
from tests.support.pure_ledger import NOON, PureLedger, award, sold, terms
from tests.support.pure_restores import DEBT, burns, open_positions, redemption, restore, spend

LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1", "peak": "1/2"})
DAY = timedelta(days=1)


def earned(*accruals: tuple[str, int], **more: object) -> PureLedger:
    """A ledger in which one sale gave (brand, points), each for a line of its own."""
    ledger = PureLedger()
    lines = [sold(number, 1000, brand) for number, (brand, _) in enumerate(accruals, start=1)]
    awards = [award(number, points, brand, **more) for number, (brand, points) in enumerate(accruals, start=1)]  # type: ignore[arg-type]
    ledger.post_order("ana", "sale", lines, awards)
    return ledger


def test_points_go_back_to_the_accruals_they_came_from() -> None:
    ledger = earned(("north", 40), ("harbor", 60))
    restore(ledger, spend(ledger, 70, LINDEN))
    assert (ledger.accrual_of("sale", 1), ledger.accrual_of("sale", 2)) == ((40, 0), (60, 0))


def test_zero_asks_for_all_that_is_left() -> None:
    ledger = earned(("north", 100))
    spent = spend(ledger, 70, LINDEN)
    restore(ledger, spent, 20)
    answer = restore(ledger, spent)
    assert answer.restored is not None
    assert answer.restored.points == 50


def test_parts_are_worth_the_cumulative_floor_and_the_last_the_rest() -> None:
    ledger = earned(("north", 100))
    spent = spend(ledger, 10, LINDEN)
    parts = [restore(ledger, spent, 3).restored for _ in range(3)] + [restore(ledger, spent).restored]
    assert [part.value.minor_units for part in parts if part] == [2, 2, 3, 1]


@pytest.mark.parametrize("asked", [31, 1_000])
def test_more_than_is_left_is_refused(asked: int) -> None:
    ledger = earned(("north", 100))
    spent = spend(ledger, 50, LINDEN)
    restore(ledger, spent, 20)
    with pytest.raises(Refusal, match="NOT_RESTORABLE") as refused:
        restore(ledger, spent, asked)
    assert refused.value.metadata["left"] == "30"


def test_nothing_is_left_of_what_was_restored() -> None:
    ledger = earned(("north", 100))
    spent = spend(ledger, 50, LINDEN)
    restore(ledger, spent)
    with pytest.raises(Refusal, match="NOT_RESTORABLE"):
        restore(ledger, spent)


def test_whatever_the_parts_all_of_the_price_is_undone() -> None:
    ledger = earned(("north", 37), ("harbor", 5), ("peak", 61))
    spent = spend(ledger, 103, LINDEN)
    for _ in range(103):
        restore(ledger, spent, 1)
    assert open_positions(ledger) == {}
    assert all(burn.restored_price == burn.price.minor_units for burn in burns(ledger))


def test_a_cent_may_come_back_without_a_point() -> None:
    """Two accruals of one point, worth a cent together: the cent is the first one's, and due with the last point."""
    ledger = earned(("north", 1), ("harbor", 1))
    spent = spend(ledger, 2, LINDEN)
    restore(ledger, spent, 1)
    restore(ledger, spent, 1)
    last = [(one.movement.points, one.movement.settlement.value) for one in ledger.events[-1].movements]
    assert [(points, value.minor_units) for points, value in last if value] == [(0, 1), (1, 0)]
    assert redemption(ledger, spent).restored_value == 1


def test_the_price_undone_follows_each_funders_own_terms() -> None:
    funders = {"north": 5_000, "peak": 5_000}
    ledger = earned(("north", 100), funders=funders)
    spent = spend(ledger, 100, LINDEN)
    assert ledger.positions() == {"north": -40, "peak": -20, "linden": 60}
    restore(ledger, spent, 50)
    assert ledger.positions() == {"north": -20, "peak": -10, "linden": 30}


def test_the_event_names_redemption_brand_and_redeemer() -> None:
    ledger = earned(("north", 100))
    spent = spend(ledger, 10, LINDEN)
    restore(ledger, spent)
    event = ledger.events[-1]
    assert (event.type, event.subject_id) == (EventType.REDEMPTION_RESTORED, spent)
    assert (event.brand, event.redeemer) == ("linden", "linden")
    settlement = event.movements[0].movement.settlement
    assert (settlement.place_entity, settlement.place_brand) == ("linden", "linden")


def test_a_tombstone_moves_nothing() -> None:
    ledger = earned(("north", 100))
    answer = ledger.run(RestoreRedemption(ledger.origin("ana"), "red-later", 0, "", DEBT, b"key")).answer
    assert (answer.restored, answer.redemption, answer.wallet.balance) == (None, None, 100)  # type: ignore[union-attr]
    assert ledger.events[-1].movements == ()


# --- lapsed meanwhile


def lapsed(policy: ReturnPolicy) -> PureLedger:
    """50 points that lapsed while they were spent are given back."""
    ledger = earned(("north", 50), expire_time=NOON + 10 * DAY)
    spent = spend(ledger, 50, LINDEN)
    ledger.pass_time(11 * DAY)
    restore(ledger, spent, 0, policy)
    return ledger


def test_what_has_lapsed_gets_a_grace_period() -> None:
    ledger = lapsed(ReturnPolicy(lapsed=LapsedRestore.GRACE, grace_days=14))
    moved = ledger.events[-1].movements[-1].movement
    assert (moved.kind, moved.cause) == (MovementKind.RESCHEDULED, Cause.REDEMPTION)
    assert moved.expire_time == ledger.now + 14 * DAY
    ledger.redeem("ana", 50, LINDEN)


def test_points_in_grace_lapse_at_its_end() -> None:
    ledger = lapsed(ReturnPolicy(lapsed=LapsedRestore.GRACE, grace_days=14))
    ledger.pass_time(14 * DAY)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        ledger.redeem("ana", 50, LINDEN)


def test_without_grace_they_expire_at_once() -> None:
    ledger = lapsed(ReturnPolicy(lapsed=LapsedRestore.EXPIRE))
    assert [one.movement.kind for one in ledger.events[-1].movements] == [MovementKind.RESTORED, MovementKind.EXPIRED]
    assert open_positions(ledger) == {}


def test_a_grace_of_no_days_is_none() -> None:
    ledger = lapsed(ReturnPolicy(lapsed=LapsedRestore.GRACE, grace_days=0))
    assert ledger.events[-1].movements[-1].movement.kind is MovementKind.EXPIRED


def test_what_has_not_lapsed_keeps_its_expiry() -> None:
    ledger = earned(("north", 50), expire_time=NOON + 10 * DAY)
    restore(ledger, spend(ledger, 50, LINDEN))
    assert [one.movement.kind for one in ledger.events[-1].movements] == [MovementKind.RESTORED]
