"""A rule's further condition, as the rest of the domain sees it: what it may look at, and how it can end.

The language is none of the domain's business: `Conditions` is a port, carried out in `rules_service/conditions/`.
A condition sees lines of its rule's own brand alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

MOST_CHARACTERS_A_PROGRAM = 200_000
"""Of all different conditions of a program. One that is ready takes at most 450 bytes a character."""
MOST_STEPS_A_BRAND = 200_000
"""Of all different conditions of a brand on one line: at most 5 ms."""
MOST_STEPS_AN_ORDER = 20_000_000
"""Of all conditions that are asked when an order is judged: at most 0.5 s. A hundred lines never come so far."""


@dataclass(frozen=True, slots=True)
class OrderView:
    """What a condition sees of the order. Texts are empty where nothing is told.

    `region` and `operator` are those of the location; `weekday` (1 Monday to 7 Sunday), `minute_of_day` (0 to 1,439)
    and `date` (ISO 8601) are local to it. `payment_means` in the order of their names. `own_…` are over the lines of
    the rule's brand that are no discount lines: minor units paid, pieces, number of lines.
    """

    location: str
    region: str
    operator: str
    channel: str
    currency: str
    weekday: int
    minute_of_day: int
    date: str
    payment_means: tuple[str, ...]
    own_spend: int
    own_quantity: int
    own_lines: int


@dataclass(frozen=True, slots=True)
class LineView:
    """What a condition sees of the line. `categories` with those above them, in the order of their ids.

    `net` and `paid` (what the line earns on, at least 0) are minor units of the order's currency; a line that was not
    measured has an empty `measure_unit`.
    """

    sku: str
    categories: tuple[str, ...]
    attributes: Mapping[str, str]
    quantity: int
    net: int
    paid: int
    measure_unit: str
    measure_milli_units: int


class ConditionFailed(Exception):  # noqa: N818 - it is told as what happened, as Refusal is
    """A condition came to no answer on an order, e.g. because it divided by zero; `reason` is told to people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ConditionFault:
    """Why a source is no condition, and where in it; lines and columns count from 1."""

    line: int
    column: int
    reason: str


class Condition(Protocol):
    """A condition, ready. Pure: the same views always give the same answer. Equal conditions are the same one."""

    @property
    def most_steps(self) -> int:
        """The most work that it can be to ask it, whatever order and line. The same on every instance."""

    def holds(self, order: OrderView, line: LineView) -> bool:
        """Whether it is so; raises ConditionFailed if it comes to no answer."""


class Conditions(Protocol):
    """Makes conditions ready. May be asked from several threads at once."""

    def compile(self, source: str) -> Condition | ConditionFault:
        """The condition, or why it is none. Never raises for a source, whatever it says."""
