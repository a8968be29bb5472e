"""What a sale counts for, and what is kept of a day."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from chassis.values.integers import INT64_MAX
from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import Accrual, AccrualKind
from ledger_service.domain.order import OrderDocument, OrderLine, ReturnBasis, ReturnedLine
from ledger_service.domain.standing.activity import BrandActivity, DayActivity, changed, of_homes, plus
from ledger_service.domain.standing.sale import activity_of
from tests.support.pure_ledger import PureLedger, award, sold
from tests.unit.ledger.standing.programs import points

DAY = date(2026, 3, 2)
EMPTY = DayActivity(DAY)


def sale(*lines: OrderLine) -> tuple[OrderDocument, list[Accrual]]:
    """A sale that earned 2 base points a unit and a bonus of 7 on every line with a brand."""
    ledger = PureLedger()
    given = [
        award(line.line_number, points, line.brand, kind=kind)
        for line in lines
        if line.brand
        for kind, points in ((AccrualKind.BASE, 2 * max(line.net, 0) // 100), (AccrualKind.BONUS, 7))
    ]
    ledger.post_order("ana", "sale", list(lines), given)
    order = next(iter(ledger.state.orders.values()))
    return order.document, list(ledger.state.accruals.values())


def back(line: int, returned: int, of: int) -> ReturnedLine:
    return ReturnedLine("prg", "ana", "order", line, ReturnBasis.QUANTITY, returned, of)


def test_a_sale_counts_by_brand_and_an_order_over_brands_is_known_as_one() -> None:
    document, accruals = sale(
        sold(1, 40_00, "north"), sold(2, 98_00, "harbor"), sold(3, 2_00, "north"), sold(4, 5_00, "")
    )
    assert activity_of(document, DAY, accruals, ()) == DayActivity(
        DAY,
        {
            "harbor": BrandActivity({"USD": 98_00}, 196, 203, 1),
            "north": BrandActivity({"USD": 42_00}, 84, 98, 1),
        },
        {("harbor", "north"): 1},
    )


def test_spend_is_what_was_paid_with_money() -> None:
    line = replace(sold(1, 40_00, "north"), paid=25_00)
    coupon = replace(sold(2, 10_00, "north"), paid=-5_00)
    discount = OrderLine(3, "north", "", (), 0, None, -4_00, None, True)
    document, accruals = sale(line, coupon, discount)
    assert activity_of(document, DAY, accruals, ()).brands["north"].spend == {"USD": 25_00}


def test_goods_that_were_paid_with_points_are_an_order_and_no_spend() -> None:
    document, _ = sale(replace(sold(1, 40_00, "north"), paid=0))
    assert activity_of(document, DAY, (), ()) == DayActivity(DAY, {"north": BrandActivity(orders=1)})


def test_a_discount_alone_or_a_gift_is_no_order() -> None:
    document, _ = sale(sold(1, 0, "north"), OrderLine(2, "north", "", (), 0, None, -4_00, None, True))
    assert activity_of(document, DAY, (), ()).is_empty


@pytest.mark.parametrize(
    ("returned", "spend", "base", "every", "orders"),
    [(0, 10_00, 20, 27, 1), (1, 6_67, 13, 18, 1), (2, 3_33, 7, 9, 1), (3, 0, 0, 0, 0)],
)
def test_pieces_take_back_their_share_and_the_last_one_all(
    returned: int, spend: int, base: int, every: int, orders: int
) -> None:
    document, accruals = sale(sold(1, 10_00, "north", quantity=3))
    left = activity_of(document, DAY, accruals, [back(1, returned, 3)] if returned else [])
    expected = BrandActivity({"USD": spend} if spend else {}, base, every, orders)
    assert left.brands == ({"north": expected} if orders else {})


def test_an_order_over_two_brands_is_one_brands_once_the_other_came_back() -> None:
    document, accruals = sale(sold(1, 40_00, "north"), sold(2, 98_00, "harbor"))
    left = activity_of(document, DAY, accruals, [back(2, 1, 1)])
    assert (set(left.brands), left.mixed) == ({"north"}, {})


def test_points_that_lapsed_before_their_goods_came_back_count_no_more_either() -> None:
    document, accruals = sale(sold(1, 40_00, "north"))
    lapsed = [replace(one, expired=one.granted, remaining=0) for one in accruals]
    assert activity_of(document, DAY, lapsed, ()).brands["north"].all_points == 87
    assert activity_of(document, DAY, lapsed, [back(1, 1, 1)]).is_empty


def test_points_that_never_became_spendable_do_not_count() -> None:
    document, [base, bonus] = sale(sold(1, 40_00, "north"))
    left = activity_of(document, DAY, [base, replace(bonus, reversed=7, remaining=0)], ())
    assert (left.brands["north"].base_points, left.brands["north"].all_points) == (80, 80)


def test_a_correction_changes_the_day_of_the_sale() -> None:
    document, accruals = sale(sold(1, 40_00, "north"))
    before = activity_of(document, DAY, accruals, ())
    halved = replace(document, lines=(replace(document.lines[0], net=20_00),))
    after = activity_of(halved, DAY, [replace(accruals[0], corrected=-40), accruals[1]], ())
    row = changed(plus(before, points(DAY, 5)), before, after)
    assert row.brands["north"] == BrandActivity({"USD": 20_00}, 45, 52, 2)


def test_the_order_in_which_things_happen_makes_no_difference() -> None:
    document, accruals = sale(sold(1, 10_00, "north", quantity=3))
    whole, less = (activity_of(document, DAY, accruals, lines) for lines in ((), [back(1, 1, 3)]))
    steps = [(EMPTY, whole), (whole, less), (EMPTY, points(DAY, 9)), (EMPTY, points(DAY, 1, "peak"))]
    results = []
    for some in permutations(steps):
        if some.index(steps[0]) < some.index(steps[1]):
            row = EMPTY
            for before, after in some:
                row = changed(row, before, after)
            results.append(row)
    assert all(row == results[0] for row in results)


def test_a_day_never_goes_below_nothing() -> None:
    with pytest.raises(ValueError, match="more is taken back"):
        changed(points(DAY, 5), points(DAY, 6), EMPTY)


def test_a_day_that_would_not_fit_is_refused() -> None:
    with pytest.raises(Refusal, match="AMOUNT_OUT_OF_RANGE"):
        plus(points(DAY, INT64_MAX), points(DAY, 1))


def test_days_do_not_mix() -> None:
    with pytest.raises(ValueError, match="two days"):
        plus(EMPTY, points(date(2026, 3, 3), 1))


def test_the_homes_of_a_wallet_are_one_activity() -> None:
    later = date(2026, 3, 9)
    homes = [[points(DAY, 5), points(later, 1)], [points(DAY, 6)]]
    assert of_homes(homes) == (DayActivity(DAY, {"north": BrandActivity({}, 11, 11, 2)}), points(later, 1))
