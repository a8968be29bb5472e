"""How program files write ladders of tiers."""

from enum import Enum
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from rules_service.domain.ladders import LadderWindow, RollingMonths, WholeLife, YearFrom
from rules_service.wire.file_holds import AT_ONCE, NO_HOLD, FallChoice, HoldChoice, MonthOfYear
from rules_service.wire.file_section import Ids, Months, Section, exactly_one, require_one, words
from rules_service.wire.file_types import BasisPoints, Day, Factor, Id, Name, Threshold, Weight

MOST_TIERS = 50
MOST_CHANGES = 100


class Counts(Enum):
    """What a ladder counts."""

    SPEND = "spend"
    POINTS = "points"
    BASE_POINTS = "base_points"
    ORDERS = "orders"


class WindowSection(Section):
    """Exactly one of these, or a word."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    rolling_months: Months | None = None
    """The last so many months, by day."""
    year_from_month: MonthOfYear | None = None
    """The year that begins on the first of this month: 4 for April."""

    @model_validator(mode="after")
    def _one(self) -> "WindowSection":
        if self is not LIFETIME:
            require_one(self, "calendar_year, lifetime, or one of rolling_months, year_from_month")
        return self

    def window(self) -> LadderWindow:
        """What it means."""
        if self.rolling_months is not None:
            return RollingMonths(self.rolling_months)
        return YearFrom(self.year_from_month) if self.year_from_month is not None else WholeLife()


CALENDAR_YEAR = WindowSection.model_construct(year_from_month=1)
LIFETIME = WindowSection.model_construct()

WindowChoice = Annotated[
    WindowSection,
    words({"calendar_year": CALENDAR_YEAR, "lifetime": LIFETIME}, WindowSection, "{rolling_months: 12}"),
]


class TierSection(Section):
    """A tier: where it begins, and what it brings. Exactly one of `from` and `above`."""

    model_config = ConfigDict(json_schema_extra=exactly_one("from", "above"))

    name: Name | None = None
    """Its name. Default: its id."""
    start: Threshold | None = Field(default=None, alias="from")
    """Who has so much has the tier: an amount if spend counts, else a whole number. Above 0."""
    above: Threshold | None = None
    """Who has more than this has the tier."""
    multiplier: Factor | None = None
    """Base points are multiplied by it before they are made whole: those of the ladder's brand, or of every brand if
    the ladder counts all. Default: not at all."""
    multipliers: dict[Id, Factor] = Field(default_factory=dict)
    """The same by brand; for these it stands instead of `multiplier`."""
    discount: BasisPoints | None = None
    """A discount for the till to give. Default: none."""
    perks: Ids = Field(default_factory=list)
    """Perks for the till to grant: one or many ids."""

    @model_validator(mode="after")
    def _begins(self) -> "TierSection":
        if (self.start is None) == (self.above is None):
            raise ValueError("should have either from or above")
        return self


Tiers = Annotated[dict[Id, TierSection], Field(min_length=1, max_length=MOST_TIERS)]


class ChangeSection(Section):
    """What is otherwise from a day on. What is not named stays as it was; `brand` and `weights` go together."""

    start: Day = Field(alias="from")
    """First day, by the local date of sales."""
    brand: Id | None = None
    """The brand whose sales count."""
    weights: dict[Id, Weight] | None = None
    """Sales of all brands count, and these not fully."""
    counts: Counts | None = None
    """What counts."""
    window: WindowChoice | None = None
    """Over which days."""
    tiers: Tiers | None = None
    """The tiers, all of them, rising."""
    hold: HoldChoice | None = None
    """For how long a tier is promised."""
    fall: FallChoice | None = None
    """How a tier is lost."""

    @model_validator(mode="after")
    def _one_scope(self) -> "ChangeSection":
        _require_one_scope(self.brand, self.weights)
        return self


class LadderSection(Section):
    """Tiers that members reach by what they do."""

    name: Name
    """Its name."""
    brand: Id | None = None
    """The brand whose sales count. Default: sales of all brands do."""
    weights: dict[Id, Weight] | None = None
    """Of a ladder of all brands: how much each of these brands counts, 0% not at all. Default: 100% each."""
    counts: Counts
    """What counts: `spend` (what was paid, as points are earned on), `points` earned, `base_points` (those of base
    rules), or `orders`."""
    window: WindowChoice
    """Over which days: the `calendar_year`, `lifetime`, `{rolling_months: 12}`, `{year_from_month: 4}`."""
    tiers: Tiers
    """The tiers, by id, rising."""
    hold: HoldChoice = NO_HOLD
    """For how long a tier that is reached is promised, whatever happens: `{months: 12}`, `{days: 90}`, `{year_end: 1}`
    (until the end of the next year), `forever`, `none`. Default: none."""
    fall: FallChoice = AT_ONCE
    """How a tier is lost that is neither met nor promised: `at_once`, `{grace_days: 30}`, or with `step` down to the
    next tier. Default: at_once."""
    start: Day | None = Field(default=None, alias="from")
    """First day on which there are tiers, by the local date of sales. Default: always were."""
    changes: Annotated[list[ChangeSection], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    """What is otherwise from later days on, in their order."""

    @model_validator(mode="after")
    def _one_scope(self) -> "LadderSection":
        _require_one_scope(self.brand, self.weights)
        return self


def _require_one_scope(brand: str | None, weights: object) -> None:
    if brand is not None and weights is not None:
        raise ValueError("should have brand or weights, not both: weights are for ladders of all brands")
