"""What a condition sees, handed to the library.

Rules that judge one line have the same views, one after the other; converting them costs more than most conditions, so
the last activation of each thread is used again while its views are the same objects.
"""

import threading
from collections.abc import Callable
from typing import Any

from rules_service.conditions.offered import MOST_ITEMS
from rules_service.domain.condition import ConditionFailed, LineView, OrderView

MOST_SHARED_STEPS = 2 * 100_000
"""Memory of evaluations is freed with their activation; one that has seen so much is not used again."""


class Activations(threading.local):
    """The activation of the views that the thread looked at last. `make` makes one from named values."""

    def __init__(self, make: Callable[[dict[str, object]], Any]) -> None:
        self._make = make
        self._order: OrderView | None = None
        self._line: LineView | None = None
        self._ready: Any = None
        self._steps = 0

    def of(self, order: OrderView, line: LineView, steps: int) -> Any:
        """The activation for an evaluation of at most so many steps. Raises ConditionFailed for too long a line."""
        self._steps += steps
        if line is not self._line or order is not self._order or self._steps > MOST_SHARED_STEPS:
            self._ready = self._make(named_values(order, line))
            self._order, self._line, self._steps = order, line, steps
        return self._ready


def named_values(order: OrderView, line: LineView) -> dict[str, object]:
    """Every name that a condition knows, with its value."""
    if len(line.categories) > MOST_ITEMS["line.categories"]:
        raise ConditionFailed("the line has too many categories")
    return {
        "order.location": order.location,
        "order.region": order.region,
        "order.operator": order.operator,
        "order.channel": order.channel,
        "order.currency": order.currency,
        "order.weekday": order.weekday,
        "order.minute_of_day": order.minute_of_day,
        "order.date": order.date,
        "order.payment_means": list(order.payment_means),
        "order.own_spend": order.own_spend,
        "order.own_quantity": order.own_quantity,
        "order.own_lines": order.own_lines,
        "line.sku": line.sku,
        "line.categories": list(line.categories),
        "line.attributes": dict(line.attributes),
        "line.quantity": line.quantity,
        "line.net": line.net,
        "line.paid": line.paid,
        "line.measure_unit": line.measure_unit,
        "line.measure_milli_units": line.measure_milli_units,
    }
