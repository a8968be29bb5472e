"""An earn rule as a value: which lines, how many points, how rounded, who funds them, when and where they live."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from chassis.values.money import Money
from chassis.values.rounding import Ratio, Rounding
from rules_service.domain.availability import Availability
from rules_service.domain.expiry import Expiry
from rules_service.domain.scope import Scope

WHOLE = 10_000
"""All of an accrual, in basis points: what the shares of its funders sum to."""


class AccrualKind(Enum):
    """Regular earning, or something on top of it. Base comes before bonus wherever rules are ordered."""

    BASE = "base"
    BONUS = "bonus"


class RoundingScope(Enum):
    """What is made whole: each line by itself, or the sum over the order's lines."""

    LINE = "line"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class PointsPerAmount:
    """`points` for each `per` that was paid."""

    points: Ratio
    per: Money


@dataclass(frozen=True, slots=True)
class PointsPerUnit:
    """`points` for each piece."""

    points: Ratio


@dataclass(frozen=True, slots=True)
class PointsPerMeasure:
    """`points` for each whole `unit` that was measured."""

    points: Ratio
    unit: str


@dataclass(frozen=True, slots=True)
class BaseMultiplier:
    """`factor` (above 1) times the line's exact base points; the rule pays what goes beyond the base."""

    factor: Ratio


Effect = PointsPerAmount | PointsPerUnit | PointsPerMeasure | BaseMultiplier

EFFECT_NAMES: dict[type[Effect], str] = {
    PointsPerAmount: "per_amount",
    PointsPerUnit: "per_unit",
    PointsPerMeasure: "per_measure",
    BaseMultiplier: "multiplier",
}
"""What each effect is called in contracts, files and stored content."""


@dataclass(frozen=True, slots=True)
class Funder:
    """An entity and its share of an accrual, above 0."""

    entity_id: str
    share_basis_points: int


@dataclass(frozen=True, slots=True)
class Selector:
    """Which lines. An empty tuple selects everything; all that are given must match.

    Dates are local to the location and half-open: `start_date` is in, `end_date` is out; None is open.
    """

    category_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    location_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    start_date: date | None = None
    end_date: date | None = None


@dataclass(frozen=True, slots=True)
class EarnRule:
    """What lines of one brand earn. `offer_id` and `description` may be empty; funders sum to WHOLE."""

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
