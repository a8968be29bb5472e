"""What RESERVE and NONE book beside the matrix of REIMBURSE, and the points side: cell by cell. Debits are positive."""

from dataclasses import replace

import pytest

from chassis.values.money import Money
from settlement_service.domain.accounts import PointAccount
from settlement_service.domain.bookkeeping import entries_of
from settlement_service.domain.event import Cause, Event, Kind, Movement, Unbookable
from settlement_service.domain.posting_matrix import BEARING, POINT_CONTRA, RESERVE_CELLS, Role, Treatment
from settlement_service.domain.program_facts import SettlementPolicy
from tests.unit.settlement.events import USD, accrual, booked, carrying, event, movement, owes, repayment


def under_reserve(*moved: Movement, reserve: str = "hq") -> tuple[Movement, ...]:
    """The movements, of accruals whose value lies in a reserve."""
    return tuple(
        replace(each, accrual=replace(each.accrual, policy=SettlementPolicy.RESERVE, reserve_entity=reserve))
        for each in moved
    )


def under_none(moved: Movement, value: int, currency: str = USD) -> Movement:
    """The movement, of an accrual that owes nobody, with what its points were worth."""
    frozen = replace(moved.accrual, policy=SettlementPolicy.NONE)
    return replace(moved, accrual=frozen, price=Money(currency, 0), value=Money(currency, value), place_entity="linden")


def spent(price: int, carried: int = -40) -> Movement:
    """North's points, spent at Linden."""
    owed = [owes("north", "linden", price)]
    kind = Kind.REDEEMED if carried < 0 else Kind.RESTORED
    return movement(kind, carrying("north", carried), owed=owed, price=price, cause=Cause.REDEMPTION, place="linden")


def test_an_accrual_pays_its_value_into_the_reserve() -> None:
    assert booked(event(*under_reserve(movement(Kind.EARNED, carrying("north", 40))))) == {
        "north": {
            "promotional_expense": 40,
            "points_liability": -40,
            "reserve_deposit:hq": 40,
            "due_to:hq": -40,
        },
        "hq": {"due_from:north": 40, "reserve_held:north": -40},
    }


def test_each_funder_pays_for_its_own_share() -> None:
    shared = accrual("north", "north", "peak")
    earned = movement(Kind.EARNED, carrying("north", 20), carrying("peak", 12), of=shared)
    books = booked(event(*under_reserve(earned)))
    assert books["hq"] == {
        "due_from:north": 20,
        "reserve_held:north": -20,
        "due_from:peak": 12,
        "reserve_held:peak": -12,
    }


def test_a_redemption_draws_on_the_reserve_and_the_funder_owes_the_difference() -> None:
    assert booked(event(*under_reserve(spent(45)))) == {
        "north": {"points_liability": 40, "settlement_gain_loss": 5, "due_to:hq": -5, "reserve_deposit:hq": -40},
        "hq": {"due_from:north": 5, "reserve_held:north": 40, "due_to:linden": -45},
        "linden": {"due_from:hq": 45, "redemption_clearing": -45},
    }


def test_a_price_below_carrying_value_comes_back_to_the_funder() -> None:
    books = booked(event(*under_reserve(spent(30))))
    assert books["north"] == {
        "points_liability": 40,
        "settlement_gain_loss": -10,
        "due_to:hq": 10,
        "reserve_deposit:hq": -40,
    }
    assert books["hq"] == {"due_from:north": -10, "reserve_held:north": 40, "due_to:linden": -30}


def test_restored_undoes_the_draw_to_the_cent() -> None:
    there, back = booked(event(*under_reserve(spent(45)))), booked(event(*under_reserve(spent(-45, carried=40))))
    assert back == {
        entity: {account: -amount for account, amount in accounts.items()} for entity, accounts in there.items()
    }


@pytest.mark.parametrize(
    ("kind", "income"), [(Kind.EXPIRED, "breakage_income"), (Kind.REVERSED, "promotional_expense")]
)
def test_what_lapses_or_is_taken_back_is_refunded(kind: Kind, income: str) -> None:
    assert booked(event(*under_reserve(movement(kind, carrying("north", -40))))) == {
        "north": {"points_liability": 40, income: -40, "reserve_deposit:hq": -40, "due_to:hq": 40},
        "hq": {"due_from:north": -40, "reserve_held:north": 40},
    }


def test_points_owed_by_members_never_pass_the_reserve() -> None:
    assert booked(event(*under_reserve(movement(Kind.REVERSED, carrying("north", -10, -30))))) == {
        "north": {
            "points_liability": 10,
            "member_receivable": 30,
            "promotional_expense": -40,
            "reserve_deposit:hq": -10,
            "due_to:hq": 10,
        },
        "hq": {"due_from:north": -10, "reserve_held:north": 10},
    }


def test_a_reserve_that_funds_pays_nothing_to_itself_and_owes_the_redeemer_directly() -> None:
    assert booked(event(*under_reserve(spent(45), reserve="north"))) == {
        "north": {"points_liability": 40, "settlement_gain_loss": 5, "due_to:linden": -45},
        "linden": {"due_from:north": 45, "redemption_clearing": -45},
    }


def test_a_reserve_that_redeems_is_owed_the_price_by_the_funder() -> None:
    assert booked(event(*under_reserve(spent(45), reserve="linden"))) == {
        "north": {
            "points_liability": 40,
            "settlement_gain_loss": 5,
            "due_to:linden": -5,
            "reserve_deposit:linden": -40,
        },
        "linden": {"due_from:north": 5, "reserve_held:north": 40, "redemption_clearing": -45},
    }


def test_own_points_spent_at_home_go_to_the_reserve_and_come_back() -> None:
    own = movement(Kind.REDEEMED, carrying("north", -40), price=45, cause=Cause.REDEMPTION, place="north")
    assert booked(event(*under_reserve(own))) == {
        "north": {
            "points_liability": 40,
            "settlement_gain_loss": 5,
            "due_to:hq": -5,
            "reserve_deposit:hq": -40,
            "due_from:hq": 45,
            "redemption_clearing": -45,
        },
        "hq": {"due_from:north": 5, "reserve_held:north": 40, "due_to:north": -45},
    }


def test_own_points_of_the_reserve_itself_owe_nobody() -> None:
    own = movement(Kind.REDEEMED, carrying("north", -40), price=45, cause=Cause.REDEMPTION, place="north")
    assert booked(event(*under_reserve(own, reserve="north"))) == {
        "north": {"points_liability": 40, "settlement_gain_loss": 5, "redemption_clearing": -45}
    }


def test_a_repayment_passes_the_payers_reserve() -> None:
    payer, debt = repayment(93, 93, 93)
    [payer] = under_reserve(payer)
    assert booked(event(payer, debt)) == {
        "peak": {"points_liability": 93, "reserve_deposit:hq": -93},
        "hq": {"reserve_held:peak": 93, "due_to:harbor": -93},
        "harbor": {"due_from:hq": 93, "member_receivable": -93},
    }


def test_a_repayment_within_one_entity_clears_in_its_own_books() -> None:
    payer, debt = repayment(93, 93, 93, payer=accrual("harbor", accrual_id="acc_payer"))
    books = booked(event(*under_reserve(payer), debt))
    assert books["harbor"]["repayment_clearing"] == 0
    assert books["hq"] == {"due_from:harbor": -93, "reserve_held:harbor": 93}


def test_what_is_kept_of_a_refund_is_owed_directly() -> None:
    made_good = movement(
        Kind.ADJUSTED,
        carrying("north", 0, 40),
        owed=[owes("linden", "north", 40)],
        price=40,
        cause=Cause.RETURN,
        place="linden",
    )
    assert booked(event(*under_reserve(made_good))) == booked(event(made_good))


def test_a_transfer_takes_its_value_out_of_the_reserve_and_into_it_again() -> None:
    out, into = (
        booked(event(*under_reserve(movement(kind, carrying("north", change)))))["hq"]
        for kind, change in ((Kind.TRANSFERRED_OUT, -40), (Kind.TRANSFERRED_IN, 40))
    )
    assert out == {"due_from:north": -40, "reserve_held:north": 40}
    assert into == {"due_from:north": 40, "reserve_held:north": -40}


def test_a_price_in_another_currency_passes_the_reserve_in_that_currency() -> None:
    abroad = movement(
        Kind.REDEEMED,
        carrying("north", -40),
        owed=[owes("north", "linden", 55, "CAD")],
        price=55,
        currency="CAD",
        cause=Cause.REDEMPTION,
        place="linden",
    )
    assert booked(event(*under_reserve(abroad)))["hq"] == {
        "due_from:north": -40,
        "reserve_held:north": 40,
        "due_from:north CAD": 55,
        "due_to:linden CAD": -55,
    }


def test_under_none_the_redeemer_bears_the_value_and_the_funder_keeps_its_carrying_value() -> None:
    taken = movement(Kind.REDEEMED, carrying("north", -40), cause=Cause.REDEMPTION)
    assert booked(event(under_none(taken, 45))) == {
        "north": {"points_liability": 40, "settlement_gain_loss": -40},
        "linden": {"redemption_expense:north": 45, "redemption_clearing": -45},
    }


def test_under_none_the_value_is_divided_over_the_funders() -> None:
    taken = movement(
        Kind.REDEEMED,
        carrying("north", -20),
        carrying("linden", -20),
        of=accrual("north", "north", "linden"),
        cause=Cause.REDEMPTION,
    )
    assert booked(event(under_none(taken, 45)))["linden"] == {
        "points_liability": 20,
        "settlement_gain_loss": -20,
        "redemption_expense:north": 23,
        "redemption_expense:linden": 22,
        "redemption_clearing": -45,
    }


def test_under_none_restored_undoes_what_the_redeemer_bore() -> None:
    back = movement(Kind.RESTORED, carrying("north", 40), cause=Cause.RETURN)
    assert booked(event(under_none(back, 45)))["linden"] == {"redemption_expense:north": -45, "redemption_clearing": 45}


def test_under_none_another_currency_is_no_exchange() -> None:
    taken = movement(Kind.REDEEMED, carrying("north", -40), cause=Cause.REDEMPTION)
    books = booked(event(under_none(taken, 60, "CAD")))
    assert books["north"] == {"points_liability": 40, "settlement_gain_loss": -40}
    assert books["linden"] == {"redemption_expense:north CAD": 60, "redemption_clearing CAD": -60}


def test_under_none_a_redemption_that_does_not_say_where_is_refused() -> None:
    shared = movement(Kind.REDEEMED, of=accrual("north", "north", "peak"), cause=Cause.REDEMPTION)
    with pytest.raises(Unbookable, match="where its points were spent"):
        booked(event(replace(under_none(shared, 45), place_entity="")))


def test_every_cell_of_the_policies_has_a_test_above() -> None:
    assert set(RESERVE_CELLS) == {Role.CONTRIBUTOR, Role.HOLDER, Role.PASSER}
    assert set(BEARING) == {Treatment.REDEEMED}


def points(content: Event) -> dict[str, int]:
    """The points of an event, debits positive; all in one entity's books."""
    [issuer] = {entry.entity for entry in entries_of(content) if entry.points}
    assert issuer == "north"
    return {posting.account: posting.amount for entry in entries_of(content) for posting in entry.points}


@pytest.mark.parametrize(("kind", "contra"), POINT_CONTRA.items())
def test_every_kind_posts_its_points(kind: Kind, contra: PointAccount) -> None:
    takes = kind in (Kind.REDEEMED, Kind.REVERSED, Kind.EXPIRED, Kind.TRANSFERRED_OUT)
    partner: tuple[Movement, ...] = ()
    moved = movement(kind)
    if kind is Kind.REPAID:
        payer, moved = repayment(1, 0, 0, debt=accrual("north", accrual_id="acc_debt"))
        partner = (replace(payer, points=0),)
    moved = replace(moved, outstanding_after=5 if takes else 15)
    sign = -1 if takes else 1
    assert points(event(*partner, moved)) == {contra: sign * 10, PointAccount.OUTSTANDING: -sign * 10}


def test_points_below_zero_are_owed() -> None:
    taken = replace(movement(Kind.REVERSED), outstanding_after=-4)
    assert points(event(taken)) == {
        PointAccount.REVERSED: -10,
        PointAccount.OUTSTANDING: 6,
        PointAccount.OWED: 4,
    }
    back = replace(movement(Kind.RESTORED), outstanding_after=-2)
    assert points(event(back)) == {PointAccount.RESTORED: 10, PointAccount.OWED: -10}


def test_points_stand_beside_what_carries_them_or_alone() -> None:
    [alone] = entries_of(event(replace(movement(Kind.EARNED), outstanding_after=10)))
    assert (alone.entity, alone.currency, alone.postings) == ("north", "", ())
    [beside] = entries_of(event(replace(movement(Kind.EARNED, carrying("north", 40)), outstanding_after=10)))
    assert (beside.entity, beside.currency, len(beside.postings), len(beside.points)) == ("north", USD, 2, 2)


def test_a_funder_that_does_not_issue_has_no_points() -> None:
    earned = movement(Kind.EARNED, carrying("hq", 12), of=accrual("north", "hq"))
    entries = entries_of(event(replace(earned, accrual=replace(earned.accrual, brand="north", issuer="north"))))
    assert [(entry.entity, bool(entry.postings), bool(entry.points)) for entry in entries] == [
        ("hq", True, False),
        ("north", False, True),
    ]
