"""How program files write an earn rule: whose lines, which, when, how many points, and what becomes of them."""

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from chassis.values.rounding import Rounding
from rules_service.domain.earn_rule import AccrualKind, RoundingScope
from rules_service.wire.file_effects import (
    BundleSection,
    FixedSection,
    MultiplierSection,
    PerAmountSection,
    PerMeasureSection,
    PerUnitSection,
    StepsSection,
)
from rules_service.wire.file_rule_terms import ANYWHERE, AT_ONCE, AvailabilityChoice, ExpiryChoice, ScopeChoice
from rules_service.wire.file_section import Section, SomeIds, exactly_one
from rules_service.wire.file_types import BasisPoints, ConditionText, Id, Sentence, whole_number
from rules_service.wire.file_when import BasketSection, WhenSection

EFFECTS = ("per_amount", "per_unit", "per_measure", "multiplier", "fixed", "steps", "bundle")
"""The keys of which a rule has exactly one."""

Priority = Annotated[int, whole_number(0, 1_000_000)]


class EarnRuleSection(Section):
    """What lines of a brand earn: exactly one of brand and brands, and exactly one effect."""

    model_config = ConfigDict(json_schema_extra={"allOf": [exactly_one("brand", "brands"), exactly_one(*EFFECTS)]})

    brand: Id | None = None
    """The brand whose lines it judges."""
    brands: SomeIds | None = None
    """Instead of `brand`: the same rule for each of these, with the id `<id>.<brand>`."""
    kind: AccrualKind | None = None
    """`base`, or `bonus`: comes after base and is not multiplied; a multiplier is always a bonus. Default: base."""
    offer: Id | None = None
    """The offer it belongs to."""
    description: Sentence | None = None
    """What it is called in explanations and on receipts."""
    when: WhenSection = WhenSection()
    """Which lines it judges, and when. Default: all lines, always."""
    basket: BasketSection | None = None
    """What the basket must come to."""
    condition: ConditionText | None = None
    """A further condition in CEL, e.g. `line.quantity >= 3`."""
    per_amount: PerAmountSection | None = None
    """Points for money paid."""
    per_unit: PerUnitSection | None = None
    """Points for pieces."""
    per_measure: PerMeasureSection | None = None
    """Points for a measured amount."""
    multiplier: MultiplierSection | None = None
    """A multiple of the base points."""
    fixed: FixedSection | None = None
    """A number of points, however much was paid."""
    steps: StepsSection | None = None
    """A number of points by how much was paid."""
    bundle: BundleSection | None = None
    """A number of points for each complete set of goods."""
    group: Id | None = None
    """The group of `stacking` it is decided in. Default: it adds up with everything."""
    priority: Priority = 0
    """Its place in the group: higher goes before lower. Default: 0."""
    rounding: Rounding = Rounding.FLOOR
    """How points become whole. Default: floor."""
    rounding_scope: RoundingScope = RoundingScope.LINE
    """What becomes whole: each `line`, or the sum of the `order`, which is then split over its lines. Default: line."""
    funders: Annotated[dict[Id, BasisPoints], Field(min_length=1)] | None = None
    """Who carries its points, by entity, or `operator` for the entity that runs the location of the sale; shares sum to
    100%. Default: the brand's entity, 100%."""
    expiry: ExpiryChoice | None = None
    """When its points expire. Default: as the program says."""
    available: AvailabilityChoice = AT_ONCE
    """When its points can be spent from. Default: at_once."""
    scope: ScopeChoice = ANYWHERE
    """Where its points can be spent. Default: anywhere."""

    @model_validator(mode="after")
    def _one_effect(self) -> "EarnRuleSection":
        if sum(getattr(self, effect) is not None for effect in EFFECTS) != 1:
            raise ValueError(f"should have exactly one of {', '.join(EFFECTS)}")
        if self.multiplier is not None and self.kind is AccrualKind.BASE:
            raise ValueError("a multiplier gives bonus points; leave kind out")
        if (self.brand is None) == (self.brands is None):
            raise ValueError("should have either brand or brands")
        return self
