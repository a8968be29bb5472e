"""What a rule pays: its effect, exact, before stacking and rounding."""

from dataclasses import dataclass
from enum import Enum

from chassis.values.money import Money
from chassis.values.rounding import Ratio


class Basis(Enum):
    """What is looked at: each line by itself, or all lines of the order that the rule selects, together."""

    LINE = "line"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class PointsPerAmount:
    """`points` for each amount that was paid; one amount a currency, in no other currency anything."""

    points: Ratio
    per: tuple[Money, ...]


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


@dataclass(frozen=True, slots=True)
class FixedPoints:
    """`points` for each line, or once for the order's lines together, split over them by what was paid."""

    points: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Step:
    """`points` from an amount on."""

    at_least: Money
    points: int


@dataclass(frozen=True, slots=True)
class ThresholdSteps:
    """The points of the highest step that was reached in the order's currency, by each line or by the order's lines
    together; then they are split over the lines by what was paid. In one currency a higher amount gives more."""

    steps: tuple[Step, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class BundlePart:
    """`quantity` (at least 1) pieces of goods that have one of the categories and one of the SKUs; an empty tuple
    asks nothing, and one of the two asks something."""

    category_ids: tuple[str, ...]
    skus: tuple[str, ...]
    quantity: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """`points` for each complete set of all parts in the order, split over the lines of the sets by what was paid.

    A line counts for the first part it fits; at most `most` sets count (0: all).
    """

    points: int
    parts: tuple[BundlePart, ...]
    most: int = 0


Effect = PointsPerAmount | PointsPerUnit | PointsPerMeasure | BaseMultiplier | FixedPoints | ThresholdSteps | Bundle

EFFECT_NAMES: dict[type[Effect], str] = {
    PointsPerAmount: "per_amount",
    PointsPerUnit: "per_unit",
    PointsPerMeasure: "per_measure",
    BaseMultiplier: "multiplier",
    FixedPoints: "fixed",
    ThresholdSteps: "steps",
    Bundle: "bundle",
}
"""What each effect is called in contracts, files and stored content."""


def decided_over_order(effect: Effect) -> bool:
    """Whether the effect looks at the order's lines together rather than at each by itself."""
    if isinstance(effect, FixedPoints | ThresholdSteps):
        return effect.basis is Basis.ORDER
    return isinstance(effect, Bundle)
