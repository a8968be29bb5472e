"""The shape of program files, section by section (docs/PROGRAM_FILES.md is its reference). Unknown keys are refused."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from chassis.values.rounding import Rounding
from rules_service.domain.earn_rule import AccrualKind, RoundingScope
from rules_service.domain.program import LATE_UPLOAD_DAYS, ExpiryMode
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

Ids = Annotated[list[Id], BeforeValidator(one_or_many)]
Days = Annotated[int, PlainValidator(whole(1, 36_500))]
Months = Annotated[int, PlainValidator(whole(1, 1_200))]
UploadDays = Annotated[int, PlainValidator(whole(0, 36_500))]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExpirySection(_Section):
    """Exactly one of the three, or `never`."""

    days: Days | None = None
    months: Months | None = None
    months_then_end_of_month: Months | None = None

    @model_validator(mode="after")
    def _one(self) -> "ExpirySection":
        if self is not NEVER and len(self.model_fields_set) != 1:
            raise ValueError("should be never, or one of days, months, months_then_end_of_month")
        return self


NEVER = ExpirySection.model_construct()


def _expiry(value: object) -> object:
    """`never` is written as a word."""
    return NEVER if value == "never" else value


ExpiryChoice = Annotated[ExpirySection, BeforeValidator(_expiry)]


class ProgramSection(_Section):
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


class EntitySection(_Section):
    """A party that keeps books."""

    name: Name


class _Dated(_Section):
    start: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None


class PointValueSection(_Dated):
    """What a point is worth at a brand for a time."""

    worth: Worth
    reason: Sentence | None = None


class BrandSection(_Section):
    """A division."""

    name: Name
    entity: Id
    point_values: list[PointValueSection] = []
    liability: Annotated[list[Worth], BeforeValidator(one_or_many)] = []


class LocationSection(_Section):
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


class WhenSection(_Section):
    """Which lines a rule judges, and when."""

    categories: Ids = []
    skus: Ids = []
    locations: Ids = []
    channels: Ids = []
    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None


class PerAmountSection(_Section):
    """Points for money paid."""

    points: Exact
    per: Amount


class PerUnitSection(_Section):
    """Points for pieces."""

    points: Exact


class PerMeasureSection(_Section):
    """Points for a measured amount."""

    points: Exact
    unit: Id


class MultiplierSection(_Section):
    """A multiple of the base points."""

    factor: Exact


class EarnRuleSection(_Section):
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

    @model_validator(mode="after")
    def _one_effect(self) -> "EarnRuleSection":
        effects = (self.per_amount, self.per_unit, self.per_measure, self.multiplier)
        if sum(effect is not None for effect in effects) != 1:
            raise ValueError("should have exactly one of per_amount, per_unit, per_measure, multiplier")
        if self.multiplier is not None and self.kind is AccrualKind.BASE:
            raise ValueError("a multiplier gives bonus points; leave kind out")
        return self
