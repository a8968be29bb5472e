"""What a line says was paid for it cannot be more than it cost (docs/DOMAIN.md §4, §12)."""

import pytest
from loyalty.type.v1 import order_pb2

from chassis.runtime.fields import FieldReader
from chassis.values.integers import MOST_AMOUNT
from ledger_service.wire.orders import order_line


def faults(net: int, paid: int, discount: bool = False) -> list[tuple[str, str]]:
    """What is wrong with a line of these amounts."""
    reader = FieldReader()
    line = order_pb2.OrderLine(line_number=1, net_minor_units=net, paid_minor_units=paid, discount_line=discount)
    order_line(reader, "order.lines[0]", line)
    refusal = reader.refusal()
    return [(fault.field, fault.description) for fault in refusal.violations] if refusal else []


@pytest.mark.parametrize(("net", "paid"), [(100, 101), (0, 1), (MOST_AMOUNT - 1, MOST_AMOUNT)])
def test_more_than_the_line_cost_is_a_fault_of_its_place(net: int, paid: int) -> None:
    assert faults(net, paid) == [("order.lines[0].paid_minor_units", f"must be at most net_minor_units, {net}")]


@pytest.mark.parametrize(("net", "paid"), [(100, 100), (100, 40), (100, 0), (100, -20), (0, 0), (0, -5)])
def test_less_is_fine_also_where_a_coupon_was_worth_more_than_the_goods(net: int, paid: int) -> None:
    assert faults(net, paid) == []


@pytest.mark.parametrize("paid", [-50, -25, 0])
def test_a_discount_line_may_carry_its_share_of_what_was_not_paid_with_money(paid: int) -> None:
    # A till that spreads 25 in points over 100 of goods and a discount of 50 takes half of each.
    assert faults(-50, paid, discount=True) == []


def test_nobody_pays_for_a_discount() -> None:
    assert faults(-50, 1, discount=True) == [("order.lines[0].paid_minor_units", "must be at most 0 on a discount")]
