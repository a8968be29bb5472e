"""Orders and lines as conditions see them."""

from dataclasses import replace
from typing import Any

from rules_service.conditions.cel import CelCondition, CelConditions
from rules_service.domain.condition import Condition, ConditionFault, LineView, OrderView

CONDITIONS = CelConditions()

ORDER = OrderView(
    location="mall-1",
    region="east",
    operator="north",
    channel="store",
    currency="USD",
    weekday=6,
    minute_of_day=19 * 60 + 30,
    date="2024-07-06",
    payment_means=("card", "gift_card"),
    own_spend=12_000,
    own_quantity=4,
    own_lines=2,
)
LINE = LineView(
    sku="TRAIL-2",
    categories=("outdoor", "shoes", "shoes.running"),
    attributes={"colour": "red", "size": "42"},
    quantity=3,
    net=9_000,
    paid=8_000,
    measure_unit="",
    measure_milli_units=0,
)
LARGEST_ORDER = replace(ORDER, location="x" * 128, payment_means=tuple(f"{'m' * 126}{n:02}" for n in range(16)))
LARGEST_LINE = replace(
    LINE,
    sku="x" * 128,
    categories=tuple(f"{'x' * 125}{n:03}" for n in range(512)),
    attributes={f"{'k' * 126}{n:02}": "v" * 128 for n in range(16)},
)
"""As much as orders and programs may have, and texts that differ only at their ends."""


def order(**changes: Any) -> OrderView:
    """The order, with changes."""
    return replace(ORDER, **changes)


def line(**changes: Any) -> LineView:
    """The line, with changes."""
    return replace(LINE, **changes)


def ready(source: str) -> CelCondition:
    """The condition of a source that has no fault."""
    made = CONDITIONS.compile(source)
    assert isinstance(made, CelCondition), made
    return made


def refused(source: str) -> ConditionFault:
    """The fault of a source that has one."""
    made: Condition | ConditionFault = CONDITIONS.compile(source)
    assert isinstance(made, ConditionFault), f"was accepted: {source[:80]}"
    return made
