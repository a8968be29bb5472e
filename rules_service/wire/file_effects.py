"""How program files say what a rule pays, and what that means."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from rules_service.domain.effects import (
    BaseMultiplier,
    Basis,
    Bundle,
    BundlePart,
    FixedPoints,
    PointsPerAmount,
    PointsPerMeasure,
    PointsPerUnit,
    Step,
    ThresholdSteps,
)
from rules_service.wire.file_scalars import one_or_many
from rules_service.wire.file_section import Section, SomeIds
from rules_service.wire.file_types import Amount, Exact, Id, whole_number

MOST_PARTS = 16
MOST_STEPS = 100

WholePoints = Annotated[int, whole_number(1, 1_000_000)]
Pieces = Annotated[int, whole_number(1, 1_000_000)]
Amounts = Annotated[
    list[Amount],
    Field(min_length=1),
    BeforeValidator(one_or_many, json_schema_input_type=Amount | Annotated[list[Amount], Field(min_length=1)]),
]


class PerAmountSection(Section):
    """Points for money paid."""

    points: Exact
    """So many points for each amount, above 0 and at most 1,000,000."""
    per: Amounts
    """The amount; one, or one a currency. In other currencies the rule pays nothing."""

    def effect(self) -> PointsPerAmount:
        """What it means."""
        return PointsPerAmount(self.points, tuple(self.per))


class PerUnitSection(Section):
    """Points for pieces."""

    points: Exact
    """So many points for each piece, above 0 and at most 1,000,000."""

    def effect(self) -> PointsPerUnit:
        """What it means."""
        return PointsPerUnit(self.points)


class PerMeasureSection(Section):
    """Points for a measured amount."""

    points: Exact
    """So many points for each whole unit, above 0 and at most 1,000,000."""
    unit: Id
    """The unit, e.g. litre."""

    def effect(self) -> PointsPerMeasure:
        """What it means."""
        return PointsPerMeasure(self.points, self.unit)


class MultiplierSection(Section):
    """A multiple of the base points."""

    factor: Exact
    """The multiple, above 1 and at most 100: 3 for triple points, of which the rule pays two thirds."""

    def effect(self) -> BaseMultiplier:
        """What it means."""
        return BaseMultiplier(self.factor)


class FixedSection(Section):
    """A number of points, however much was paid."""

    points: WholePoints
    """So many points."""
    per: Basis
    """For each `line`, or once for the lines of the `order` together, split over them by what was paid."""

    def effect(self) -> FixedPoints:
        """What it means."""
        return FixedPoints(self.points, self.per)


class ThresholdSection(Section):
    """One step."""

    start: Amount = Field(alias="from")
    """Reached from this amount on."""
    points: WholePoints
    """So many points, in all and not on top of lower steps."""


class StepsSection(Section):
    """A number of points by how much was paid."""

    thresholds: Annotated[list[ThresholdSection], Field(min_length=1, max_length=MOST_STEPS)]
    """The steps; the highest that was reached counts. In one currency a higher amount gives more points."""
    per: Basis
    """What must reach them: each `line`, or the lines of the `order` together."""

    def effect(self) -> ThresholdSteps:
        """What it means."""
        return ThresholdSteps(tuple(Step(step.start, step.points) for step in self.thresholds), self.per)


class PartSection(Section):
    """One part of a set: goods of one of the categories and, if both are given, with one of the SKUs."""

    categories: SomeIds = Field(default_factory=list)
    """Goods of one of these categories."""
    skus: SomeIds = Field(default_factory=list)
    """Goods with one of these SKUs."""
    quantity: Pieces = 1
    """So many pieces. Default: 1."""

    @model_validator(mode="after")
    def _of_something(self) -> "PartSection":
        if not self.categories and not self.skus:
            raise ValueError("should name categories or skus")
        return self


class BundleSection(Section):
    """A number of points for each complete set of goods in the order."""

    points: WholePoints
    """So many points for each complete set, split over its lines by what was paid."""
    parts: Annotated[list[PartSection], Field(min_length=1, max_length=MOST_PARTS)]
    """What makes a set. A line counts for the first part it fits."""
    most_sets: Pieces | None = None
    """At most so many sets of one order count. Default: all."""

    def effect(self) -> Bundle:
        """What it means."""
        parts = (BundlePart(tuple(part.categories), tuple(part.skus), part.quantity) for part in self.parts)
        return Bundle(self.points, tuple(parts), self.most_sets or 0)
