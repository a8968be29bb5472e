"""Statements: opening and entries sum to closing, whatever was booked when; sentences carry their numbers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chassis.values.money import Money
from ledger_service.domain.answers import LogPosition, RedemptionView
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.sentences import entry_text
from ledger_service.domain.statement import (
    EntryPart,
    LapsedPoints,
    PastWallet,
    Statement,
    StatementFacts,
    StatementPoints,
    seen_by,
    statement_of,
)
from ledger_service.domain.wallet import WalletView
from tests.support.pure_ledger import CENT_PER_POINT, NOON

DAY = timedelta(days=1)


def past(balance: int, *lapsed: LapsedPoints) -> PastWallet:
    """A wallet of such a balance, what had lapsed already taken off."""
    return PastWallet(WalletView("prg", "ana", balance, balance, 0, 0, 0, 1, NOON), lapsed, ())


def part(
    position: int,
    points: int,
    kind: MovementKind = MovementKind.EARNED,
    cause: Cause = Cause.ORDER,
    cause_id: str = "ord_1",
    brand: str = "north",
    when: datetime = NOON,
) -> EntryPart:
    return EntryPart(when, LogPosition(0, position), when, cause, cause_id, kind, brand, points)


def told(opening: PastWallet, closing: PastWallet, parts: Sequence[EntryPart], booked: Sequence[str] = ()) -> Statement:
    return statement_of(StatementFacts(opening, closing, parts, set(booked), {"red_1": REDEMPTION}))


REDEMPTION = RedemptionView(
    redemption_id="red_1",
    brand="linden",
    location_id="linden-1",
    points=30,
    value=Money("USD", 30),
    rate=CENT_PER_POINT,
    revision="rev",
    post_time=NOON,
)


def test_a_command_is_one_entry_for_each_cause() -> None:
    parts = [
        part(1, -5, MovementKind.EXPIRED, Cause.TIME, ""),
        part(1, -30, MovementKind.REDEEMED, Cause.REDEMPTION, "red_1"),
        part(1, 10),
        part(1, 20, brand="harbor"),
    ]
    statement = told(past(50), past(45), parts)
    assert [(entry.cause, entry.change, entry.balance) for entry in statement.entries] == [
        (Cause.TIME, -5, 45),
        (Cause.REDEMPTION, -30, 15),
        (Cause.ORDER, 30, 45),
    ]
    assert [entry.redemption for entry in statement.entries] == [None, REDEMPTION, None]


def test_a_repayment_is_told_with_what_gave_rise_to_it() -> None:
    parts = [
        part(1, 40),
        part(1, -40, MovementKind.REDEEMED, Cause.REPAYMENT, "acc_debtor"),
        part(1, 40, MovementKind.REPAID, Cause.REPAYMENT, "acc_payer", brand="harbor"),
    ]
    [entry] = told(past(-40), past(0), parts).entries
    assert (entry.cause, entry.cause_id, entry.change, entry.redemption) == (Cause.ORDER, "ord_1", 40, None)


def test_points_that_lapsed_but_were_not_booked_are_told_at_that_instant() -> None:
    lapsed = LapsedPoints("acc_1", "north", 7, NOON + DAY)
    statement = told(past(0), past(3, lapsed), [part(1, 10)])
    assert [(entry.post_time, entry.change) for entry in statement.entries] == [(NOON, 10), (NOON + DAY, -7)]
    assert statement.totals == (
        StatementPoints(MovementKind.EARNED, "north", 10),
        StatementPoints(MovementKind.EXPIRED, "north", -7),
    )


def test_points_that_had_lapsed_before_are_not_told_again() -> None:
    lapsed = LapsedPoints("acc_1", "north", 7, NOON - DAY)
    assert told(past(3, lapsed), past(3, lapsed), []).entries == ()


def test_points_that_lapse_anew_after_an_expiry_was_booked_are_told() -> None:
    before, after = LapsedPoints("acc_1", "north", 7, NOON - DAY), LapsedPoints("acc_1", "north", 2, NOON + DAY)
    given_back = part(2, 2, MovementKind.RESTORED, Cause.REDEMPTION, "red_1")
    statement = told(past(0, before), past(0, after), [given_back], booked=["acc_1"])
    assert [entry.change for entry in statement.entries] == [2, -2]


def test_who_is_concerned_with_one_brand_sees_all_sums_but_no_other_brand() -> None:
    parts = [
        part(1, 10, brand="north"),
        part(2, 20, brand="harbor", cause_id="ord_2"),
        part(3, -30, MovementKind.REDEEMED, Cause.REDEMPTION, "red_1"),
    ]
    whole = told(past(5), past(5), parts)
    seen = seen_by(whole, {"north"})
    assert [(entry.cause_id, entry.redemption) for entry in seen.entries] == [("ord_1", None), ("", None), ("", None)]
    assert [entry.balance for entry in seen.entries] == [entry.balance for entry in whole.entries]
    assert {points.brand for points in seen.totals} == {"north", ""}
    assert sum(points.points for points in seen.totals) == sum(points.points for points in whole.totals)
    assert seen_by(whole, {"linden"}).entries[2].redemption == REDEMPTION


def test_an_entry_says_what_points_bought_and_at_which_rate() -> None:
    [entry] = told(past(50), past(20), [part(1, -30, MovementKind.REDEEMED, Cause.REDEMPTION, "red_1")]).entries
    assert entry_text(entry) == (
        "Redemption: -30 spent; 30 points bought 0.30 USD at linden (linden-1), 1 minor units a point; balance 20."
    )


def test_an_entry_names_each_thing_that_was_done() -> None:
    parts = [part(1, 10), part(1, 20, brand="harbor"), part(1, -4, MovementKind.EXPIRED)]
    [entry] = told(past(0), past(26), parts).entries
    assert entry_text(entry) == "Purchase: +30 earned, -4 expired; balance 26."
