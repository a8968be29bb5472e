"""How program files say for how long a tier is promised and how it is lost, and what that means."""

from typing import Annotated

from pydantic import ConfigDict, model_validator

from rules_service.domain.ladders import HoldForever, HoldSpan, HoldYearEnd, TierFall, TierHold
from rules_service.wire.file_section import Months, Section, words
from rules_service.wire.file_types import whole_number

MOST_DAYS = 36_600
MOST_YEARS = 100

SpanDays = Annotated[int, whole_number(1, MOST_DAYS)]
GraceDays = Annotated[int, whole_number(0, MOST_DAYS)]
Years = Annotated[int, whole_number(0, MOST_YEARS)]
MonthOfYear = Annotated[int, whole_number(1, 12)]


class HoldSection(Section):
    """Months, days or both from the day of reaching, or until the end of a year; or `forever`."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    months: Months | None = None
    """So many months; after `year_end`, so many more."""
    days: SpanDays | None = None
    """So many days, after the months if both are given."""
    year_end: Years | None = None
    """Until the end of the year in which it is reached (0), or of the so-many-th year after it."""
    year_from_month: MonthOfYear | None = None
    """With `year_end`: years begin on the first of this month. Default: as the ladder's window says, else 1."""

    @model_validator(mode="after")
    def _lasts(self) -> "HoldSection":
        if self is FOREVER or self is NO_HOLD:
            return self
        if self.months is None and self.days is None and self.year_end is None:
            raise ValueError("should be forever, or have months, days or year_end")
        if self.year_end is not None and self.days is not None:
            raise ValueError("should have year_end or days, not both")
        if self.year_end is None and self.year_from_month is not None:
            raise ValueError("year_from_month goes with year_end")
        return self


FOREVER = HoldSection.model_construct()
NO_HOLD = HoldSection.model_construct()

HoldChoice = Annotated[HoldSection, words({"none": NO_HOLD, "forever": FOREVER}, HoldSection, "{months: 12}")]
StepChoice = Annotated[HoldSection, words({"forever": FOREVER}, HoldSection, "{months: 12}")]


class FallSection(Section):
    """What happens when a tier is neither met nor promised any more; or `at_once`."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    grace_days: GraceDays = 0
    """It is kept for so many days more. Default: 0."""
    step: StepChoice | None = None
    """Then the member has the tier just below, promised for so long. Default: the highest that is met or promised."""

    @model_validator(mode="after")
    def _says_something(self) -> "FallSection":
        if self is not AT_ONCE and not self.model_fields_set:
            raise ValueError("should be at_once, or have grace_days or step")
        return self


AT_ONCE = FallSection.model_construct(grace_days=0, step=None)

FallChoice = Annotated[FallSection, words({"at_once": AT_ONCE}, FallSection, "{grace_days: 30}")]


def hold(section: HoldSection | None, first_month: int) -> TierHold | None:
    """For how long a tier is promised; years begin in `first_month` unless it says otherwise. None: not at all."""
    if section is None or section is NO_HOLD:
        return None
    if section is FOREVER:
        return HoldForever()
    if section.year_end is not None:
        return HoldYearEnd(section.year_end, section.months or 0, section.year_from_month or first_month)
    return HoldSpan(section.months or 0, section.days or 0)


def fall(section: FallSection, first_month: int) -> TierFall:
    """How a tier is lost."""
    return TierFall(section.grace_days, hold(section.step, first_month))
