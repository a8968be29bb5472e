"""A movement as ledger and books have it: which figures it makes differ."""

from dataclasses import replace

from settlement_service.domain.line_comparison import Drilled, LedgerLine, compare
from settlement_service.domain.reconciliation import points_figure
from settlement_service.domain.reconciliation_run import LineFault
from tests.unit.settlement.booked import line

BOOKS = line(
    ("north", "points_liability", "", 80),
    ("north", "due_to", "linden", -157),
    ("linden", "due_from", "north", 157),
    value=157,
    price=157,
)
LEDGER = LedgerLine(
    home="mem_1",
    sequence=1,
    kind="REDEEMED",
    points=100,
    outstanding_after=0,
    accrual_id="acc_1",
    brand="north",
    order_id="ord_1",
    line_number=1,
    policy="REIMBURSE",
    reserve="",
    debts=(("north", "linden", "USD", 157),),
    liability={("north", "USD"): -80},
    receivable={},
)


def test_the_same_movement_makes_no_difference() -> None:
    drilled = Drilled()
    compare(drilled, LEDGER, BOOKS)
    assert drilled.lines == {}


def test_each_quantity_is_part_of_its_figures() -> None:
    drilled = Drilled()
    other = replace(
        LEDGER,
        points=99,
        outstanding_after=1,
        debts=(("north", "linden", "USD", 156),),
        liability={("north", "USD"): -79},
    )
    compare(drilled, other, BOOKS)
    assert {
        figure: [(each.what, each.expected, each.booked) for each in lines] for figure, lines in drilled.lines.items()
    } == {
        points_figure("north", "REDEEMED"): [("points", 99, 100)],
        "brand.north.closing": [("outstanding", 1, 0)],
        "brand.north.receivable": [("outstanding", 1, 0)],
        "obligation.north.linden.USD": [("owed.north.USD", 156, 157)],
        "claim.linden.north.USD": [("owed.north.USD", 156, 157)],
        "carrying.north.USD.liability": [("liability.north.USD", -79, -80)],
    }


def test_a_movement_that_one_side_lacks_is_named_as_missing() -> None:
    drilled = Drilled()
    compare(drilled, LEDGER, None)
    compare(drilled, None, replace(BOOKS, sequence=2))
    faults = {(each.fault, each.sequence) for lines in drilled.lines.values() for each in lines}
    assert faults == {(LineFault.MISSING_HERE, 1), (LineFault.MISSING_THERE, 2)}
