"""A few conditions, and what they mean in Python: the naive model knows no expression language."""

from collections.abc import Callable, Mapping

from rules_service.domain.order import Order, OrderLine
from rules_service.domain.program import Program

Meaning = Callable[[Program, Order, OrderLine], bool]


class Failed(Exception):  # noqa: N818  what happened, not a fault
    """The condition comes to no answer."""


def holds(source: str, program: Program, order: Order, line: OrderLine) -> bool:
    """Whether it is so; raises Failed."""
    return MEANINGS[source](program, order, line)


def _own(order: Order, line: OrderLine) -> list[OrderLine]:
    return [other for other in order.lines if other.brand_id == line.brand_id and not other.discount_line]


def _own_spend(program: Program, order: Order, line: OrderLine) -> bool:
    paid = (own.net_minor_units if own.paid_minor_units is None else own.paid_minor_units for own in _own(order, line))
    return sum(max(amount, 0) for amount in paid) >= 8_000


def _below(program: Program, order: Order, line: OrderLine) -> bool:
    above = {category.category_id: category.parent_id for category in program.categories}
    found = set(line.category_ids)
    for _ in program.categories:
        found |= {above[category_id] for category_id in found if above.get(category_id)}
    return "c1" in found


def _failing(program: Program, order: Order, line: OrderLine) -> bool:
    if line.quantity == 4:
        raise Failed
    return True


MEANINGS: Mapping[str, Meaning] = {
    "line.quantity >= 2": lambda program, order, line: line.quantity >= 2,
    "order.own_spend >= 8000": _own_spend,
    "order.own_lines < 3 || order.channel == 'web'": lambda program, order, line: (
        len(_own(order, line)) < 3 or order.channel == "web"
    ),
    "'c1' in line.categories": _below,
    "'cash' in order.payment_means": lambda program, order, line: any(
        payment.means == "cash" for payment in order.payments
    ),
    "100 / (line.quantity - 4) <= 100": _failing,
}
