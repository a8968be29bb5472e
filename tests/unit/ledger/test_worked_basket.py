"""The worked basket of docs/DOMAIN.md §11, to the cent, with both of its endings."""

import pytest

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import AccrualKind, PointRate
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.order import ReturnBasis
from tests.support.pure_ledger import PureLedger, award, sold, terms
from tests.support.pure_restores import burns, open_positions, redemption, restore, spend

FACE = PointRate("USD", Ratio(4, 5))
LINDEN = terms("linden", "4/5", {"north": "1", "harbor": "1", "peak": "1"})


@pytest.fixture
def basket() -> PureLedger:
    ledger = PureLedger()
    lines = [sold(1, 4000, "north"), sold(2, 9800, "harbor"), sold(3, 6000, "peak")]
    awards = [
        award(1, 40, "north", ordinal=1, rate=FACE),
        award(2, 196, "harbor", ordinal=2, rate=FACE),
        award(3, 60, "peak", ordinal=3, rate=FACE),
        award(3, 120, "peak", ordinal=4, kind=AccrualKind.BONUS, rate=FACE),
    ]
    ledger.post_order("ana", "sale", lines, awards)
    return ledger


def test_four_accruals_make_one_balance(basket: PureLedger) -> None:
    assert [event.movements[-1].accrual.remaining for event in basket.events] == [120]
    assert basket.state.wallets[("prg", "ana")].balance == 416  # type: ignore[index]


def test_spending_300_burns_oldest_first_and_prices_each_piece(basket: PureLedger) -> None:
    answer = basket.redeem("ana", 300, LINDEN)
    pieces = [(m.movement.points, m.movement.settlement.value.minor_units) for m in basket.events[-1].movements]  # type: ignore[union-attr]
    assert answer.redemption.value.minor_units == 240
    assert pieces == [(40, 32), (196, 157), (60, 48), (4, 3)]
    assert basket.positions() == {"north": -32, "harbor": -157, "peak": -51, "linden": 240}


def test_the_jacket_comes_back_and_the_bonus_repays_at_once(basket: PureLedger) -> None:
    basket.redeem("ana", 300, LINDEN)
    answer = basket.give_back("ana", "return", "sale", {2: (ReturnBasis.WHOLE, None)})
    assert [line.reversed for line in answer.reversed] == [196]
    assert answer.repaid_points == 116
    assert (answer.wallet.balance, answer.wallet.debt, answer.wallet.available) == (-80, 80, 0)
    assert basket.accrual_of("sale", 2) == (-80, 0)
    assert basket.positions() == {"north": -32, "harbor": -64, "peak": -144, "linden": 240}


def test_her_next_order_makes_harbor_whole_and_no_more(basket: PureLedger) -> None:
    basket.redeem("ana", 300, LINDEN)
    basket.give_back("ana", "return", "sale", {2: (ReturnBasis.WHOLE, None)})
    answer = basket.post_order("ana", "next", [sold(1, 10000, "north")], [award(1, 100, "north", rate=FACE)])
    assert answer.repaid_points == 80
    assert (answer.wallet.balance, answer.wallet.available, answer.wallet.debt) == (20, 20, 0)
    assert basket.positions() == {"north": -96, "harbor": 0, "peak": -144, "linden": 240}


def test_a_repayment_moves_payer_and_debtor_together(basket: PureLedger) -> None:
    basket.redeem("ana", 300, LINDEN)
    basket.give_back("ana", "return", "sale", {2: (ReturnBasis.WHOLE, None)})
    payer, debtor = (recorded.movement for recorded in basket.events[-1].movements[-2:])
    assert (payer.kind, debtor.kind) == (MovementKind.REDEEMED, MovementKind.REPAID)
    assert payer.settlement.pays == debtor.settlement.pays
    assert (payer.cause_id, debtor.cause_id) == (debtor.accrual_id, payer.accrual_id)


# --- the Linden purchase comes back


@pytest.fixture
def spent(basket: PureLedger) -> tuple[PureLedger, str]:
    """The basket up to her next order, and the Linden purchase."""
    redemption_id = spend(basket, 300, LINDEN)
    basket.give_back("ana", "return", "sale", {2: (ReturnBasis.WHOLE, None)})
    basket.post_order("ana", "next", [sold(1, 10000, "north")], [award(1, 100, "north", rate=FACE)])
    return basket, redemption_id


def moved(ledger: PureLedger, kind: MovementKind, cause: Cause) -> list[tuple[str, int, int]]:
    """Brand, points and price of the movements of the last event."""
    return [
        (one.accrual.brand, one.movement.points, one.movement.settlement.price.minor_units)  # type: ignore[union-attr]
        for one in ledger.events[-1].movements
        if (one.movement.kind, one.movement.cause) == (kind, cause)
    ]


def test_all_of_it_comes_back_and_nobody_owes_anybody(spent: tuple[PureLedger, str]) -> None:
    ledger, redemption_id = spent
    answer = restore(ledger, redemption_id)
    left = [ledger.accrual_of("sale", 1), ledger.accrual_of("sale", 2), ledger.accrual_of("sale", 3)]
    left += [ledger.accrual_of("sale", 3, AccrualKind.BONUS), ledger.accrual_of("next", 1)]
    assert left == [(40, 0), (0, 0), (60, 0), (120, 0), (100, 0)]
    assert (answer.wallet.balance, answer.wallet.available, answer.wallet.debt) == (320, 320, 0)
    assert open_positions(ledger) == {}
    assert all(burn.unrestored == 0 for burn in burns(ledger))


def test_harbor_unwinds_norths_payment_before_peaks(spent: tuple[PureLedger, str]) -> None:
    ledger, redemption_id = spent
    restore(ledger, redemption_id)
    assert moved(ledger, MovementKind.REPAID, Cause.REPAYMENT) == [("harbor", -80, -64), ("harbor", -116, -93)]
    assert moved(ledger, MovementKind.RESTORED, Cause.REPAYMENT) == [("north", 80, -64), ("peak", 116, -93)]


def test_half_of_it_comes_back_in_the_pages_points_and_cents(spent: tuple[PureLedger, str]) -> None:
    ledger, redemption_id = spent
    answer = restore(ledger, redemption_id, 150)
    assert answer.restored is not None
    assert (answer.restored.points, answer.restored.value.minor_units) == (150, 120)
    pieces = redemption(ledger, redemption_id).pieces
    assert [(piece.restored_points, piece.restored_value) for piece in pieces] == [(20, 16), (98, 79), (30, 24), (2, 1)]
    assert moved(ledger, MovementKind.RESTORED, Cause.REDEMPTION) == [
        ("north", 20, -16),
        ("harbor", 98, -79),
        ("peak", 30, -24),
        ("peak", 2, -1),
    ]


def test_half_of_it_unwinds_80_of_north_and_18_of_peak(spent: tuple[PureLedger, str]) -> None:
    ledger, redemption_id = spent
    restore(ledger, redemption_id, 150)
    assert moved(ledger, MovementKind.RESTORED, Cause.REPAYMENT) == [("north", 80, -64), ("peak", 18, -15)]
    assert ledger.positions() == {"north": -16, "harbor": 0, "peak": -104, "linden": 120}


def test_what_is_undone_names_the_agreement_it_was_owed_by(spent: tuple[PureLedger, str]) -> None:
    ledger, redemption_id = spent
    restore(ledger, redemption_id, 150)
    undone = ledger.events[-1].movements[0].movement.settlement.obligations
    assert [(o.debtor, o.creditor, o.amount.minor_units, o.agreement_id) for o in undone] == [
        ("north", "linden", -16, "agreed")
    ]
