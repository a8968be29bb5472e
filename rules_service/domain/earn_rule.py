"""An earn rule as a value: which lines, how many points, how rounded, who funds them, when and where they live."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from chassis.values.rounding import Rounding
from rules_service.domain.availability import Availability
from rules_service.domain.effects import Effect
from rules_service.domain.expiry import Expiry
from rules_service.domain.scope import Scope
from rules_service.domain.selector import BasketCondition, Selector

WHOLE = 10_000
"""All of an accrual, in basis points: what the shares of its funders sum to."""

OPERATOR = "operator"
"""Stands for the entity that runs the location of the sale where funders are written; no entity has this id."""


class AccrualKind(Enum):
    """Regular earning, or something on top of it. Base comes before bonus wherever rules are ordered."""

    BASE = "base"
    BONUS = "bonus"


class RoundingScope(Enum):
    """What is made whole: each line by itself, or the sum over the order's lines."""

    LINE = "line"
    ORDER = "order"


class Funder(NamedTuple):
    """An entity and its share of an accrual, above 0."""

    entity_id: str
    share_basis_points: int


@dataclass(frozen=True, slots=True)
class EarnRule:
    """What lines of one brand earn. `offer_id` and `description` may be empty; funders sum to WHOLE,
    together with `operator_share`, which the entity carries that runs the location of the sale (0: none).

    `condition` is a further condition in CEL, `stacking_group` the group in which the rule is decided; both may be
    empty. `priority` counts in a group alone: higher goes before lower.
    """

    rule_id: str
    brand_id: str
    kind: AccrualKind
    offer_id: str
    description: str
    selector: Selector
    effect: Effect
    rounding: Rounding
    rounding_scope: RoundingScope
    funders: tuple[Funder, ...]
    expiry: Expiry
    availability: Availability = None
    scope: Scope = None
    basket: BasketCondition | None = None
    condition: str = ""
    stacking_group: str = ""
    priority: int = 0
    operator_share: int = 0
