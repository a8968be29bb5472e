"""Which of the values that a rule names it is found by.

A rule is found by as few dimensions as leave it among few others: by its SKU alone if few rules name that SKU, by
category and location together if many name either. So the tables stay few, however many ways there are to combine
dimensions; what is not in its key is asked of a rule when it is found.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod

from rules_service.domain.requirements import LINE_DIMENSIONS, PLACE_DIMENSIONS, Dimension, Value
from rules_service.domain.selector import Selector

DIMENSIONS: Sequence[Dimension] = (*LINE_DIMENSIONS, *PLACE_DIMENSIONS)
"""Of two that are as good the first is preferred: what is each line's own tells more."""

FEW = 8
"""A key with no more rules than these needs no further dimension."""
MOST_KEYS = 256
"""A rule is entered under at most so many keys."""
KEYS_IN_ALL = 400_000
"""With many rules each has fewer keys, so that all of them together stay within so many. A list that is alone in a key
is entered whole: without any key a rule would be asked about every line."""

Key = Value | tuple[Value, ...]
NO_VALUES: tuple[Key, ...] = ((),)


def keys(values: Sequence[Sequence[Value]]) -> Iterable[Key]:
    """One key for each way to take a value of every dimension: of one dimension the value itself, of none ()."""
    if not values:
        return NO_VALUES
    return values[0] if len(values) == 1 else product(*values)


def named(dimension: Dimension, selector: Selector) -> tuple[Value, ...]:
    """The values a selector names in a dimension, each once."""
    return tuple(dict.fromkeys(dimension.wanted(selector)))


def chosen(selectors: Sequence[Selector]) -> list[frozenset[Dimension]]:
    """The dimensions of each selector's key; empty if it names no values."""
    most = max(1, min(MOST_KEYS, KEYS_IN_ALL // max(1, len(selectors))))
    plans = [_Plan(selector, most) for selector in selectors]
    alone = Counter((dimension, value) for plan in plans for dimension in plan.left for value in plan.left[dimension])
    for plan in plans:
        plan.rank(alone)
    open_plans = [plan for plan in plans if plan.left]
    while open_plans:
        for plan in open_plans:
            plan.widen()
        # Rules of one key count together if they are found by the same dimensions.
        crowd = Counter((plan.key_dimensions(), key) for plan in open_plans for key in plan.lies_under())
        open_plans = [
            plan
            for plan in open_plans
            if plan.left and max(crowd[plan.key_dimensions(), key] for key in plan.lies_under()) > FEW
        ]
    return [frozenset(plan.taken) for plan in plans]


class _Plan:
    """The dimensions that a selector's key has so far, and those that could still be added."""

    __slots__ = ("_most", "_ranked", "left", "taken")

    def __init__(self, selector: Selector, most: int) -> None:
        self.left = {dimension: values for dimension in DIMENSIONS if (values := named(dimension, selector))}
        self.taken: dict[Dimension, tuple[Value, ...]] = {}
        self._most = most
        self._ranked: list[Dimension] = []

    def rank(self, alone: Mapping[tuple[Dimension, Value], int]) -> None:
        """Orders what is left by how many rules name the same at most."""
        crowds = {
            dimension: max(alone[dimension, value] for value in values) for dimension, values in self.left.items()
        }
        self._ranked = sorted(self.left, key=lambda dimension: crowds[dimension])

    def widen(self) -> None:
        """Adds the next dimension that does not make too many keys."""
        for dimension in self._ranked:
            values = self.left.pop(dimension, None)
            if values is None:
                continue
            if not self.taken or prod(map(len, self.taken.values())) * len(values) <= self._most:
                self.taken[dimension] = values
                return

    def key_dimensions(self) -> frozenset[Dimension]:
        """What its key is made of."""
        return frozenset(self.taken)

    def lies_under(self) -> Iterable[Key]:
        """The keys it lies under."""
        return keys([self.taken[dimension] for dimension in DIMENSIONS if dimension in self.taken])
