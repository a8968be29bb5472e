"""What an effect looks at when it is applied to a line, and what it makes of it."""

from dataclasses import dataclass

from rules_service.domain.exact import NOTHING, Exact
from rules_service.domain.order import OrderLine


@dataclass(slots=True)
class Spread:
    """What an effect paid over lines together: whole points in all, and what decided: minor units paid, exact, or
    complete sets."""

    points: int
    counted: Exact


@dataclass(slots=True, eq=False)
class Grounds:
    """A line before an effect.

    `base` is the sum of the line's base points, `share` the part of the order's money that the rule judges (None:
    it asks for no means of payment), `exact` what comes out of it, `spread` that of all lines if the effect is decided
    over them together.
    """

    line: OrderLine
    base: Exact = NOTHING
    share: Exact | None = None
    exact: Exact = NOTHING
    spread: Spread | None = None
