"""The matrix, cell by cell: what each movement books at each entity. Debits are positive."""

from pathlib import Path

import pytest

from settlement_service.domain.event import Cause, Event, Kind, Movement, Obligation
from settlement_service.domain.posting_matrix import MATRIX, Role, Treatment, treatment_of
from settlement_service.domain.posting_matrix_page import page
from tests.unit.settlement.events import accrual, booked, carrying, event, movement, owes, repayment

PAGE = Path(__file__).parents[3] / "docs/reference/posting_matrix.md"


def test_the_reference_page_is_fresh() -> None:
    assert PAGE.read_text() == page()


def test_earned_is_expense_against_liability() -> None:
    assert booked(event(movement(Kind.EARNED, carrying("north", 32)))) == {
        "north": {"promotional_expense": 32, "points_liability": -32}
    }


def test_earned_is_carried_by_each_funder_in_its_own_books() -> None:
    earned = movement(Kind.EARNED, carrying("north", 20), carrying("hq", 12), of=accrual("north", "north", "hq"))
    assert booked(event(earned)) == {
        "north": {"promotional_expense": 20, "points_liability": -20},
        "hq": {"promotional_expense": 12, "points_liability": -12},
    }


def test_earning_into_a_debt_fills_the_receivable_first() -> None:
    assert booked(event(movement(Kind.ADJUSTED, carrying("north", 5, 7)))) == {
        "north": {"adjustment_expense": 12, "points_liability": -5, "member_receivable": -7}
    }


def test_redeemed_elsewhere_turns_the_liability_into_a_debt_to_the_redeemer() -> None:
    assert booked(redeemed(price=40)) == {
        "north": {"points_liability": 40, "due_to:linden": -40},
        "linden": {"due_from:north": 40, "redemption_clearing": -40},
    }


def test_a_price_below_carrying_value_is_a_gain_of_the_funder() -> None:
    assert booked(redeemed(price=32))["north"] == {
        "points_liability": 40,
        "due_to:linden": -32,
        "settlement_gain_loss": -8,
    }


def test_a_price_above_carrying_value_is_a_loss_of_the_funder() -> None:
    assert booked(redeemed(price=45))["north"] == {
        "points_liability": 40,
        "due_to:linden": -45,
        "settlement_gain_loss": 5,
    }


def test_a_price_of_nothing_leaves_a_gain_and_no_debt() -> None:
    assert booked(redeemed(price=0)) == {"north": {"points_liability": 40, "settlement_gain_loss": -40}}


def test_own_points_spent_at_home_owe_nobody() -> None:
    spent = movement(Kind.REDEEMED, carrying("north", -40), price=32, cause=Cause.REDEMPTION)
    assert booked(event(spent, redeemer="north")) == {
        "north": {"points_liability": 40, "redemption_clearing": -32, "settlement_gain_loss": -8}
    }


def test_a_redeemer_that_funds_a_share_owes_itself_only_that() -> None:
    spent = movement(
        Kind.REDEEMED,
        carrying("north", -20),
        carrying("linden", -20),
        of=accrual("north", "north", "linden"),
        owed=[owes("north", "linden", 16)],
        price=32,
        cause=Cause.REDEMPTION,
    )
    assert booked(event(spent, redeemer="linden")) == {
        "north": {"points_liability": 20, "due_to:linden": -16, "settlement_gain_loss": -4},
        "linden": {
            "points_liability": 20,
            "due_from:north": 16,
            "redemption_clearing": -32,
            "settlement_gain_loss": -4,
        },
    }


def test_another_currency_passes_through_fx_clearing_in_both() -> None:
    spent = movement(
        Kind.REDEEMED,
        carrying("north", -40),
        owed=[owes("north", "linden", 55, "CAD")],
        price=55,
        currency="CAD",
        cause=Cause.REDEMPTION,
    )
    assert booked(event(spent, redeemer="linden")) == {
        "north": {
            "points_liability": 40,
            "fx_clearing": -40,
            "fx_clearing CAD": 55,
            "due_to:linden CAD": -55,
        },
        "linden": {"due_from:north CAD": 55, "redemption_clearing CAD": -55},
    }


def test_restored_undoes_redeemed_to_the_cent() -> None:
    back = movement(
        Kind.RESTORED,
        carrying("north", 40),
        owed=[owes("north", "linden", -32)],
        price=-32,
        cause=Cause.RETURN,
    )
    assert booked(event(back, redeemer="linden")) == {
        "north": {"points_liability": -40, "due_to:linden": 32, "settlement_gain_loss": 8},
        "linden": {"due_from:north": -32, "redemption_clearing": 32},
    }


def test_restored_own_points_undo_the_clearing() -> None:
    back = movement(Kind.RESTORED, carrying("north", 40), price=-40, cause=Cause.RETURN)
    assert booked(event(back)) == {"north": {"points_liability": -40, "redemption_clearing": 40}}


def test_reversed_takes_the_expense_back_from_liability_and_below_zero_from_the_member() -> None:
    assert booked(event(movement(Kind.REVERSED, carrying("north", -10, -22), cause=Cause.RETURN))) == {
        "north": {"points_liability": 10, "member_receivable": 22, "promotional_expense": -32}
    }


def test_what_was_taken_over_and_goes_back_leaves_import_clearing_as_it_was() -> None:
    came = booked(event(movement(Kind.IMPORTED, carrying("north", 10), cause=Cause.IMPORT)))
    assert came == {"north": {"points_liability": -10, "import_clearing": 10}}
    went = booked(event(movement(Kind.REVERSED, carrying("north", -10), cause=Cause.IMPORT)))
    assert went == {"north": {"points_liability": 10, "import_clearing": -10}}


def test_expired_is_breakage_income() -> None:
    assert booked(event(movement(Kind.EXPIRED, carrying("north", -10), cause=Cause.TIME))) == {
        "north": {"points_liability": 10, "breakage_income": -10}
    }


def test_imported_points_are_carried_against_import_clearing() -> None:
    assert booked(event(movement(Kind.IMPORTED, carrying("north", 10)))) == {
        "north": {"import_clearing": 10, "points_liability": -10}
    }


def test_a_transfer_passes_through_transfer_clearing() -> None:
    out = movement(Kind.TRANSFERRED_OUT, carrying("north", -10))
    came = movement(Kind.TRANSFERRED_IN, carrying("north", 10), sequence=2)
    assert booked(event(out, came)) == {"north": {"points_liability": 0, "transfer_clearing": 0}}


def test_adjusted_down_gives_expense_back() -> None:
    assert booked(event(movement(Kind.ADJUSTED, carrying("north", -10), points=-10))) == {
        "north": {"points_liability": 10, "adjustment_expense": -10}
    }


@pytest.mark.parametrize("kind", [Kind.HELD, Kind.UNHELD, Kind.RESCHEDULED])
def test_what_changes_no_carrying_value_books_nothing(kind: Kind) -> None:
    assert booked(event(movement(kind))) == {}


def test_a_repayment_is_owed_by_the_payer_and_clears_the_receivable() -> None:
    assert booked(event(*repayment(price=93, paid=96, cleared=94))) == {
        "peak": {"points_liability": 96, "due_to:harbor": -93, "settlement_gain_loss": -3},
        "harbor": {"due_from:peak": 93, "member_receivable": -94, "settlement_gain_loss": 1},
    }


def test_an_unwound_repayment_undoes_exactly_that() -> None:
    assert booked(event(*repayment(price=-93, paid=-96, cleared=-94))) == {
        "peak": {"points_liability": -96, "due_to:harbor": 93, "settlement_gain_loss": 3},
        "harbor": {"due_from:peak": -93, "member_receivable": 94, "settlement_gain_loss": -1},
    }


def test_a_debt_repaid_by_its_own_funder_owes_nobody() -> None:
    debt, payer = accrual("peak", accrual_id="acc_debt"), accrual("peak", accrual_id="acc_payer")
    assert booked(event(*repayment(price=93, paid=96, cleared=94, debt=debt, payer=payer))) == {
        "peak": {
            "points_liability": 96,
            "member_receivable": -94,
            "settlement_gain_loss": -2,
            "repayment_clearing": 0,
        }
    }


def test_common_funders_of_a_repayment_clear_their_own_parts() -> None:
    debt = accrual("harbor", "harbor", "hq", accrual_id="acc_debt")
    payer = accrual("peak", "peak", "hq", accrual_id="acc_payer")
    paying = movement(
        Kind.REDEEMED,
        carrying("peak", -50),
        carrying("hq", -50),
        of=payer,
        owed=[owes("peak", "harbor", 50)],
        price=100,
        cause=Cause.REPAYMENT,
        cause_id="acc_debt",
    )
    repaid = movement(
        Kind.REPAID,
        carrying("harbor", 0, 50),
        carrying("hq", 0, 50),
        of=debt,
        price=100,
        cause=Cause.REPAYMENT,
        cause_id="acc_payer",
        sequence=2,
    )
    assert booked(event(paying, repaid)) == {
        "peak": {"points_liability": 50, "due_to:harbor": -50},
        "harbor": {"due_from:peak": 50, "member_receivable": -50},
        "hq": {"points_liability": 50, "member_receivable": -50, "repayment_clearing": 0},
    }


def test_a_reduced_refund_is_owed_to_the_issuer_by_the_place_that_keeps_the_money() -> None:
    good = made_good(owes("peak", "harbor", 93), place="peak")
    assert booked(event(good)) == {
        "harbor": {"due_from:peak": 93, "member_receivable": -94, "settlement_gain_loss": 1},
        "peak": {"refund_clearing": 93, "due_to:harbor": -93},
    }


def test_an_issuer_that_reduces_its_own_refund_keeps_the_money() -> None:
    assert booked(event(made_good(place="harbor"))) == {
        "harbor": {"refund_clearing": 93, "member_receivable": -94, "settlement_gain_loss": 1}
    }


def test_what_is_written_off_is_the_issuers_expense_at_carrying_value() -> None:
    assert booked(event(made_good())) == {"harbor": {"adjustment_expense": 94, "member_receivable": -94}}


def test_a_reduced_refund_in_another_currency_passes_through_fx_clearing() -> None:
    good = movement(
        Kind.ADJUSTED,
        carrying("harbor", 0, 94),
        of=accrual("harbor"),
        owed=[owes("peak", "harbor", 120, "CAD")],
        price=120,
        currency="CAD",
        cause=Cause.RETURN,
        place="peak",
    )
    assert booked(event(good))["harbor"] == {
        "member_receivable": -94,
        "fx_clearing": 94,
        "due_from:peak CAD": 120,
        "fx_clearing CAD": -120,
    }


def test_own_points_restored_with_goods_are_the_redeemers_also_where_several_carry_them() -> None:
    """A return restores several redemptions, so the event names no redeemer; each movement names its own."""
    back = movement(
        Kind.RESTORED,
        carrying("north", 1),
        of=accrual("north", "north", "linden"),
        price=-1,
        cause=Cause.RETURN,
        place="linden",
    )
    assert booked(event(back)) == {
        "north": {"points_liability": -1, "settlement_gain_loss": 1},
        "linden": {"redemption_clearing": 1, "settlement_gain_loss": -1},
    }


def test_every_kind_has_a_treatment() -> None:
    by_kind = {treatment_of(movement(kind)) for kind in Kind}
    assert by_kind == set(Treatment) - {Treatment.PAYING, Treatment.MADE_GOOD, Treatment.WITHDRAWN}


def test_every_treatment_but_none_books_for_a_funder() -> None:
    assert {treatment for treatment, role in MATRIX if role is Role.FUNDER} == set(Treatment) - {Treatment.NONE}


def made_good(*owed: Obligation, place: str = "") -> Movement:
    """Harbor's debt of a carrying value of 94 is made good at a price of 93."""
    return movement(
        Kind.ADJUSTED,
        carrying("harbor", 0, 94),
        of=accrual("harbor"),
        owed=owed,
        price=93,
        cause=Cause.RETURN,
        place=place,
    )


def redeemed(price: int) -> Event:
    """North's points, carried at 40, spent at Linden."""
    spent = movement(
        Kind.REDEEMED,
        carrying("north", -40),
        owed=[owes("north", "linden", price)] if price else [],
        price=price,
        cause=Cause.REDEMPTION,
    )
    return event(spent, redeemer="linden")
