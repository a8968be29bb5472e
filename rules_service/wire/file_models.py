"""The shape of program files, section by section (docs/PROGRAM_FILES.md is its reference). Unknown keys are refused."""

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from chassis.values.rounding import Rounding
from rules_service.domain.earn_rule import AccrualKind, RoundingScope
from rules_service.domain.program import LATE_UPLOAD_DAYS, ExpiryMode
from rules_service.wire.file_policies import Points, PoliciesSection
from rules_service.wire.file_rule_terms import (
    ANYWHERE,
    AT_ONCE,
    NEVER,
    AvailabilityChoice,
    ExpiryChoice,
    ScopeChoice,
)
from rules_service.wire.file_scalars import (
    Amount,
    BasisPoints,
    Currency,
    Day,
    Exact,
    Id,
    Moment,
    Name,
    Sentence,
    Share,
    TimeZone,
    Truth,
    Worth,
    one_or_many,
    whole,
)
from rules_service.wire.file_section import Ids, Section

UploadDays = Annotated[int, PlainValidator(whole(0, 36_500))]


class ProgramSection(PoliciesSection):
    """What holds for the program as a whole."""

    id: Id
    name: Name
    point_name: Name = "point"
    sandbox: Truth = False
    replay_clock: Truth = False
    late_upload_days: UploadDays = LATE_UPLOAD_DAYS
    time_zone: TimeZone = "UTC"
    expiry: ExpiryChoice = NEVER
    expiry_mode: ExpiryMode = ExpiryMode.UNIFORM


class EntitySection(Section):
    """A party that keeps books."""

    name: Name


class _Dated(Section):
    start: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None


class PointValueSection(_Dated):
    """What a point is worth at a brand for a time."""

    worth: Worth
    reason: Sentence | None = None


class BrandSection(Section):
    """A division."""

    name: Name
    entity: Id
    point_values: list[PointValueSection] = Field(default_factory=list)
    minimum_points: Points = 1
    block_points: Points = 1
    liability: Annotated[list[Worth], BeforeValidator(one_or_many)] = Field(default_factory=list)


class LocationSection(Section):
    """A place of sale."""

    name: Name
    operator: Id
    region: Id | None = None
    brands: Annotated[list[Id], BeforeValidator(one_or_many), Field(min_length=1)]
    currency: Currency
    time_zone: TimeZone


class AgreementSection(_Dated):
    """What an issuer pays a redeemer."""

    issuer: Id | None = None
    redeemer: Id | None = None
    share_of_face: Share


class WhenSection(Section):
    """Which lines a rule judges, and when."""

    categories: Ids = Field(default_factory=list)
    skus: Ids = Field(default_factory=list)
    locations: Ids = Field(default_factory=list)
    channels: Ids = Field(default_factory=list)
    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None


class PerAmountSection(Section):
    """Points for money paid."""

    points: Exact
    per: Amount


class PerUnitSection(Section):
    """Points for pieces."""

    points: Exact


class PerMeasureSection(Section):
    """Points for a measured amount."""

    points: Exact
    unit: Id


class MultiplierSection(Section):
    """A multiple of the base points."""

    factor: Exact


class EarnRuleSection(Section):
    """What lines of a brand earn: exactly one effect."""

    brand: Id
    kind: AccrualKind | None = None
    offer: Id | None = None
    description: Sentence | None = None
    when: WhenSection = WhenSection()
    per_amount: PerAmountSection | None = None
    per_unit: PerUnitSection | None = None
    per_measure: PerMeasureSection | None = None
    multiplier: MultiplierSection | None = None
    rounding: Rounding = Rounding.FLOOR
    rounding_scope: RoundingScope = RoundingScope.LINE
    funders: Annotated[dict[Id, BasisPoints], Field(min_length=1)] | None = None
    expiry: ExpiryChoice | None = None
    available: AvailabilityChoice = AT_ONCE
    scope: ScopeChoice = ANYWHERE

    @model_validator(mode="after")
    def _one_effect(self) -> "EarnRuleSection":
        effects = (self.per_amount, self.per_unit, self.per_measure, self.multiplier)
        if sum(effect is not None for effect in effects) != 1:
            raise ValueError("should have exactly one of per_amount, per_unit, per_measure, multiplier")
        if self.multiplier is not None and self.kind is AccrualKind.BASE:
            raise ValueError("a multiplier gives bonus points; leave kind out")
        return self
